package protocol

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

// transport is the byte stream under a Conn, with what it is able to do.
type transport struct {
	stream io.ReadWriteCloser
	// raw lets a goroutine wait for bytes without a buffer to put them in. It
	// is nil unless stream is a socket itself: what wraps a socket may hold
	// bytes back.
	raw syscall.RawConn
	// resumable says that a write cut short by a deadline can go on later. It
	// cannot on TLS.
	resumable bool
	layered   bool // stream is a layer over a socket, as TLS is

	first   [1]byte // of a frame, if it was waited for without a buffer
	wide    bool    // the last read would have filled a small buffer: take a bigger one
	lent    bool    // the application looks into the read buffer
	buf     []byte  // the read buffer, if there is one now
	arrival *arrival
}

// arrival is a read by the callback of RawConn.Read.
type arrival struct {
	ready func(fd uintptr) bool // the callback
	n     int                   // what it has read
	err   error
}

// layer is a stream over a socket: TLS connections are some.
type layer interface{ NetConn() net.Conn }

// halfCloser closes the writing side: TCP, Unix and TLS connections are some.
type halfCloser interface{ CloseWrite() error }

func newTransport(stream io.ReadWriteCloser) transport {
	if _, ok := stream.(interface{ SetReadDeadline(time.Time) error }); !ok {
		stream = newPump(stream)
	}
	t := transport{stream: stream}
	_, t.layered = stream.(layer)
	switch s := stream.(type) {
	case *net.TCPConn:
		t.raw, t.resumable = newRaw(s), true
	case *net.UnixConn:
		t.raw, t.resumable = newRaw(s), true
	case *pipeEnd:
		t.resumable = true
	}
	return t
}

func (t *transport) setReadDeadline(at time.Time) error {
	return t.stream.(interface{ SetReadDeadline(time.Time) error }).SetReadDeadline(at)
}

func (t *transport) setWriteDeadline(at time.Time) error {
	if s, ok := t.stream.(interface{ SetWriteDeadline(time.Time) error }); ok {
		return s.SetWriteDeadline(at)
	}
	return os.ErrNoDeadline
}

// receive reads what is there, at least a byte, into memory that is valid until
// the next call. While it waits for a frame it holds no buffer, on a socket and
// on a layer over one.
func (c *Conn) receive() (p []byte, err error) {
	t := &c.transport
	var n int
	if t.raw != nil && !c.edge.running.Load() {
		n, err = t.readRaw()
		p = t.buf
	} else if in, failed := c.in(); failed == nil {
		p = t.space(c.betweenFrames())
		n, err = in.Read(p)
	} else {
		err = failed
	}
	if n <= 0 {
		t.giveBuffer()
		if err == nil {
			err = io.ErrNoProgress
		}
		return nil, err
	}
	if len(p) > len(t.first) {
		t.wide = n >= smallBuffer
	}
	return p[:n], nil // an error that came with bytes comes again
}

// betweenFrames reports whether all that was received was of frames that have
// ended.
func (c *Conn) betweenFrames() bool {
	_, inFrame := c.ep.incomplete()
	return !inFrame && c.ep.Buffered() == 0
}

// space returns what to read into. A layer holds what it has received and not
// been asked for: the first byte of a frame is waited for alone.
func (t *transport) space(betweenFrames bool) []byte {
	if betweenFrames && t.layered {
		t.giveBuffer()
		return t.first[:]
	}
	t.takeBuffer()
	return t.buf
}

// takeBuffer sees to it that there is a read buffer.
func (t *transport) takeBuffer() {
	if t.wide && len(t.buf) < bigBuffer {
		t.giveBuffer()
	}
	if t.buf != nil {
		return
	}
	if t.wide {
		t.buf = getBuffer(bigBuffer)
	} else {
		t.buf = getBuffer(smallBuffer)
	}
}

// giveBuffer returns the read buffer, if there is one.
func (t *transport) giveBuffer() {
	putBuffer(t.buf)
	t.buf = nil
}

// writeNow writes what the stream has room for at once, nothing to one that
// cannot tell. p is m on its way, perhaps with more.
func (t *transport) writeNow(p []byte, m *PreparedMessage) (n int, err error) {
	if t.raw == nil {
		if end, ok := t.stream.(*pipeEnd); ok {
			return end.out.write(p, false)
		}
		return 0, nil
	}
	w := m.takeWriter()
	w.p, w.n, w.err = p, 0, nil
	// Control, unlike Write, heeds no deadline: one that a context has left
	// behind does no harm.
	err = t.raw.Control(w.turn)
	if n = w.n; err == nil {
		err = w.err
	}
	m.writer.Store(w)
	return n, err
}

// socketWriter is what a write to a socket works on, with the callback for it,
// made once.
type socketWriter struct {
	p    []byte
	n    int
	err  error
	turn func(fd uintptr)
}

// closeWrite tells the peer that nothing more comes, if the stream can do that
// and still be read: close_notify on TLS, FIN on TCP.
//
//rfc:6455-7.1.1-2
func (t *transport) closeWrite() (told bool) {
	s, ok := t.stream.(halfCloser)
	if ok {
		s.CloseWrite()
	}
	return ok
}

// discard reads and forgets until the stream ends. A socket that is closed
// with bytes unread resets the connection, and the peer may lose what it has
// not yet read of ours: the Close frame.
//
//rfc:6455-7.1.1-2 6455-7.1.7-7
func (c *Conn) discard() {
	buf := getBuffer(smallBuffer) // not c.buf, which the application may look into
	defer putBuffer(buf)
	for {
		in, err := c.in()
		if err == nil {
			_, err = in.Read(buf)
		}
		if err != nil && !c.poked() {
			return
		}
	}
}

// hardClose closes the stream at once. A TLS connection would first wait to
// tell the peer, so the socket under it is closed instead. TLS may run over
// TLS, to a proxy.
func (c *Conn) hardClose() error {
	if c.edge.running.Load() {
		// Closing would wait until the application has left the loop's body.
		c.shutDown()
		go c.stream.Close()
		return nil
	}
	var socket io.Closer = c.stream
	for {
		over, ok := socket.(layer)
		if !ok {
			return socket.Close()
		}
		socket = over.NetConn()
	}
}

// lossOf returns what a Conn reports when reading or writing fails with err.
//
//rfc:6455-7.1.5-3 6455-7.2.1-2 6455-7.4.1-10
func lossOf(err error) *CloseError {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return &CloseError{Code: CloseAbnormal, Err: err}
}
