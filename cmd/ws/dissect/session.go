package dissect

import (
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/http1"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// Session takes a whole connection apart, both directions: HTTP, request after
// request, the opening handshake, and frames. What that agrees on about
// compression is used. Not safe for concurrent use.
type Session struct {
	sides  [2]*Decoder      // by protocol.Role
	at     [2]time.Duration // when bytes came last, by protocol.Role
	agreed *handshake.Deflate
}

// Step is a part with the time at which its last bytes came.
type Step struct {
	At time.Duration // since whatever the caller counts from
	*Part
}

// NewSession returns a session of which nothing has been seen: it begins with
// the opening handshake. Both endpoints have the same limits.
func NewSession(limits protocol.Config) *Session {
	return SessionOf([2]Config{
		protocol.Server: {From: protocol.Server, Handshake: true, Limits: limits},
		// It may send before the server's answer was seen.
		protocol.Client: {From: protocol.Client, Handshake: true, Limits: limits, Partial: true},
	})
}

// SessionOf returns a session of two directions, by the role of the sender. A
// direction whose From is another role is judged as if that sent it.
func SessionOf(sides [2]Config) *Session {
	s, conn := new(Session), http1.New()
	for role, c := range sides {
		s.sides[role] = newDecoder(c, conn.Side(protocol.Role(role)))
	}
	return s
}

// Write takes bytes that a side has sent and returns the parts that are whole
// by them.
func (s *Session) Write(from protocol.Role, at time.Duration, b []byte) (steps []Step) {
	d := s.sides[from]
	d.Write(b)
	s.at[from] = at
	for p, ok := d.Next(); ok; p, ok = d.Next() {
		p.From = from
		s.opened(p)
		steps = append(steps, Step{at, p})
	}
	return steps
}

// End returns what is there of parts that will never be whole.
func (s *Session) End() (steps []Step) {
	for role := range s.sides {
		steps = append(steps, s.end(protocol.Role(role))...)
	}
	return steps
}

// end returns what is there of a part of one side that will never be whole.
func (s *Session) end(from protocol.Role) []Step {
	p, ok := s.sides[from].End()
	if !ok {
		return nil
	}
	p.From = from
	return []Step{{s.at[from], p}}
}

// Gap says that bytes of a side are missing, and returns what is there of the
// part that lacks them. If that is a frame, rest is how many bytes of it come
// after those that are missing: they are passed over. If rest is negative it is
// not known where the next frame or head begins; what is written next has to
// begin with one, see Guess and IsHead.
func (s *Session) Gap(from protocol.Role, missing int64) (steps []Step, rest int64) {
	d := s.sides[from]
	steps, rest = s.end(from), d.skip-missing
	switch {
	case d.c.Handshake && d.http.Gap(missing):
		rest = 0
	case d.c.Handshake:
		rest = -1
	case len(steps) > 0:
		rest = steps[0].missing() - missing
	}
	c := d.c
	c.Partial = true
	if c.Deflate != nil && c.Deflate.Takeover {
		c.Deflate = nil // its window is not known any more
	}
	next := newDecoder(c, d.http)
	next.offset, next.skip = d.offset+missing, max(rest, 0)
	next.over, next.unread = d.over, d.unread
	next.offer, next.accepted, next.switched = d.offer, d.accepted, d.switched
	s.sides[from] = next
	return steps, rest
}

// InHTTP reports whether frames of a side have not begun yet.
func (s *Session) InHTTP(from protocol.Role) bool { return s.sides[from].c.Handshake }

// Agree says what was agreed on about compression, unless a response that is
// still to come says something else.
func (s *Session) Agree(d handshake.Deflate) {
	client, server := s.sides[protocol.Client], s.sides[protocol.Server]
	server.c.Deflate = &protocol.DeflateWindow{Bits: d.ServerMaxWindowBits, Takeover: !d.ServerNoContextTakeover}
	client.c.Deflate = &protocol.DeflateWindow{Bits: d.ClientMaxWindowBits, Takeover: !d.ClientNoContextTakeover}
	s.agreed = &d
}

// Agreed returns what was agreed on about compression, nil if nothing was or if
// it has not been seen.
func (s *Session) Agreed() *handshake.Deflate { return s.agreed }

// opened tells the sides what the opening handshake has brought.
func (s *Session) opened(p *Part) {
	client, server := s.sides[protocol.Client], s.sides[protocol.Server]
	switch {
	case p.Kind == Request:
		server.offer = client.offer
	case p.Kind == Response && server.switched:
		if client.offer != nil { // it has been seen from its beginning
			client.c.Partial, client.unjudged = false, false
		}
		server.c.Partial, server.unjudged = false, false
		server.c.Deflate, client.c.Deflate, s.agreed = nil, nil, nil // whatever Agree has said
		agreed, ok, err := handshake.CheckDeflate(server.accepted, handshake.Deflate{})
		p.blameHead(err)
		if ok {
			s.Agree(agreed)
		}
	}
}
