package load

import (
	"fmt"
	"net"
	"time"
)

// fleet is connections that are kept busy.
type fleet struct {
	batches [][]byte // frames to be sent at once; each connection sends all batches in turn
	due     int      // answers to a batch, in units of take
	take    func(*conn) (int, error)
	next    func(*conn) error // when a batch has been answered; start if nil
	conns   []conn
	poller  poller
}

// conn is a connection with a batch in flight.
type conn struct {
	fd      int
	number  int
	sent    int    // batches, the one in flight included
	unsent  []byte // rest of the batch
	missing int    // answers
	counter counter
	head    []byte // of a response, while it is not complete
}

// launch takes the connections over, all of which have sent a number of batches,
// and sends everyone's next one. They can be closed then.
func (f *fleet) launch(conns []*net.TCPConn, sent int) (err error) {
	if f.poller, err = newPoller(len(conns)); err != nil {
		return err
	}
	if f.next == nil {
		f.next = f.start
	}
	for i, c := range conns {
		if err := f.adopt(i, c); err != nil {
			f.close()
			return err
		}
		f.conns[i].sent = sent
	}
	return f.startAll()
}

// startAll has every connection begin.
func (f *fleet) startAll() error {
	for i := range f.conns {
		if err := f.next(&f.conns[i]); err != nil {
			f.close()
			return err
		}
	}
	return nil
}

// adopt takes the socket out of the hands of the runtime, whose own poller
// would wake for each answer.
func (f *fleet) adopt(i int, c *net.TCPConn) error {
	fd, err := duplicate(c)
	if err != nil {
		return err
	}
	f.conns = append(f.conns, conn{fd: fd, number: i})
	return f.poller.add(fd, i)
}

func (f *fleet) close() {
	for _, c := range f.conns {
		closeSocket(c.fd)
	}
	f.poller.close()
}

// measure returns how many batches were answered in d, after a warmup, and the
// CPU time that the process pid used meanwhile.
func (f *fleet) measure(pid int, warmup, d time.Duration) (batches int, cpu time.Duration, err error) {
	if _, err := f.run(warmup); err != nil {
		return 0, 0, err
	}
	before, err := cpuTime(pid)
	if err != nil {
		return 0, 0, err
	}
	if batches, err = f.run(d); err != nil {
		return 0, 0, err
	}
	after, err := cpuTime(pid)
	return batches, after - before, err
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
				if err := f.next(c); err != nil {
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
	c.unsent, c.missing = f.batches[c.sent%len(f.batches)], f.due
	c.sent++
	return c.push()
}

func (c *conn) push() error {
	n, err := send(c.fd, c.unsent)
	c.unsent = c.unsent[n:]
	return err
}

// step goes on with a connection that is ready and reports whether its batch
// has been answered.
func (f *fleet) step(c *conn) (done bool, err error) {
	if len(c.unsent) > 0 {
		if err := c.push(); err != nil {
			return false, err
		}
	}
	if c.missing > 0 {
		n, err := f.take(c)
		if err != nil {
			return false, err
		}
		c.missing -= n
	}
	return len(c.unsent) == 0 && c.missing == 0, nil
}
