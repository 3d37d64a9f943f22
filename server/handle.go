package server

import (
	"context"
	"errors"
	"log"
	"net/http"
	"runtime/debug"

	"github.com/seed372fb791/rfc6455/protocol"
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

// run is handle on a goroutine of its own, where a panic would end the program.
func (s *Server) run(ctx context.Context, c *protocol.Conn) {
	defer s.tracker.leave()
	defer func() {
		if v := recover(); v != nil && v != http.ErrAbortHandler {
			s.reportPanic(ctx, &PanicError{v, debug.Stack()})
		}
	}()
	s.handle(ctx, c)
}

// reportPanic tells OnError. Without that, a panic through net/http is logged where net/http logs those that it
// takes itself.
func (s *Server) reportPanic(ctx context.Context, e *PanicError) {
	hs, ok := ctx.Value(http.ServerContextKey).(*http.Server)
	switch {
	case s.OnError != nil || !ok:
		s.report(Request(ctx), e)
	case hs.ErrorLog != nil:
		hs.ErrorLog.Print(e)
	default:
		log.Print(e)
	}
}
