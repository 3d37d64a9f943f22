//go:build unix

package protocol

import (
	"io"
	"syscall"
)

// prepareRead makes the callback that reads a socket when it has bytes. The
// poller calls it again after each wait, during which there is no buffer.
func (c *Conn) prepareRead() {
	if c.raw == nil {
		return
	}
	t := &c.transport
	t.ready = func(fd uintptr) bool {
		t.takeBuffer()
		t.n, t.err = readNow(fd, t.buf)
		switch {
		case t.err == syscall.EAGAIN:
			t.giveBuffer()
			return false
		case t.n == 0 && t.err == nil:
			t.err = io.EOF
		}
		return true
	}
}

// write is what RawConn.Control calls.
func (w *socketWriter) write(fd uintptr) {
	n, err := syscall.Write(int(fd), w.p)
	if err == syscall.EAGAIN || err == syscall.EINTR {
		err = nil
	}
	w.n, w.err = max(n, 0), err
}
