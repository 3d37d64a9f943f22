package server

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Server accepts connections, runs a handler for each and can end them all. It is an http.Handler, and serves
// listeners itself with [Server.Serve]; one Server may do both.
//
// The fields must not be changed once it is in use. All methods are safe for concurrent use. A Server must not
// be copied.
type Server struct {
	Options

	// Handle is run for each connection, on a goroutine of its own, and the connection is closed when it
	// returns: with 1000 (normal closure) for nil, with 1001 (going away) for an error after ctx has ended,
	// with 1011 (internal error) for any other error, unless it is closing already. The peer never sees the
	// error's text.
	//
	// ctx ends when the connection's transport has been closed, by whomever; [Request] returns the opening
	// handshake's request from it. Through net/http it has the values of the request's context, such as those
	// that middleware has set, but does not end with that context, nor with http.Server.BaseContext.
	//
	// A panic closes the connection with 1011, is recovered and goes to OnError as a *PanicError.
	//
	// A connection keeps the head of its request, of Options.MaxHeaderBytes at most, and through net/http the
	// context of the request with the values that middleware has put there.
	Handle func(ctx context.Context, c *websocket.Conn) error

	// Fallback, if not nil, answers requests that do not ask for an upgrade to any protocol, such as a browser's
	// for a page. Without it they are refused as handshakes, with 426. On a raw listener the request has no
	// body, and its context ends with HandshakeTimeout; the response is held in memory and ends the connection.
	Fallback http.Handler

	// TLSConfig is for ServeTLS, which copies it. Any NextProtos are replaced: the opening handshake is one
	// of HTTP/1.1. A GetConfigForClient has to see to that by itself.
	TLSConfig *tls.Config

	tracker  tracker
	checking sync.Once
	checked  checked // Options
	log      throttle
}

// Handler returns a Server that runs serve for each connection, as Server.Handle says. A nil o stands for the
// defaults; o is copied. It panics if serve is nil or o means nothing.
func Handler(serve func(ctx context.Context, c *websocket.Conn) error, o *Options) *Server {
	s := &Server{Handle: serve}
	if o != nil {
		s.Options = *o
		s.Origins = slices.Clone(o.Origins)
		s.Subprotocols = slices.Clone(o.Subprotocols)
	}
	if err := s.check(); err != nil {
		panic(err)
	}
	return s
}

// ServeHTTP accepts the connection as [Accept] does and returns when the opening handshake is done, while s.Handle
// runs on a goroutine of its own: so net/http's, with its stack and its buffers, is not kept for the connection's
// life. What middleware does after ServeHTTP is therefore done early; [Server.Shutdown] waits for s.Handle.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.fallsBack(r) {
		s.Fallback.ServeHTTP(w, r)
		return
	}
	if err := s.check(); err != nil {
		s.report(r, refuseHTTP(w, r, err))
		return
	}
	if !s.tracker.enter() {
		s.report(r, refuseHTTP(w, r, errClosing))
		return
	}
	defer s.tracker.leave()
	ctx := new(httpContext)
	ctx.tracker = &s.tracker
	c, err := s.acceptAs(&ctx.member, w, r)
	if err != nil {
		s.report(r, err)
		return
	}
	ctx.keep(r)
	s.tracker.stay()
	go (&call{server: s, ctx: ctx, conn: c}).run()
}

// Accept is [Accept] with s.Options for a connection that belongs to s: Shutdown and Close end it. s.Handle is
// not run. While s shuts down, requests are refused with 503; for one that it overtakes the error is
// ErrServerClosed, and the connection is being closed.
func (s *Server) Accept(w http.ResponseWriter, r *http.Request) (*websocket.Conn, error) {
	if !s.tracker.enter() {
		return nil, refuseHTTP(w, r, errClosing)
	}
	defer s.tracker.leave()
	return s.acceptAs(&member{tracker: &s.tracker}, w, r)
}

// acceptAs accepts a connection through net/http and makes it m.
func (s *Server) acceptAs(m *member, w http.ResponseWriter, r *http.Request) (*websocket.Conn, error) {
	c, err := s.accept(w, r, s.parsed(), m.closed)
	if err != nil {
		return nil, err
	}
	if err := s.add(m, c); err != nil {
		return nil, err
	}
	return c, nil
}

// add makes c the connection of m, or closes it if the server began to stop during the handshake.
func (s *Server) add(m *member, c *websocket.Conn) error {
	switch s.tracker.add(m, c) {
	case serving:
		return nil
	case stopping:
		goAway(c)
	case killed:
		c.CloseNow()
	}
	return ErrServerClosed
}

// PanicError is a panic of Handle, or on a raw listener of what is called in an opening handshake, as
// Options.OnError gets it.
type PanicError struct {
	Value any    // what panic was called with
	Stack []byte // of the goroutine that did, as text
}

// Error returns the value and the stack.
func (e *PanicError) Error() string {
	return fmt.Sprintf("websocket: panic: %v\n%s", e.Value, e.Stack)
}
