package load

import (
	"fmt"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
)

// Deflate describes a load of compressed messages, one in flight.
type Deflate struct {
	Conns  int
	Size   int               // bytes of a message, inflated
	Params handshake.Deflate // that have to be agreed on

	Warmup, Duration time.Duration
}

// DeflateResult is what such a load came to.
type DeflateResult struct {
	Result
	Wire float64 // bytes of an answer, with its header
}

// Run loads the server of process pid. The error is a dial.ErrDeclined if the
// server does not agree.
func (d Deflate) Run(addr string, pid int) (r DeflateResult, err error) {
	defer onClientCPU()()

	c := newCircle(d.Size, d.Params)
	if r.Wire, err = c.wire(addr); err != nil {
		return r, err
	}
	f, err := d.fleet(addr, c)
	if err != nil {
		return r, err
	}
	defer f.close()
	if r.Messages, r.CPU, err = f.measure(pid, d.Warmup, d.Duration); err != nil {
		return r, err
	}
	return r, f.finishCircle(c)
}

// wire returns the size of an answer, once windows are full.
func (c *circle) wire(addr string) (float64, error) {
	talks, conns, err := c.talks(addr, 1)
	defer closeAll(conns)
	if err != nil {
		return 0, err
	}
	if _, err := talks[0].say(circleSize); err != nil {
		return 0, err
	}
	n, err := talks[0].say(circleSize)
	return float64(n) / circleSize, err
}

// fleet connects, looks at everyone's first answers, and leaves it to count the
// next ones.
func (d Deflate) fleet(addr string, c *circle) (*fleet, error) {
	const first = 4
	talks, conns, err := c.talks(addr, d.Conns)
	defer closeAll(conns)
	if err != nil {
		return nil, err
	}
	for i, t := range talks {
		if _, err := t.say(first); err != nil {
			return nil, fmt.Errorf("connection %d: %w", i, err)
		}
	}
	f := &fleet{batches: c.frames, due: 1, take: countAnswers()}
	return f, f.launch(conns, first)
}

// countAnswers counts messages.
func countAnswers() func(*conn) (int, error) {
	buf := make([]byte, 1<<16)
	return func(c *conn) (int, error) {
		n, err := receive(c.fd, buf)
		if err != nil {
			return 0, err
		}
		messages := c.counter.count(buf[:n])
		if messages > c.missing {
			return 0, errExcess
		}
		return messages, nil
	}
}

// finishCircle waits for what is in flight and looks at everyone's next answer.
func (f *fleet) finishCircle(c *circle) error {
	end := time.Now().Add(patience)
	for i := range f.conns {
		conn := &f.conns[i]
		if err := f.drain(conn, end); err != nil {
			return fmt.Errorf("connection %d: %w", i, err)
		}
		t := talk{conn: socket{conn.fd, end}, circle: c, in: c.inflater(conn.sent), said: conn.sent}
		if _, err := t.say(1); err != nil {
			return fmt.Errorf("connection %d, at the end: %w", i, err)
		}
	}
	return nil
}
