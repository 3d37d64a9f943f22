package proxy

import (
	"errors"
	"io"

	"github.com/seed372fb791/rfc6455/cmd/ws/wire"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// splitter finds the opening handshake and the frames in what one side sends,
// whatever rules they break. It holds no more than a head.
type splitter struct {
	from    protocol.Role
	to      splitting
	framing bool             // the opening handshake is over
	lost    bool             // what comes is neither
	held    []byte           // of a head of HTTP or of a frame's header
	left    uint64           // bytes of payload to come
	errors  *handshake.Error // why there is no opening handshake
}

// splitting is told what a splitter finds, in order. Nobody keeps the bytes.
type splitting interface {
	// opening is a head of HTTP: a request, or a response that may be interim.
	opening(head []byte)
	// header is that of a frame. Its payload follows in pieces, none if it is empty.
	header(b []byte, h protocol.Header)
	// payload is the next piece, left is what is missing after it.
	payload(b []byte, left uint64)
	// other is anything that is neither, or that comes after that.
	other(b []byte)
}

// write takes the next bytes.
func (s *splitter) write(b []byte) {
	for len(b) > 0 {
		switch {
		case s.lost:
			s.to.other(b)
			return
		case !s.framing:
			b = s.head(b)
		case s.left > 0:
			n := min(s.left, uint64(len(b)))
			s.left -= n
			s.to.payload(b[:n], s.left)
			b = b[n:]
		default:
			b = s.frame(b)
		}
	}
}

// end gives away what is held: nothing follows.
func (s *splitter) end() {
	if len(s.held) > 0 {
		s.lose(nil)
	}
}

// head looks for the end of the opening handshake and returns what follows it.
func (s *splitter) head(b []byte) (rest []byte) {
	before := len(s.held)
	s.held = append(s.held, b...)
	n, opened, err := s.parse()
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil
	case err != nil:
		s.lose(err)
		return nil
	}
	head := s.held[:n]
	s.held = nil
	s.framing, s.lost = opened > 0, opened < 0
	s.to.opening(head)
	return b[n-before:]
}

// parse parses what is held. opened is positive if frames follow, negative if
// they never will.
func (s *splitter) parse() (n, opened int, err error) {
	if s.from == protocol.Client {
		r, n, err := handshake.ParseRequest(s.held, wire.HeadLimits)
		if err != nil {
			return 0, 0, err
		}
		if _, err := handshake.CheckRequest(r); err != nil {
			return n, -1, nil
		}
		return n, 1, nil
	}
	r, n, err := handshake.ParseResponse(s.held, wire.HeadLimits)
	switch {
	case err != nil:
		return 0, 0, err
	case r.StatusCode == 101:
		return n, 1, nil
	case r.StatusCode < 200:
		return n, 0, nil
	}
	return n, -1, nil
}

// lose gives up: what is held and all that follows is unknown. err, if not nil,
// says why there is no opening handshake.
func (s *splitter) lose(err error) {
	errors.As(err, &s.errors)
	held := s.held
	s.held, s.lost = nil, true
	s.to.other(held)
}

// frame takes a frame's header off b, as far as it is there.
func (s *splitter) frame(b []byte) (rest []byte) {
	before := len(s.held)
	s.held = append(s.held, b[:min(len(b), protocol.MaxHeaderSize-before)]...)
	h, n, err := protocol.ParseHeader(s.held)
	if err != nil {
		return nil // it goes on
	}
	header := s.held[:n]
	s.held, s.left = s.held[:0], h.Length
	s.to.header(header, h)
	return b[n-before:]
}

// midst says that what has come so far ends in the middle of something, ""
// if it does not.
func (s *splitter) midst() string {
	switch {
	case s.lost:
		return ""
	case s.framing && (s.left > 0 || len(s.held) > 0):
		return "in the middle of a frame"
	case len(s.held) > 0:
		return "in the middle of the opening handshake"
	}
	return ""
}
