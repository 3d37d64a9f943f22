package capture

import (
	"net/netip"
	"time"
)

// pair is the addresses of a connection in an order that does not depend on who
// sends.
type pair [2]netip.AddrPort

func pairOf(a, b netip.AddrPort) pair {
	if a.Compare(b) > 0 {
		a, b = b, a
	}
	return pair{a, b}
}

// conn is a connection with its two directions.
type conn struct {
	Conn
	sides [2]stream
	reset bool
}

// newConn returns the connection that begins, or is first seen, with s.
func newConn(s segment, began time.Time) *conn {
	c := &conn{Conn: Conn{Addrs: [2]netip.AddrPort{s.from, s.to}, Began: began, Whole: s.syn}}
	if s.syn && s.ack { // the answer to an opening that is not in the capture
		c.Addrs[0], c.Addrs[1] = s.to, s.from
		c.sides[0].begin(s.acked)
	}
	return c
}

// side returns the index of the side that has sent s.
func (c *conn) side(s segment) int {
	if s.from == c.Addrs[0] {
		return 0
	}
	return 1
}

// replacedBy reports whether s opens another connection between the same
// addresses and ports, instead of being the opening of this one again.
func (c *conn) replacedBy(s segment) bool {
	own := &c.sides[c.side(s)]
	return s.syn && !s.ack && (c.reset || own.known && own.first != s.seq)
}

// take takes a segment and returns what has happened by it.
func (c *conn) take(s segment) []Event {
	side := c.side(s)
	if c.reset {
		return nil
	}
	if s.rst {
		c.reset = true
		return append(c.flush(), Event{Side: side, Kind: Reset, At: s.at})
	}
	own, p := &c.sides[side], piece{at: s.at, seq: s.seq, data: s.data, cut: s.cut, fin: s.fin}
	if s.syn || !p.empty() {
		own.begin(s.seq)
	}
	happened := attribute(side, own.take(p))
	if s.ack {
		happened = append(happened, attribute(1-side, c.sides[1-side].acked(s.acked))...)
	}
	return happened
}

// held returns how many bytes wait.
func (c *conn) held() int { return c.sides[0].held + c.sides[1].held }

// flush gives up what is missing, and returns what has waited for it.
func (c *conn) flush() (happened []Event) {
	for side := range c.sides {
		happened = append(happened, attribute(side, c.sides[side].flush())...)
	}
	return happened
}

// attribute says whose events these are.
func attribute(side int, happened []Event) []Event {
	for i := range happened {
		happened[i].Side = side
	}
	return happened
}
