package load

import (
	"bytes"
	"fmt"
	"net"
	"runtime"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
)

// Echo describes a load.
type Echo struct {
	Conns    int
	InFlight int // messages that a connection sends at once
	Type     protocol.Opcode
	Size     int // bytes of a message

	Warmup, Duration time.Duration
}

// Result is what a load came to.
type Result struct {
	Messages int
	CPU      time.Duration // of the server's process
}

// Run loads the server of process pid. Each connection has a batch of messages
// in flight, and the next one when all answers are there.
func (e Echo) Run(addr string, pid int) (Result, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer pin(clientCPU)()

	f, err := e.fleet(addr)
	if err != nil {
		return Result{}, err
	}
	defer f.close()
	if _, err := f.run(e.Warmup); err != nil {
		return Result{}, err
	}
	before, err := cpuTime(pid)
	if err != nil {
		return Result{}, err
	}
	batches, err := f.run(e.Duration)
	if err != nil {
		return Result{}, err
	}
	after, err := cpuTime(pid)
	if err != nil {
		return Result{}, err
	}
	return Result{batches * e.InFlight, after - before}, f.finish(newMessage(e.Type, e.Size, 1))
}

// fleet is the connections of an Echo.
type fleet struct {
	batch   []byte // frames to be sent
	answers int    // bytes of the answers to a batch
	conns   []conn
	poller  poller
}

// conn is a connection with a batch in flight.
type conn struct {
	fd      int
	unsent  int // bytes of the batch
	missing int // bytes of the answers
}

// fleet connects and sends everyone's first batch.
func (e Echo) fleet(addr string) (*fleet, error) {
	m := newMessage(e.Type, e.Size, 0)
	f := &fleet{batch: bytes.Repeat(m.frame, e.InFlight), answers: len(m.answer) * e.InFlight}
	conns, err := dialAll(addr, e.Conns, f.batch, bytes.Repeat(m.answer, e.InFlight))
	defer closeAll(conns)
	if err != nil {
		return nil, err
	}
	if f.poller, err = newPoller(e.Conns); err != nil {
		return nil, err
	}
	for i, c := range conns {
		if err := f.adopt(i, c); err != nil {
			f.close()
			return nil, err
		}
	}
	for i := range f.conns {
		if err := f.start(&f.conns[i]); err != nil {
			f.close()
			return nil, err
		}
	}
	return f, nil
}

// adopt takes the socket out of the hands of the runtime, whose own poller
// would wake for each answer.
func (f *fleet) adopt(i int, c *net.TCPConn) error {
	fd, err := duplicate(c)
	if err != nil {
		return err
	}
	f.conns = append(f.conns, conn{fd: fd})
	return f.poller.add(fd, i)
}

func (f *fleet) close() {
	for _, c := range f.conns {
		closeSocket(c.fd)
	}
	f.poller.close()
}

// run keeps every connection busy for d, longer if the machine is so busy that
// there is not a batch for each, and returns the batches answered.
func (f *fleet) run(d time.Duration) (batches int, err error) {
	last := time.Now()
	for end := last.Add(d); ; {
		ready, err := f.poller.ready()
		if err != nil {
			return 0, err
		}
		for i := range ready {
			c := &f.conns[ready[i].Fd]
			done, err := f.step(c)
			if err != nil {
				return 0, err
			}
			if done {
				batches++
				if err := f.start(c); err != nil {
					return 0, err
				}
			}
		}
		now := time.Now()
		if len(ready) > 0 {
			last = now
		}
		switch {
		case now.After(end) && batches >= len(f.conns):
			return batches, nil
		case now.Sub(last) > patience:
			return 0, fmt.Errorf("no answer for %v", patience)
		}
	}
}

// start sends the next batch, or as much of it as the socket takes.
func (f *fleet) start(c *conn) error {
	c.unsent, c.missing = len(f.batch), f.answers
	return f.push(c)
}

func (f *fleet) push(c *conn) error {
	n, err := send(c.fd, f.batch[len(f.batch)-c.unsent:])
	c.unsent -= n
	return err
}

// step goes on with a connection that is ready and reports whether its batch
// has been answered.
func (f *fleet) step(c *conn) (done bool, err error) {
	if c.unsent > 0 {
		if err := f.push(c); err != nil {
			return false, err
		}
	}
	if c.missing > 0 {
		n, err := discard(c.fd, c.missing)
		if err != nil {
			return false, err
		}
		c.missing -= n
	}
	return c.unsent == 0 && c.missing == 0, nil
}
