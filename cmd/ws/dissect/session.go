package dissect

import (
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// Session takes a whole connection apart, both directions from the first byte
// of the opening handshake on. What that agrees on about compression is used.
// Not safe for concurrent use.
type Session struct {
	sides [2]*Decoder // by protocol.Role
}

// Step is a part with the time at which it was whole.
type Step struct {
	At time.Duration // since whatever the caller counts from
	*Part
}

// NewSession returns a session of which nothing has been seen. Both endpoints
// have the same limits.
func NewSession(limits protocol.Limits) *Session {
	s := new(Session)
	for _, role := range []protocol.Role{protocol.Server, protocol.Client} {
		s.sides[role] = NewDecoder(Config{From: role, Handshake: true, Limits: limits})
	}
	return s
}

// Write takes bytes that a side has sent and returns the parts that are whole
// by them.
func (s *Session) Write(from protocol.Role, at time.Duration, b []byte) (steps []Step) {
	d := s.sides[from]
	d.Write(b)
	for p, ok := d.Next(); ok; p, ok = d.Next() {
		s.opened(p)
		steps = append(steps, Step{at, p})
	}
	return steps
}

// End returns what is there of parts that will never be whole.
func (s *Session) End(at time.Duration) (steps []Step) {
	for _, d := range s.sides {
		if p, ok := d.End(); ok {
			steps = append(steps, Step{at, p})
		}
	}
	return steps
}

// opened tells the sides what the opening handshake has brought.
func (s *Session) opened(p *Part) {
	client, server := s.sides[protocol.Client], s.sides[protocol.Server]
	switch {
	case p.Kind == Request:
		server.offer = client.offer
	case p.Kind == Response && server.accepted != nil:
		agreed, ok, err := handshake.CheckDeflate(server.accepted, handshake.Deflate{})
		if err != nil {
			p.blameHead(err)
		}
		if ok {
			server.c.Deflate = &protocol.DeflateWindow{Bits: agreed.ServerMaxWindowBits, Takeover: !agreed.ServerNoContextTakeover}
			client.c.Deflate = &protocol.DeflateWindow{Bits: agreed.ClientMaxWindowBits, Takeover: !agreed.ClientNoContextTakeover}
		}
	}
}
