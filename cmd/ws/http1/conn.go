package http1

import (
	"sync"

	"github.com/seed372fb791/rfc6455/protocol"
)

// Conn is a connection of which both sides are followed, each by one goroutine
// at most. Of one side alone less can be told: nothing is a HEAD's answer then.
type Conn struct {
	mu     sync.Mutex
	sides  [2]Side // by protocol.Role
	asked  []asked // requests that wait for their answers, in order
	ahead  int     // answers that were seen before their requests
	opened bool    // the server has gone over to WebSocket
	other  bool    // or to something else
}

// asked is what counts of a request once it is answered.
type asked struct {
	method string
	plain  bool
}

// mostAsked bounds what waits of a client that never waits for answers.
const mostAsked = 1000

// New returns a connection on which nothing was sent yet.
func New() *Conn {
	c := new(Conn)
	for role := range c.sides {
		c.sides[role] = Side{conn: c, from: protocol.Role(role)}
	}
	return c
}

// Side returns the side of a role. It is always the same one.
func (c *Conn) Side(from protocol.Role) *Side { return &c.sides[from] }

// Begun reports whether a head has come.
func (c *Conn) Begun() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sides[0].begun || c.sides[1].begun
}

// ask takes a request.
func (c *Conn) ask(a asked) {
	switch {
	case c.ahead > 0:
		c.ahead--
	case len(c.asked) < mostAsked:
		c.asked = append(c.asked, a)
	}
}

// answer returns the request that a final response is for. One that has not been
// seen may have asked for WebSocket.
func (c *Conn) answer() (a asked) {
	if len(c.asked) == 0 {
		c.ahead = 1
		return asked{}
	}
	a, c.asked = c.asked[0], c.asked[1:]
	return a
}

// wanted reports whether an answer is due that may be WebSocket's.
func (c *Conn) wanted() bool { return len(c.asked) > 0 && !c.asked[len(c.asked)-1].plain }

// begin begins anew: a proxy has connected the client to somebody.
func (c *Conn) begin() {
	c.asked, c.ahead = nil, 0
	for role := range c.sides {
		c.sides[role].begun = false
	}
}
