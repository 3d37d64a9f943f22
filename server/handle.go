package server

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Request returns the request of the opening handshake from the context of a handler, or from one derived from
// it, and nil from any other. Its path, cookies and the like are the handler's to read and not to change; its
// context is the handler's. On a raw listener each call may parse it anew: one is enough.
func Request(ctx context.Context) *http.Request {
	r, _ := ctx.Value(requestKey{}).(*http.Request)
	return r
}

type requestKey struct{}

// internalError is all that a peer hears of what went wrong in a handler.
const internalError = "internal error"

// call is a call of Handle. Its goroutine is there for the connection's life: what stays on the stack of that is
// little.
type call struct {
	server   *Server
	ctx      context.Context
	member   *member
	returned bool // if not, it has panicked
	err      error
}

// run runs the handler and then the closing handshake.
func (c *call) run() {
	defer c.finish()
	c.err = c.server.Handle(c.ctx, c.member.conn)
	c.returned = true
}

// finish is the end of run, where a panic would end the program.
//
//rfc:6455-7.3-1 6455-7.4.1-17
func (c *call) finish() {
	s := c.server
	defer s.tracker.leave()
	if !c.returned {
		c.err = panicked(recover())
	}
	code, reason := websocket.CloseInternalError, internalError
	switch {
	case c.err == nil:
		code, reason = websocket.CloseNormal, ""
	case c.returned && c.ctx.Err() != nil:
		code, reason = websocket.CloseGoingAway, ""
	}
	c.judge()
	c.member.end(handled)
	c.close(code, reason)
	s.closed(c.ctx, c.member, c.err)
}

// judge complains about what went wrong in the handler, and forgets its error if that says no more than that the
// connection has ended.
func (c *call) judge() {
	switch {
	case c.err == nil || c.err == http.ErrAbortHandler:
	case !isEnd(c.ctx, c.err):
		c.server.complain(Request(c.ctx), c.err)
	case c.member.conn.End().Code != 0:
		c.err = nil
	}
}

// panicked is the error of a handler that has panicked with v, or ended its goroutine if v is nil.
func panicked(v any) error {
	if v == nil || v == http.ErrAbortHandler {
		return http.ErrAbortHandler
	}
	return &PanicError{v, debug.Stack()}
}

// close closes the connection, also if one of its hooks panics.
func (c *call) close(code websocket.CloseCode, reason string) {
	defer func() {
		if v := recover(); v != nil {
			c.member.conn.CloseNow()
			c.server.complain(Request(c.ctx), &PanicError{v, debug.Stack()})
		}
	}()
	c.member.conn.Close(context.Background(), code, reason)
}

// isEnd reports whether err says no more than that the connection has ended, or the context with it.
func isEnd(ctx context.Context, err error) bool {
	return errors.Is(err, websocket.ErrClosed) || ctx.Err() != nil && errors.Is(err, ctx.Err())
}
