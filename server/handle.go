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
	conn     *websocket.Conn
	returned bool // if not, it has panicked
	err      error
}

// run runs the handler and then the closing handshake.
func (c *call) run() {
	defer c.finish()
	c.err = c.server.Handle(c.ctx, c.conn)
	c.returned = true
}

// finish is the end of run, where a panic would end the program.
//
//rfc:6455-7.3-1 6455-7.4.1-17
func (c *call) finish() {
	s := c.server
	defer s.tracker.leave()
	if v := recover(); v != nil && v != http.ErrAbortHandler {
		s.complain(Request(c.ctx), &PanicError{v, debug.Stack()})
	}
	code, reason := websocket.CloseInternalError, internalError
	switch {
	case !c.returned:
	case c.err == nil:
		code, reason = websocket.CloseNormal, ""
	case c.ctx.Err() != nil:
		code, reason = websocket.CloseGoingAway, ""
	}
	if c.err != nil && !isEnd(c.ctx, c.err) {
		s.complain(Request(c.ctx), c.err)
	}
	c.close(code, reason)
}

// close closes the connection, also if one of its hooks panics.
func (c *call) close(code websocket.CloseCode, reason string) {
	defer func() {
		if v := recover(); v != nil {
			c.conn.CloseNow()
			c.server.complain(Request(c.ctx), &PanicError{v, debug.Stack()})
		}
	}()
	c.conn.Close(context.Background(), code, reason)
}

// isEnd reports whether err says no more than that the connection has ended, or the context with it.
func isEnd(ctx context.Context, err error) bool {
	return errors.Is(err, websocket.ErrClosed) || ctx.Err() != nil && errors.Is(err, ctx.Err())
}
