package server

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"

	"github.com/seed372fb791/rfc6455/protocol"
)

// Request returns the request of the opening handshake from the context of a handler, or from one derived from
// it, and nil from any other. Its path, cookies and the like are the handler's to read and not to change. On a
// raw listener each call parses it anew: one is enough.
func Request(ctx context.Context) *http.Request {
	r, _ := ctx.Value(requestKey{}).(*http.Request)
	return r
}

type requestKey struct{}

// newMember returns what is tracked of a connection to come and the context of its handler.
func (s *Server) newMember(parent context.Context) (context.Context, *member) {
	ctx, cancel := context.WithCancel(parent)
	return ctx, &member{tracker: &s.tracker, cancel: cancel}
}

// internalError is all that a peer hears of what went wrong in a handler.
const internalError = "internal error"

// handle runs the handler and then the closing handshake.
//
//rfc:6455-7.3-1 6455-7.4.1-17
func (s *Server) handle(ctx context.Context, c *protocol.Conn) {
	// What stands if Handle does not return: it panics.
	code, reason := protocol.CloseInternalError, internalError
	defer func() { c.Close(context.Background(), code, reason) }()
	err := s.Handle(ctx, c)
	switch {
	case err == nil:
		code, reason = protocol.CloseNormal, ""
	case ctx.Err() != nil:
		code, reason = protocol.CloseGoingAway, ""
	}
	if err != nil && !isEnd(ctx, err) {
		s.report(Request(ctx), err)
	}
}

// isEnd reports whether err says no more than that the connection has ended, or the context with it.
func isEnd(ctx context.Context, err error) bool {
	return errors.Is(err, protocol.ErrClosed) || ctx.Err() != nil && errors.Is(err, ctx.Err())
}

// handleRaw is handle on a goroutine that has no net/http below it to take a panic.
func (s *Server) handleRaw(ctx context.Context, c *protocol.Conn) {
	defer s.tracker.leave()
	defer func() {
		if v := recover(); v != nil && v != http.ErrAbortHandler {
			s.report(Request(ctx), &PanicError{v, debug.Stack()})
		}
	}()
	s.handle(ctx, c)
}
