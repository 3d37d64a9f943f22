package load

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/seed372fb791/rfc6455/interop/compare/deflate"
	"github.com/seed372fb791/rfc6455/interop/compare/dial"
	"github.com/seed372fb791/rfc6455/protocol"
)

// talk is a connection over which a circle goes, message by message, and every
// answer is looked at.
type talk struct {
	conn   io.ReadWriter
	circle *circle
	in     *deflate.Inflater
	said   int // messages
	buf    []byte
}

// talks opens n connections; those before an error are returned too.
func (c *circle) talks(addr string, n int) (talks []*talk, conns []*net.TCPConn, err error) {
	for i := range n {
		conn, err := dial.Dial(addr, &c.params, patience)
		if err != nil {
			return talks, conns, fmt.Errorf("connection %d: %w", i, err)
		}
		conn.SetLinger(0)
		conns = append(conns, conn)
		talks = append(talks, &talk{conn: patient{conn}, circle: c, in: c.inflater(0)})
	}
	return talks, conns, nil
}

// say sends the next n messages, each when the one before has been answered,
// and returns how many bytes the answers had on the wire.
func (t *talk) say(n int) (wire int, err error) {
	for range n {
		i := t.said % circleSize
		if _, err := t.conn.Write(t.circle.frames[i]); err != nil {
			return wire, err
		}
		size, err := t.hear(t.circle.plain[i])
		if err != nil {
			return wire, fmt.Errorf("message %d: %w", t.said, err)
		}
		wire += size
		t.said++
	}
	return wire, nil
}

// hear waits for an answer and compares it.
func (t *talk) hear(want []byte) (wire int, err error) {
	t.buf = t.buf[:0]
	for {
		payload, err := wholeAnswer(t.buf)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			if t.buf, err = readMore(t.conn, t.buf); err == nil {
				continue
			}
		}
		if err != nil {
			return 0, err
		}
		got, err := t.in.Inflate(payload)
		if err == nil && !bytes.Equal(got, want) {
			err = fmt.Errorf("the answer differs: got %.20q and so on, want %.20q", got, want)
		}
		return len(t.buf), err
	}
}

func readMore(r io.Reader, buf []byte) ([]byte, error) {
	const chunk = 4096
	at := len(buf)
	buf = append(buf, make([]byte, chunk)...)
	n, err := r.Read(buf[at:])
	return buf[:at+n], err
}

// wholeAnswer returns the payload of a compressed text message, which may be in
// fragments. The error is io.ErrUnexpectedEOF while in is too short for it.
func wholeAnswer(in []byte) (payload []byte, err error) {
	for first := true; ; first = false {
		h, n, err := protocol.ParseHeader(in)
		if err != nil {
			return nil, err
		}
		want := protocol.Header{Fin: h.Fin, Opcode: protocol.OpContinuation, Length: h.Length}
		if first {
			want.Opcode, want.RSV = protocol.OpText, rsv1
		}
		in = in[n:]
		switch {
		case h != want:
			return nil, fmt.Errorf("the answer has a frame %+v, want %+v", h, want)
		case h.Length > uint64(len(in)):
			return nil, io.ErrUnexpectedEOF
		}
		payload, in = append(payload, in[:h.Length]...), in[h.Length:]
		if h.Fin && len(in) > 0 {
			return nil, errExcess
		}
		if h.Fin {
			return payload, nil
		}
	}
}

// patient waits for its patience, no longer.
type patient struct{ *net.TCPConn }

func (c patient) Read(p []byte) (int, error) {
	c.SetReadDeadline(time.Now().Add(patience))
	return c.TCPConn.Read(p)
}

// socket reads and writes without sleeping, until its time is over.
type socket struct {
	fd  int
	end time.Time
}

func (s socket) Read(p []byte) (n int, err error) {
	for n == 0 && err == nil && time.Now().Before(s.end) {
		n, err = receive(s.fd, p)
	}
	if n == 0 && err == nil {
		err = fmt.Errorf("no answer for %v", patience)
	}
	return n, err
}

func (s socket) Write(p []byte) (n int, err error) {
	for n < len(p) && err == nil && time.Now().Before(s.end) {
		var sent int
		sent, err = send(s.fd, p[n:])
		n += sent
	}
	if n < len(p) && err == nil {
		err = io.ErrShortWrite
	}
	return n, err
}
