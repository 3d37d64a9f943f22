package dissect

import (
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// Session takes a whole connection apart, both directions. What its opening
// handshake agrees on about compression is used. Not safe for concurrent use.
type Session struct {
	sides  [2]*Decoder // by protocol.Role
	agreed *handshake.Deflate
}

// Step is a part with the time at which it was whole.
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
	s := new(Session)
	for role, c := range sides {
		s.sides[role] = NewDecoder(c)
	}
	return s
}

// Write takes bytes that a side has sent and returns the parts that are whole
// by them.
func (s *Session) Write(from protocol.Role, at time.Duration, b []byte) (steps []Step) {
	d := s.sides[from]
	d.Write(b)
	for p, ok := d.Next(); ok; p, ok = d.Next() {
		p.From = from
		s.opened(p)
		steps = append(steps, Step{at, p})
	}
	return steps
}

// End returns what is there of parts that will never be whole.
func (s *Session) End(at time.Duration) (steps []Step) {
	for role := range s.sides {
		steps = append(steps, s.end(protocol.Role(role), at)...)
	}
	return steps
}

// end returns what is there of a part of one side that will never be whole.
func (s *Session) end(from protocol.Role, at time.Duration) []Step {
	p, ok := s.sides[from].End()
	if !ok {
		return nil
	}
	p.From = from
	return []Step{{at, p}}
}

// Gap says that bytes of a side are missing, and returns what is there of the
// part that lacks them. If that is a frame, rest is how many bytes of it come
// after those that are missing: they are passed over. If rest is negative it is
// not known where the next frame begins; what is written next has to begin with
// one, see Guess.
func (s *Session) Gap(from protocol.Role, at time.Duration, missing int64) (steps []Step, rest int64) {
	d := s.sides[from]
	steps, rest = s.end(from, at), d.skip-missing
	if len(steps) > 0 {
		rest = steps[0].missing() - missing
	}
	c := d.c
	c.Handshake, c.Partial = false, true
	if c.Deflate != nil && c.Deflate.Takeover {
		c.Deflate = nil // its window is not known any more
	}
	next := NewDecoder(c)
	next.offset, next.skip = d.offset+missing, max(rest, 0)
	next.over, next.unread = d.over, d.unread
	s.sides[from] = next
	return steps, rest
}

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
	case p.Kind == Response && !server.c.Handshake:
		if client.offer != nil { // it has been seen from its beginning
			client.c.Partial, client.unjudged = false, false
		}
		server.c.Deflate, client.c.Deflate, s.agreed = nil, nil, nil // whatever Agree has said
		agreed, ok, err := handshake.CheckDeflate(server.accepted, handshake.Deflate{})
		if err != nil {
			p.blameHead(err)
		}
		if ok {
			s.Agree(agreed)
		}
	}
}
