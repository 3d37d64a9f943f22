//go:build unix

package protocol

import (
	"io"
	"syscall"
)

// newRaw returns the socket's RawConn.
func newRaw(s syscall.Conn) syscall.RawConn {
	raw, _ := s.SyscallConn()
	return raw
}

// readRaw reads a socket when it has bytes. The poller calls back after each
// wait, during which there is no buffer.
func (t *transport) readRaw() (n int, err error) {
	if t.arrival == nil {
		t.arrival = &arrival{ready: t.ready}
	}
	if err := t.raw.Read(t.arrival.ready); err != nil {
		return 0, err
	}
	return t.arrival.n, t.arrival.err
}

// ready is the callback of readRaw.
func (t *transport) ready(fd uintptr) (done bool) {
	t.takeBuffer()
	a := t.arrival
	a.n, a.err = readNow(fd, t.buf)
	switch {
	case a.err == syscall.EAGAIN:
		t.giveBuffer()
		return false
	case a.n == 0 && a.err == nil:
		a.err = io.EOF
	}
	return true
}

// write is what RawConn.Control calls.
func (w *socketWriter) write(fd uintptr) {
	n, err := syscall.Write(int(fd), w.p)
	if err == syscall.EAGAIN || err == syscall.EINTR {
		err = nil
	}
	w.n, w.err = max(n, 0), err
}
