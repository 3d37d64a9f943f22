package http1

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// Kind tells the kinds of Piece apart.
type Kind int

// The kinds of pieces.
const (
	More     Kind = iota // there is too little to tell
	Proxied              // for whom the connection is, as a proxy in between says
	Request              // the head of a request
	Response             // the head of a response, which may be interim
	Body                 // the next bytes of a body
	Frames               // all that comes is frames
	Other                // all that comes is unknown
)

// Piece is what the bytes of a side begin with.
type Piece struct {
	Kind Kind
	Size int   // how many bytes it has; 0 of More, Frames and Other
	Head *Head // of Request and Response
	// Plain says of a head that nobody asks for WebSocket by it, and that it is
	// no answer to such a request.
	Plain bool
	// Switches says of a response that frames follow it.
	Switches bool
	Last     bool // of Body: no more of this one comes
	// Err says of Other that there should have been a head. It is an
	// *handshake.Error if it can be said why there is none.
	Err error
}

// Side is one direction of a Conn.
type Side struct {
	conn  *Conn
	from  protocol.Role
	begun bool // a head was there
	body  *body
	lost  bool // where the next bytes belong is not known
	is    Kind // Frames or Other once that is so
}

// Next returns what b begins with, which is the bytes that belong to no earlier
// piece. After More it wants to see them again with those that follow.
func (s *Side) Next(b []byte) Piece {
	s.conn.mu.Lock()
	defer s.conn.mu.Unlock()
	var p Piece
	switch {
	case len(b) == 0:
		return Piece{}
	case s.is != More:
		return Piece{Kind: s.is}
	case s.body != nil:
		return s.more(b)
	case s.from == protocol.Client:
		p = s.request(b)
	default:
		p = s.response(b)
	}
	if p.Kind == Frames || p.Kind == Other {
		s.is = p.Kind
	}
	return p
}

// Gap says that bytes are missing after the last piece, and reports whether it
// is known nevertheless to what the next ones belong. Otherwise a head or a
// frame has to begin with them.
func (s *Side) Gap(missing int64) bool {
	s.conn.mu.Lock()
	defer s.conn.mu.Unlock()
	if s.body != nil && s.body.skip(missing) {
		if s.body.over() {
			s.body = nil
		}
		return true
	}
	s.body, s.lost = nil, true
	return false
}

// UntilEnd reports whether a body goes on that ends with the connection.
func (s *Side) UntilEnd() bool { return s.body != nil && s.body.state == untilEnd }

// more returns the next piece of a body.
func (s *Side) more(b []byte) Piece {
	n := s.body.take(b)
	if n == 0 {
		return Piece{}
	}
	p := Piece{Kind: Body, Size: n, Last: s.body.over()}
	if p.Last {
		s.body = nil
	}
	return p
}

// request returns what the client's bytes are if no body goes on. No frame looks
// like a request: it would have reserved bits set and no mask.
func (s *Side) request(b []byte) Piece {
	c := s.conn
	if n, whole := proxied(b); n > 0 && !s.begun {
		if !whole {
			return Piece{}
		}
		return Piece{Kind: Proxied, Size: n}
	}
	h, n, err := parseHead(b, isRequestLine)
	switch {
	case c.other:
		return Piece{Kind: Other}
	case c.opened && s.begun, n == 0 && (c.opened || c.wanted() || s.lost):
		return Piece{Kind: Frames}
	case err == io.ErrUnexpectedEOF:
		return Piece{}
	case err != nil:
		_, _, strict := handshake.ParseRequest(b, Limits)
		return Piece{Kind: Other, Err: reason(strict, err)}
	}
	s.begun, s.lost = true, false
	s.body = requestBody(h)
	plain := !h.asks()
	c.ask(asked{h.Method, plain})
	return Piece{Kind: Request, Size: n, Head: h, Plain: plain}
}

// response returns what the server's bytes are if no body goes on.
func (s *Side) response(b []byte) Piece {
	h, n, err := parseHead(b, isStatusLine)
	switch {
	case s.conn.other:
		return Piece{Kind: Other}
	case n == 0 && s.lost:
		return Piece{Kind: Frames}
	case err == io.ErrUnexpectedEOF:
		return Piece{}
	case err != nil:
		_, _, strict := handshake.ParseResponse(b, Limits)
		return Piece{Kind: Other, Err: reason(strict, err)}
	}
	s.begun, s.lost = true, false
	p := Piece{Kind: Response, Size: n, Head: h}
	if h.Status < 200 && h.Status != http.StatusSwitchingProtocols {
		return p
	}
	to := s.conn.answer()
	p.Plain = to.plain
	switch {
	case h.Status == http.StatusSwitchingProtocols && h.switches():
		p.Plain, p.Switches = false, true
		s.conn.opened, s.is = true, Frames
	case h.Status == http.StatusSwitchingProtocols:
		s.conn.other = true
	case to.method == http.MethodConnect && h.Status < 300:
		s.conn.begin()
	default:
		s.body = responseBody(h, to.method)
	}
	return p
}

// reason returns what the strict parser has to say, or else err.
func reason(strict, err error) error {
	var e *handshake.Error
	if errors.As(strict, &e) {
		return e
	}
	return err
}

// Limits bounds a head.
var Limits = handshake.Limits{Bytes: 64 << 10, Lines: 1000}

// IsHead reports whether b begins as a head does, or what a proxy says before
// it. No frame does: it would have reserved bits set.
func IsHead(b []byte) bool {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	n, _ := proxied(b)
	return bytes.HasPrefix(b, []byte("GET ")) || bytes.HasPrefix(b, []byte("HTTP/")) || isRequestLine(line, true) == yes || n >= len(proxyLine)
}
