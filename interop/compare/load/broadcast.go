package load

import (
	"bytes"
	"fmt"
	"net"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
)

// Broadcast describes a load of messages that a server sends on to everyone, the
// sender included.
type Broadcast struct {
	Conns            int // of which one sends
	Size             int // bytes of a message
	Warmup, Duration time.Duration
}

// Run loads the server of process pid. The next message is sent when the one
// before has come to everyone. The result's messages are those that came.
func (b Broadcast) Run(addr string, pid int) (r Result, err error) {
	defer onClientCPU()()

	f, err := b.fleet(addr)
	if err != nil {
		return r, err
	}
	defer f.close()
	if r.Messages, r.CPU, err = f.measure(pid, b.Warmup, b.Duration); err != nil {
		return r, err
	}
	return r, f.finishBroadcast(newMessage(protocol.OpBinary, b.Size, 1))
}

// fleet connects and has the first message sent.
func (b Broadcast) fleet(addr string) (*fleet, error) {
	m := newMessage(protocol.OpBinary, b.Size, 0)
	conns, err := join(addr, b.Conns, m)
	defer closeAll(conns)
	if err != nil {
		return nil, err
	}
	f := &fleet{batches: [][]byte{nil}, due: len(m.answer), take: discardAnswers}
	waiting := b.Conns
	f.next = func(c *conn) error {
		if err := f.start(c); err != nil {
			return err
		}
		if waiting--; waiting > 0 {
			return nil
		}
		waiting = b.Conns
		sender := &f.conns[0]
		sender.unsent = m.frame
		return sender.push()
	}
	return f, f.launch(conns, 1)
}

// join opens n connections. A server may let a client join somewhat after the
// opening handshake, so each sends a message at once and waits for it.
func join(addr string, n int, m message) ([]*net.TCPConn, error) {
	conns, err := dialAll(addr, n, m.frame, m.answer)
	if err != nil {
		return conns, err
	}
	for i, c := range conns {
		if err := exchange(c, nil, bytes.Repeat(m.answer, n-1-i)); err != nil {
			return conns, fmt.Errorf("connection %d, from those after it: %w", i, err)
		}
	}
	return conns, nil
}

// finishBroadcast waits for what is in flight and has m sent to everyone.
func (f *fleet) finishBroadcast(m message) error {
	end := time.Now().Add(patience)
	round := f.conns[0].sent
	for i := range f.conns {
		round = min(round, f.conns[i].sent)
	}
	for i := range f.conns {
		if f.conns[i].sent > round {
			continue // it has got the message, and waits for one that is not sent
		}
		if err := f.drain(&f.conns[i], end); err != nil {
			return fmt.Errorf("connection %d: %w", i, err)
		}
	}
	for i := range f.conns {
		if err := last(f.conns[i].fd, m, end); err != nil {
			return fmt.Errorf("connection %d, at the end: %w", i, err)
		}
		m.frame = nil // the first has sent it
	}
	return nil
}
