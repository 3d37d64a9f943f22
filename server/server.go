package server

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

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
	// for a page. Without it they are refused as handshakes, with 426. So is in any case what a proxy has left of
	// a handshake, see handshake.IsAttempt, with 505 if it is of HTTP/1.0: no page would tell its client what is
	// wrong. On a raw listener the request has no body, and its context ends with HandshakeTimeout; the response is
	// held in memory and ends the connection.
	Fallback http.Handler

	// MaxConns is the most connections at a time, and MaxConnsPerAddress the most of one address, on both ways and
	// from the moment at which a handshake's request has been read: more are refused with 503. Address returns the
	// address of a request, "" for one that does not count; nil stands for the host of r.RemoteAddr, which behind a
	// proxy is the proxy's for all. Zero stands for no limit, of the three below too.
	MaxConns, MaxConnsPerAddress int
	Address                      func(r *http.Request) string

	// MaxHandshakes is the most opening handshakes at a time. On a raw listener connections beyond it are closed at
	// once, without a word: what is in its handshake costs memory, and those that never end it hold a place for
	// HandshakeTimeout. Through net/http, where a handshake begins when its request has been read, more are refused
	// with 503.
	MaxHandshakes int

	// MaxAge is how long a connection may last: it is closed with 1001 (going away) then, or up to a tenth of that
	// before, so that those which came together do not come back together. Clients that reconnect spread over the
	// servers of a cluster again.
	MaxAge time.Duration

	// TLSConfig is for ServeTLS, which copies it. Any NextProtos are replaced: the opening handshake is one
	// of HTTP/1.1. A GetConfigForClient has to see to that by itself.
	TLSConfig *tls.Config

	tracker  tracker
	checking sync.Once
	checked  checked // Options
	log      throttle
	counts   counts
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
		s.failed(r, refuseHTTP(w, r, err))
		return
	}
	if err := s.tracker.enter(s.MaxHandshakes); err != nil {
		s.failed(r, refuseHTTP(w, r, err))
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
	err := s.tracker.enter(s.MaxHandshakes)
	if err != nil {
		s.counts.refused.Add(1)
		return nil, refuseHTTP(w, r, err)
	}
	defer s.tracker.leave()
	return s.acceptAs(&member{tracker: &s.tracker}, w, r)
}

// acceptAs accepts a connection through net/http and makes it m.
func (s *Server) acceptAs(m *member, w http.ResponseWriter, r *http.Request) (*websocket.Conn, error) {
	defer s.tracker.handshook()
	accepted := false
	defer func() { // also after a panic, which net/http recovers
		if !accepted {
			m.dismiss()
			s.counts.refused.Add(1)
		}
	}()
	if err := s.admit(m, r); err != nil {
		return nil, refuseHTTP(w, r, err)
	}
	c, err := s.accept(w, r, s.parsed(), m)
	if err != nil {
		return nil, err
	}
	if err := s.add(m, c); err != nil {
		return nil, err
	}
	accepted = true
	return c, nil
}

// add makes c the connection of m, or closes it if the server began to stop during the handshake.
func (s *Server) add(m *member, c *websocket.Conn) error {
	phase := s.tracker.add(m, c)
	s.limitAge(m, c)
	switch phase {
	case serving:
		s.counts.accepted.Add(1)
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
