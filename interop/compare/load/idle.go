package load

import (
	"fmt"
	"net"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// Idle opens n connections to the server of process pid, sends one message over
// each, leaves them alone for a while, and returns by how many bytes the
// server's resident memory has grown for each of them.
func Idle(addr string, pid, n int, settle time.Duration) (perConn float64, err error) {
	m := newMessage(protocol.OpBinary, 128, 0)
	var conns []*net.TCPConn
	defer func() { closeAll(conns) }()
	perConn, err = growth(pid, 1, n, settle, func(n int) error {
		more, err := dialAll(addr, n, m.frame, m.answer)
		conns = append(conns, more...)
		return err
	})
	if err != nil {
		return 0, err
	}
	other := newMessage(protocol.OpBinary, 128, 1)
	for i, c := range conns {
		if err := exchange(c, other.frame, other.answer); err != nil {
			return 0, fmt.Errorf("connection %d, after a rest: %w", i, err)
		}
	}
	return perConn, nil
}

// Used is as Idle, after 64 KiB of JSON in compressed messages of 1 KiB each way:
// with context takeover all windows are full.
func Used(addr string, pid, n int, settle time.Duration, params handshake.Deflate) (perConn float64, err error) {
	const pooled = 50 // nobody shares more than 32 compressors
	c := newCircle(1<<10, params)
	var all []*talk
	var conns []*net.TCPConn
	defer func() { closeAll(conns) }()
	perConn, err = growth(pid, min(pooled, n), n, settle, func(n int) error {
		talks, more, err := c.talks(addr, n)
		all, conns = append(all, talks...), append(conns, more...)
		if err != nil {
			return err
		}
		return sayAll(talks, circleSize)
	})
	if err != nil {
		return 0, err
	}
	return perConn, sayAll(all, 1)
}

func sayAll(talks []*talk, messages int) error {
	for i, t := range talks {
		if _, err := t.say(messages); err != nil {
			return fmt.Errorf("connection %d: %w", i, err)
		}
	}
	return nil
}

// growth returns by how many bytes the resident memory of process pid grows for
// each of n connections after the first ones. What is loaded once is not in it.
func growth(pid, first, n int, settle time.Duration, connect func(n int) error) (perConn float64, err error) {
	var resident [2]int64
	for i, n := range []int{first, n} {
		if err := connect(n); err != nil {
			return 0, err
		}
		<-time.After(settle)
		if resident[i], err = residentBytes(pid); err != nil {
			return 0, err
		}
	}
	return float64(resident[1]-resident[0]) / float64(n), nil
}
