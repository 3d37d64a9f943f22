package proxy

import (
	"errors"

	"github.com/seed372fb791/rfc6455/cmd/ws/http1"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// splitter finds HTTP and the frames after it in what one side sends, whatever
// rules they break. It holds no more than a head.
type splitter struct {
	http    *http1.Side
	to      splitting
	framing bool             // what comes is frames
	lost    bool             // what comes is unknown
	held    []byte           // of a head of HTTP or of a frame's header
	left    uint64           // bytes of payload to come
	errors  *handshake.Error // why there is no head
}

// splitting is told what a splitter finds, in order. Nobody keeps the bytes.
type splitting interface {
	// head is one of HTTP: a request, or a response that may be interim.
	head(b []byte)
	// body is other bytes of HTTP, in pieces.
	body(b []byte)
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
			s.held = append(s.held, b...)
			b = s.before()
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

// before takes what is held apart as HTTP, and returns what follows it if that
// is something else.
func (s *splitter) before() (rest []byte) {
	for {
		p := s.http.Next(s.held)
		b := s.held[:p.Size]
		switch p.Kind {
		case http1.More:
			return nil
		case http1.Frames:
			rest, s.held, s.framing = s.held, nil, true
			return rest
		case http1.Other:
			s.lose(p.Err)
			return nil
		case http1.Request, http1.Response:
			s.to.head(b)
		default:
			s.to.body(b)
		}
		s.held = s.held[p.Size:]
	}
}

// lose gives up: what is held and all that follows is unknown. err, if not nil,
// says why there is no head.
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
		return "in the middle of a head of HTTP"
	}
	return ""
}
