//go:build unix

package websocket

import (
	"io"
	"sync"
	"syscall"
)

// newRaw returns the socket's RawConn.
func newRaw(s syscall.Conn) syscall.RawConn {
	raw, _ := s.SyscallConn()
	return raw
}

// attempt is one system call on a socket, with the callback of RawConn that makes
// it: made once and kept in a pool.
type attempt struct {
	a, b []byte
	n    int
	err  error
	wait func(fd uintptr) (done bool) // done unless nothing could be written
	try  func(fd uintptr)
}

var attempts = sync.Pool{New: func() any {
	t := new(attempt)
	t.try = func(fd uintptr) {
		if len(t.b) == 0 {
			t.n, t.err = writeOne(fd, t.a)
		} else {
			t.n, t.err = writeTwo(fd, t.a, t.b)
		}
	}
	t.wait = func(fd uintptr) bool {
		t.try(fd)
		return t.n > 0 || t.err != syscall.EAGAIN
	}
	return t
}}

// tryWrite writes what there is room for now. Control, unlike Write, heeds no
// deadline: one that a context has left behind does no harm.
func (s *stream) tryWrite(flow *outflow) (n int, err error) {
	if s.pipe != nil {
		return s.pipe.out.write(flow.next())
	}
	t := attempts.Get().(*attempt)
	t.a, t.b = flow.nextTwo()
	if err = s.raw.Control(t.try); err == nil && t.err != syscall.EAGAIN {
		err = t.err
	}
	return t.end(err)
}

// writeSome waits for room and writes what fits then.
func (s *stream) writeSome(flow *outflow) (n int, err error) {
	if s.pipe != nil {
		if err := s.pipe.out.waitForRoom(); err != nil {
			return 0, err
		}
		return s.tryWrite(flow)
	}
	t := attempts.Get().(*attempt)
	t.a, t.b = flow.nextTwo()
	if err = s.raw.Write(t.wait); err == nil {
		err = t.err
	}
	return t.end(err)
}

// end gives the attempt back.
func (t *attempt) end(err error) (int, error) {
	n := t.n
	t.a, t.b, t.n, t.err = nil, nil, 0, nil
	attempts.Put(t)
	return n, err
}

// arrival is a read by the callback of RawConn.Read, with what that works on.
type arrival struct {
	into  []byte // where to read to, nil for the read buffer
	n     int
	err   error
	ready func(fd uintptr) (done bool)
}

// readSocket reads a socket when it has bytes, into memory that is there for that
// or else into the read buffer. During the wait there is no buffer.
func (c *Conn) readSocket(into []byte) (p []byte, err error) {
	a := c.receiving.arrival
	if a == nil {
		a = new(arrival)
		a.ready = func(fd uintptr) bool { return c.ready(fd) }
		c.receiving.arrival = a
	}
	a.into, a.n, a.err = into, 0, nil
	if err = c.stream.raw.Read(a.ready); err == nil {
		err = a.err
	}
	if a.into = nil; err != nil {
		c.giveBuffer()
		return nil, err
	}
	return c.arrived(into, a.n), nil
}

// ready is the callback of readSocket.
func (c *Conn) ready(fd uintptr) (done bool) {
	a := c.receiving.arrival
	p := a.into
	if p == nil {
		p = c.takeBuffer()
	}
	a.n, a.err = readNow(fd, p)
	switch {
	case a.err == syscall.EAGAIN:
		if a.into == nil {
			c.giveBuffer()
		}
		return false
	case a.n == 0 && a.err == nil:
		a.err = io.EOF
	case a.n == len(p) && a.n == smallBuffer && a.into == nil:
		a.n += c.readOn(fd)
	}
	return true
}

// readOn goes on in a big buffer when a small one is full: mostly that is one
// message. An error comes again.
func (c *Conn) readOn(fd uintptr) (n int) {
	small, big := c.receiving.buf, newReadBuffer(true)
	copy(big.bytes, small.bytes)
	c.receiving.buf = big
	small.release()
	n, _ = readNow(fd, big.bytes[smallBuffer:])
	return n
}
