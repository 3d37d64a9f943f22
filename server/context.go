package server

import (
	"context"
	"net"
	"net/http"
	"time"
	"weak"

	"github.com/seed372fb791/rfc6455/handshake"
)

// connContext is what the contexts of all handlers have in common: they end with the connection, by the same
// channel, which takes much less memory than a context that is cancelled, and none if nobody looks at it. A
// connection needs it for all its life.
type connContext struct{ member }

// Deadline returns no deadline.
func (c *connContext) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done returns a channel that is closed when the connection's transport has been closed.
func (c *connContext) Done() <-chan struct{} { return c.conn.Done() }

// Err returns context.Canceled when the connection's transport has been closed.
func (c *connContext) Err() error {
	select {
	case <-c.conn.Done():
		return context.Canceled
	default:
		return nil
	}
}

// AfterFunc has f called when the context has ended, unless stop is called first. Package context looks for it: a
// context derived from this one then needs no goroutine.
func (c *connContext) AfterFunc(f func()) (stop func() bool) { return c.member.afterFunc(f) }

// httpContext is the context of a handler through net/http. It has the values of the request's context, but does
// not end with that, which is when ServeHTTP returns.
type httpContext struct {
	connContext
	request *http.Request
	values  context.Context
}

// Value returns the request for the key of Request, and for others the value of the request's context.
func (c *httpContext) Value(key any) any {
	if key == (requestKey{}) {
		return c.request
	}
	return c.values.Value(key)
}

// newHTTPContext returns the context of the handler for r, without what net/http may have in r for a body.
func newHTTPContext(t *tracker, r *http.Request) *httpContext {
	ctx := &httpContext{values: r.Context()}
	ctx.tracker = t
	ctx.request = r.WithContext(ctx)
	ctx.request.Body = http.NoBody
	return ctx
}

// rawContext is the context of a raw connection's handler. It has the request as bytes, for the sake of memory too:
// parsed it is there only until the next collection of garbage, for handlers that ask for it first of all.
type rawContext struct {
	connContext
	nc     net.Conn
	head   string
	parsed weak.Pointer[http.Request]
}

// Value returns the request for the key of Request.
func (c *rawContext) Value(key any) any {
	if key != (requestKey{}) {
		return nil
	}
	r := c.parsed.Value()
	if r == nil {
		// On a goroutine of its own: this would double the stack of the handler's, which that keeps for good.
		again := make(chan *http.Request)
		go func() { again <- c.parse() }()
		r = <-again
	}
	return r.WithContext(c)
}

// parse parses the request, which was parsed before and was within the limits.
func (c *rawContext) parse() *http.Request {
	r, _, _ := handshake.ParseRequest([]byte(c.head), handshake.Limits{Bytes: len(c.head), Lines: len(c.head)})
	addTransport(r, c.nc)
	return r
}
