package server

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
)

// rawContext is the context of a raw connection's handler. It ends with the connection, by the same channel, and
// has the request as bytes: both take much less memory than what they stand for, and a connection needs them for
// all its life.
type rawContext struct {
	member
	nc   net.Conn
	head string
	done <-chan struct{} // the connection's
}

// Deadline returns no deadline.
func (c *rawContext) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done returns a channel that is closed when the connection's transport has been closed.
func (c *rawContext) Done() <-chan struct{} { return c.done }

// Err returns context.Canceled when the connection's transport has been closed.
func (c *rawContext) Err() error {
	select {
	case <-c.done:
		return context.Canceled
	default:
		return nil
	}
}

// AfterFunc has f called when the context has ended, unless stop is called first. Package context looks for it: a
// context derived from this one then needs no goroutine.
func (c *rawContext) AfterFunc(f func()) (stop func() bool) { return c.member.afterFunc(f) }

// Value returns the request for the key of Request.
func (c *rawContext) Value(key any) any {
	if key != (requestKey{}) {
		return nil
	}
	// On a goroutine of its own: parsing would double the stack of the handler's, which that keeps for good.
	r := make(chan *http.Request)
	go func() { r <- c.request() }()
	return <-r
}

// request parses the request, which was parsed before.
func (c *rawContext) request() *http.Request {
	limits := handshake.Limits{Bytes: len(c.head), Lines: len(c.head)} // it was within the server's
	r, _, err := handshake.ParseRequest([]byte(c.head), limits)
	if err != nil {
		return nil
	}
	addTransport(r, c.nc)
	return r
}
