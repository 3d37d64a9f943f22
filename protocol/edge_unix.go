//go:build unix

package protocol

import (
	"io"
	"syscall"
)

// edgeTurn returns what RawConn.Read calls, at first and at each edge. The
// application runs on top of it, on many stacks: what need not stay there
// meanwhile is in functions of its own.
func (c *Conn) edgeTurn() func(fd uintptr) (done bool) {
	e := &c.edge
	return func(fd uintptr) (done bool) {
		for {
			n, all, err := c.arrive(fd)
			if n <= 0 {
				return c.nothingRead(fd, err)
			}
			c.received(c.buf[:n])
			for m, ok := c.nextWhole(); ok; m, ok = c.nextWhole() {
				c.lend()
				if e.left = !e.yield(m, nil); e.left || !c.regain() {
					return true
				}
			}
			switch {
			case !c.betweenMessages():
				return true
			case all:
				c.rest(fd)
				return false
			}
		}
	}
}

// arrive reads what is there into the read buffer, and reports whether that is
// all there was. What fills a small one goes on in a big one: mostly it is one
// message.
func (c *Conn) arrive(fd uintptr) (n int, all bool, err error) {
	c.takeBuffer()
	n, err = readNow(fd, c.buf)
	if n == smallBuffer && len(c.buf) == smallBuffer {
		big := getBuffer(bigBuffer)
		copy(big, c.buf)
		c.giveBuffer()
		c.buf = big
		more, _ := readNow(fd, big[n:]) // an error comes again
		n += max(more, 0)
	}
	c.wide = n >= smallBuffer
	return n, n < len(c.buf), err
}

// rest waits for the next edge.
func (c *Conn) rest(fd uintptr) {
	c.flushBatchTo(fd)
	c.giveBuffer()
	c.lookLater()
}

// flushBatchTo is flushBatch for who has the descriptor at hand. What the
// socket does not take at once is written as usual.
func (c *Conn) flushBatchTo(fd uintptr) {
	out := c.takeBatch()
	if out == nil {
		return
	}
	n, err := syscall.Write(int(fd), out)
	n = max(n, 0)
	c.stats.bytesWritten.Add(int64(n))
	switch {
	case n == len(out):
		c.flushed(out, nil)
	case err == nil, err == syscall.EAGAIN, err == syscall.EINTR:
		c.flush(c.edge.ctx, out[n:])
	default:
		c.flushed(out, err)
	}
}

// nothingRead waits for the next edge, or ends the connection.
func (c *Conn) nothingRead(fd uintptr, err error) (done bool) {
	c.flushBatchTo(fd)
	c.giveBuffer()
	if err == syscall.EAGAIN {
		c.edge.unseen.Store(false)
		return false
	}
	if err == nil {
		err = io.EOF
	}
	c.end(lossOf(err))
	c.edge.lost = true
	return true
}

// readNow reads what is there.
func readNow(fd uintptr, p []byte) (n int, err error) {
	for {
		if n, err = syscall.Read(int(fd), p); err != syscall.EINTR {
			return n, err
		}
	}
}

// shutDown ends a socket both ways without closing it.
func (t *transport) shutDown() {
	t.raw.Control(func(fd uintptr) { syscall.Shutdown(int(fd), syscall.SHUT_RDWR) })
}
