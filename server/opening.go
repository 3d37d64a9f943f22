package server

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// opening is the opening handshake of a raw connection.
type opening struct {
	server   *Server
	nc       net.Conn
	deadline time.Time     // of all of it
	request  *http.Request // nil until it has been read
	head     []byte        // the request's bytes
	received []byte        // what came after them
	header   http.Header   // what Check has set
}

// serveConn conducts the opening handshake on nc and starts the handler.
func (s *Server) serveConn(nc net.Conn, deadline time.Time) {
	h := opening{server: s, nc: nc, deadline: deadline}
	ctx, c, err := h.run()
	if err == nil {
		// On a new goroutine, whose stack is small: parsing, and TLS even more, have made this one's big.
		go s.handleRaw(ctx, c)
		return
	}
	if err != errFellBack && err != io.EOF { // which is a mere probe of the port
		s.report(h.request, err)
	}
	s.tracker.leave()
}

// run returns the connection and its handler's context. If there is an error nc has been closed.
func (h *opening) run() (context.Context, *protocol.Conn, error) {
	if err := h.receive(); err != nil {
		return nil, nil, h.abort(err)
	}
	if h.server.fallsBack(h.request) {
		return nil, nil, h.fallBack()
	}
	response, setup, err := h.negotiate()
	if err != nil {
		return nil, nil, h.refuse(err)
	}
	if !h.server.tracker.opened(h.nc) {
		release(setup.Deflate)
		return nil, nil, h.refuse(errClosing)
	}
	nc := h.server.transport(h.request, h.nc)
	if err := sendResponse(nc, response, h.deadline); err != nil {
		release(setup.Deflate)
		closeTransport(h.nc)
		return nil, nil, err
	}
	ctx := &rawContext{member: member{tracker: &h.server.tracker}, nc: h.nc, head: h.head}
	setup.Received, setup.Closed = h.received, ctx.closed
	c := protocol.NewConn(nc, protocol.Server, setup, h.server.Conn)
	ctx.done = c.Done()
	return ctx, c, h.server.add(&ctx.member, c)
}

// receive completes the TLS handshake, if there is one, and reads the request.
//
//rfc:6455-4.2.2-1 6455-4.2.2-2
func (h *opening) receive() error {
	if secure, ok := h.nc.(*tls.Conn); ok {
		if err := secure.Handshake(); err != nil {
			return err
		}
	}
	return h.readRequest()
}

// heads are buffers for requests. Most fit into one.
var heads = sync.Pool{New: func() any { return new([4 << 10]byte) }}

// readRequest reads the request and keeps what has come with it.
func (h *opening) readRequest() error {
	memory := heads.Get().(*[4 << 10]byte)
	defer heads.Put(memory)
	buf := memory[:0]
	for {
		buf = slices.Grow(buf, 1)
		n, readErr := h.nc.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		r, size, err := handshake.ParseRequest(buf, h.server.headLimits())
		switch {
		case err == nil:
			h.request, h.head, h.received = r, bytes.Clone(buf[:size]), bytes.Clone(buf[size:])
			addTransport(r, h.nc)
			return nil
		case err != io.ErrUnexpectedEOF:
			return err
		case errors.Is(readErr, os.ErrDeadlineExceeded):
			return errSlow
		case readErr == io.EOF && len(buf) > 0:
			return io.ErrUnexpectedEOF
		case readErr != nil:
			return readErr
		}
	}
}

// addTransport adds to a request what is known of its connection.
func addTransport(r *http.Request, nc net.Conn) {
	r.RemoteAddr = nc.RemoteAddr().String()
	if secure, ok := nc.(*tls.Conn); ok {
		r.TLS = new(secure.ConnectionState())
	}
}

var errSlow = &handshake.Error{
	Status: http.StatusRequestTimeout,
	Rule:   "6455-10.7-4",
	Text:   "the request did not come in time",
	Option: "Options.HandshakeTimeout",
}

// negotiate decides about the request. There is no net/http below to take a panic of Check.
func (h *opening) negotiate() (response []byte, s protocol.Setup, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{v, debug.Stack()}
		}
	}()
	r := h.request
	if h.server.Check != nil {
		ctx, cancel := context.WithDeadline(context.Background(), h.deadline)
		defer cancel()
		r, h.header = r.WithContext(ctx), make(http.Header)
	}
	return h.server.negotiate(r, h.header)
}

// abort ends an opening handshake without a request to answer: an answer is for those who speak HTTP.
func (h *opening) abort(err error) error {
	var known *handshake.Error
	if errors.As(err, &known) {
		return h.refuse(err)
	}
	h.server.tracker.opened(h.nc)
	closeTransport(h.nc)
	return err
}

// fallBack answers a request that is no opening handshake.
func (h *opening) fallBack() error {
	if !h.server.tracker.opened(h.nc) {
		return h.refuse(errClosing)
	}
	h.server.serveFallback(h.nc, h.request, h.deadline)
	return errFellBack
}

// errFellBack says that there is no connection, and that nothing is wrong with that.
var errFellBack = errors.New("websocket: answered by Server.Fallback")

// refuse answers the request with err, or with the server's end if that is what has interrupted it.
func (h *opening) refuse(err error) error {
	if h.server.tracker.isStopping() {
		err = errClosing
	}
	refuse(h.nc, err, h.header)
	h.server.tracker.opened(h.nc)
	return err
}
