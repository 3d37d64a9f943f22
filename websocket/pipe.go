package websocket

import (
	"io"
	"time"
)

// Pipe returns the two ends of a connection in memory, the server's and the
// client's: for tests of programs that use Conn. It behaves as a connection
// over TCP does, with buffers of 64 KiB between the ends, and works in the
// bubbles of testing/synctest.
func Pipe(server, client Options) (*Conn, *Conn) {
	a, b := newPipe()
	return NewConn(a, Server, Setup{}, server), NewConn(b, Client, Setup{}, client)
}

// newPipe returns the two ends of a stream in memory.
func newPipe() (a, b *pipeEnd) {
	x, y := newHalfPipe(), newHalfPipe()
	return &pipeEnd{in: x, out: y}, &pipeEnd{in: y, out: x}
}

// pipeEnd is the stream at one end of a Pipe.
type pipeEnd struct{ in, out *halfPipe }

func (e *pipeEnd) Read(p []byte) (int, error)  { return e.in.Read(p) }
func (e *pipeEnd) Write(p []byte) (int, error) { return e.out.Write(p) }

func (e *pipeEnd) SetReadDeadline(at time.Time) error {
	e.in.reading.set(e.in, at)
	return nil
}

func (e *pipeEnd) SetWriteDeadline(at time.Time) error {
	e.out.writing.set(e.out, at)
	return nil
}

// CloseWrite lets the peer read to the end of what was written.
func (e *pipeEnd) CloseWrite() error {
	e.out.closeWrite(io.EOF)
	return nil
}

// Close closes both directions.
func (e *pipeEnd) Close() error {
	e.in.closeRead()
	return e.CloseWrite()
}
