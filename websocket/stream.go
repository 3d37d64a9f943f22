package websocket

import (
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

// stream is the transport under a Conn, with what it is able to do.
type stream struct {
	io.ReadWriteCloser // has SetReadDeadline
	// raw lets a goroutine wait for bytes without a buffer to put them in, and
	// see when it waits for room. It is nil unless the transport is a socket
	// itself: what wraps a socket may hold bytes back.
	raw  syscall.RawConn
	pipe *pipeEnd // the transport, if it is one
	// layered says that the transport is a layer over a socket, as TLS is.
	layered bool
}

// layer is a transport over a socket: TLS connections are some.
type layer interface{ NetConn() net.Conn }

// halfCloser closes the writing side: TCP, Unix and TLS connections are some.
type halfCloser interface{ CloseWrite() error }

type readDeadliner interface{ SetReadDeadline(time.Time) error }

func newStream(transport io.ReadWriteCloser) stream {
	d, ok := transport.(readDeadliner)
	if !ok || d.SetReadDeadline(time.Time{}) != nil { // some have one that does not work
		return stream{ReadWriteCloser: newPump(transport)}
	}
	s := stream{ReadWriteCloser: transport}
	_, s.layered = transport.(layer)
	switch t := bare(transport).(type) {
	case *net.TCPConn:
		s.raw = newRaw(t)
	case *net.UnixConn:
		s.raw = newRaw(t)
	case *pipeEnd:
		s.pipe = t
	}
	return s
}

// bare returns the socket of a transport that passes its bytes on as they are, and
// the transport itself if it does not say so.
func bare(transport io.ReadWriteCloser) io.ReadWriteCloser {
	if t, ok := transport.(interface{ Socket() net.Conn }); ok {
		return t.Socket()
	}
	return transport
}

// transport returns what NewConn was given.
func (s *stream) transport() io.ReadWriteCloser {
	if p, ok := s.ReadWriteCloser.(*pump); ok {
		return p.ReadWriteCloser
	}
	return s.ReadWriteCloser
}

// resumable reports whether a write cut short by a deadline can go on later. It
// cannot on TLS.
func (s *stream) resumable() bool { return s.raw != nil || s.pipe != nil }

// Read reads from the transport.
func (s *stream) Read(p []byte) (int, error) { return readFrom(s.ReadWriteCloser, p) }

// readFrom reads from a transport, and does not believe an impossible count.
func readFrom(transport io.Reader, p []byte) (int, error) {
	n, err := transport.Read(p)
	if n > len(p) {
		return 0, errBadRead
	}
	return n, err
}

func (s *stream) setReadDeadline(at time.Time) error {
	return s.ReadWriteCloser.(readDeadliner).SetReadDeadline(at)
}

func (s *stream) setWriteDeadline(at time.Time) error {
	if d, ok := s.ReadWriteCloser.(interface{ SetWriteDeadline(time.Time) error }); ok {
		return d.SetWriteDeadline(at)
	}
	return os.ErrNoDeadline
}

// closeWrite tells the peer that nothing more comes, if the transport can do that
// and still be read: close_notify on TLS, FIN on TCP.
//
//rfc:6455-7.1.1-2
func (s *stream) closeWrite() (told bool) {
	h, ok := bare(s.transport()).(halfCloser)
	if ok {
		h.CloseWrite()
	}
	return ok
}

// hardClose closes the transport at once. A TLS connection would first wait to
// tell the peer, so the socket under it is closed instead.
func (s *stream) hardClose() error { return s.socket().Close() }

// socket returns what is under all layers. TLS may run over TLS, to a proxy.
func (s *stream) socket() io.Closer {
	var socket io.Closer = s.ReadWriteCloser
	for {
		over, ok := socket.(layer)
		if !ok {
			return socket
		}
		socket = over.NetConn()
	}
}

// unacked returns how many bytes of what was written the peer's side has not taken
// yet, -1 if that is not known.
func (s *stream) unacked() int {
	n := -1
	raw := s.raw
	if socket, ok := s.socket().(syscall.Conn); ok && raw == nil {
		raw, _ = socket.SyscallConn()
	}
	if raw != nil {
		raw.Control(func(fd uintptr) { n = unackedBytes(fd) })
	}
	return n
}
