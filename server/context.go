package server

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/textproto"
	"strings"
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
// not end with that, which is when ServeHTTP returns. It has the request's fields as bytes, for the sake of memory.
type httpContext struct {
	connContext
	request *http.Request // without Header
	fields  string
	values  context.Context
}

func newHTTPContext(t *tracker) *httpContext {
	c := new(httpContext)
	c.tracker = t
	return c
}

// keep keeps what a handler may ask for of r.
func (c *httpContext) keep(r *http.Request) {
	var fields strings.Builder
	r.Header.Write(&fields)
	c.fields, c.values = fields.String(), r.Context()
	c.request = r.WithContext(c)
	c.request.Header, c.request.Body = nil, http.NoBody // net/http may have a body's memory there
}

// Value returns the request for the key of Request, and for others the value of the request's context.
func (c *httpContext) Value(key any) any {
	if key != (requestKey{}) {
		return c.values.Value(key)
	}
	r := c.request.WithContext(c)
	r.Header = elsewhere(func() http.Header { return parseFields(c.fields) })
	return r
}

// parseFields parses what http.Header's Write has written.
func parseFields(s string) http.Header {
	fields, _ := textproto.NewReader(bufio.NewReader(strings.NewReader(s + "\r\n"))).ReadMIMEHeader()
	return http.Header(fields)
}

// elsewhere runs f on a goroutine of its own: on the handler's it would double the stack, which that keeps for good.
func elsewhere[T any](f func() T) T {
	result := make(chan T)
	go func() { result <- f() }()
	return <-result
}

// rawContext is the context of a raw connection's handler. It has the request as bytes, for the sake of memory too:
// parsed it is there only until the next collection of garbage, for handlers that ask for it first of all.
type rawContext struct {
	connContext
	nc     net.Conn
	head   string
	parsed weak.Pointer[http.Request]
}

// Value returns the request for the key of Request, and what net/http has of the connection.
func (c *rawContext) Value(key any) any {
	switch key {
	case http.LocalAddrContextKey:
		return c.nc.LocalAddr()
	case requestKey{}:
		return c.request().WithContext(c)
	}
	return nil
}

func (c *rawContext) request() *http.Request {
	if r := c.parsed.Value(); r != nil {
		return r
	}
	return elsewhere(c.parse)
}

// parse parses the request, which was parsed before and was within the limits.
func (c *rawContext) parse() *http.Request {
	r, _, _ := handshake.ParseRequest([]byte(c.head), handshake.Limits{Bytes: len(c.head), Lines: len(c.head)})
	addTransport(r, c.nc)
	return r
}

// duringOpening returns the context of a raw connection's request until the opening handshake is over.
func (h *opening) duringOpening() (context.Context, context.CancelFunc) {
	ctx := context.WithValue(context.Background(), http.LocalAddrContextKey, h.nc.LocalAddr())
	return context.WithDeadline(ctx, h.deadline)
}
