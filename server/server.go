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

	// Opened, if not nil, is called when an opening handshake is over, before Handle is run: with nil if it has led
	// to a connection, else with what OnError hears. It began when a raw listener had the connection, or through
	// net/http when the request had been read. r is nil if there was no request. Requests that Fallback answers are no
	// handshakes.
	Opened func(r *http.Request, began time.Time, err error)

	// Closed, if not nil, is called once for each connection when it has ended and Handle has returned. c.End and
	// c.Stats tell the close code and the bytes; [Request] tells from ctx, which is Handle's and has ended, whose
	// connection it was. err is why it has ended, the first cause alone:
	//
	//   - the peer's *websocket.CloseError, which has the code 1006 if the connection was lost; a *websocket.TimeoutError
	//     for a peer that was given up; a *websocket.ProtocolError for one that broke a rule or a limit
	//   - ErrServerClosed after Shutdown or Close; ErrMaxAge
	//   - what Handle has returned, a *PanicError if it has panicked, http.ErrAbortHandler if that was the panic or it
	//     has ended its goroutine
	//   - nil if Handle has returned nil, or has closed the connection and returned no more than that
	//
	// Shutdown waits for Closed as for Handle. It may be called concurrently, as Opened, and a panic goes to OnError. For
	// a connection of [Server.Accept], for which Handle is not run, it is called too.
	Closed func(ctx context.Context, c *websocket.Conn, err error)

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
	ctx := newHTTPContext(&s.tracker)
	if err := s.acceptAs(&ctx.member, w, r, s.check()); err != nil {
		s.report(r, err)
		return
	}
	ctx.keep(r)
	go (&call{server: s, ctx: ctx, member: &ctx.member}).run()
}

// Accept is [Accept] with s.Options for a connection that belongs to s: Shutdown and Close end it. s.Handle is
// not run. While s shuts down, requests are refused with 503; for one that it overtakes the error is
// ErrServerClosed, and the connection is being closed.
func (s *Server) Accept(w http.ResponseWriter, r *http.Request) (*websocket.Conn, error) {
	ctx := newHTTPContext(&s.tracker)
	if err := s.acceptAs(&ctx.member, w, r, s.parsed().err); err != nil {
		return nil, err
	}
	if s.Closed == nil {
		s.tracker.leave()
		return ctx.conn, nil
	}
	ctx.keep(r)
	ctx.afterFunc(func() {
		go func() {
			defer s.tracker.leave()
			s.closed(ctx, &ctx.member, nil)
		}()
	})
	return ctx.conn, nil
}

// acceptAs accepts a connection through net/http and makes it m's, unless it is known that s is unfit for that. If the
// error is nil s.tracker.leave has to follow.
func (s *Server) acceptAs(m *member, w http.ResponseWriter, r *http.Request, unfit error) (err error) {
	began := time.Now()
	err = errExited
	defer func() { s.opened(r, began, err) }()
	if unfit == nil {
		unfit = s.tracker.enter(s.MaxHandshakes)
	}
	if unfit != nil {
		return m.refuse(w, r, unfit)
	}
	return s.shakeHands(m, w, r)
}

// shakeHands is acceptAs after s.tracker.enter.
func (s *Server) shakeHands(m *member, w http.ResponseWriter, r *http.Request) (err error) {
	err = errExited
	defer func() { // also after a panic, which net/http recovers
		s.tracker.handshook()
		if err != nil {
			m.failed()
			s.tracker.leave()
		}
	}()
	if err := s.admit(m, r); err != nil {
		return m.refuse(w, r, err)
	}
	c, err := s.accept(w, r, s.parsed(), m)
	if err != nil {
		return err
	}
	return s.add(m, c)
}

// add makes c the connection of m, or closes it if the server began to stop during the handshake.
func (s *Server) add(m *member, c *websocket.Conn) error {
	phase, gone := s.tracker.add(m, c)
	if gone {
		m.count(endOf(c))
	}
	s.limitAge(m, c)
	switch phase {
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
