//go:build unix

package protocol

import (
	"io"
	"syscall"
)

// edgeTurn is what RawConn.Read calls, at first and at each edge.
func (c *Conn) edgeTurn(fd uintptr) (done bool) {
	for {
		c.takeBuffer()
		n, err := readNow(fd, c.buf)
		if n <= 0 {
			c.flushBatchTo(fd)
			return c.nothingRead(err)
		}
		full := n == len(c.buf)
		c.wide = n >= smallBuffer
		c.received(c.buf[:n])
		if !c.yieldReceived() {
			return true
		}
		if !full {
			c.flushBatchTo(fd)
			c.giveBuffer()
			c.lookLater()
			return false
		}
	}
}

// flushBatchTo is flushBatch for who has the descriptor at hand. What the
// socket does not take at once is written as usual.
func (c *Conn) flushBatchTo(fd uintptr) {
	if !c.batched.Load() {
		return
	}
	out, _, _ := c.takeFor(everything)
	if out == nil {
		c.flushBatch(c.edge.ctx) // another goroutine writes
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
func (c *Conn) nothingRead(err error) (done bool) {
	c.giveBuffer()
	if err == syscall.EAGAIN {
		c.edge.unseen.Store(false)
		return false
	}
	if err == nil {
		err = io.EOF
	}
	c.readFailed(c.edge.ctx, err)
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
