package server

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Accept answers a client's opening handshake and takes the connection over from net/http. Fields set in
// w.Header() are sent with the response. The caller owns the connection and closes it; neither
// http.Server.Shutdown nor a [Server] knows of it: for that, see [Server.Accept]. Safe for concurrent use.
//
// A request that is no valid opening handshake, or that o does not allow, has been answered when Accept
// returns; nothing is left to do but to return from the handler. The error is then a *handshake.Error that
// says what was wrong and with which status it was refused, or the error of o.Check. Its Status is 505 for a
// request over HTTP/2 and 500 if w cannot be hijacked, which middleware can cause. Any other error says that
// the response could not be sent.
//
//rfc:6455-4.2.2-19 6455-4.2.2-25
func Accept(w http.ResponseWriter, r *http.Request, o *Options) (*websocket.Conn, error) {
	if o == nil {
		o = new(Options)
	}
	return o.accept(w, r, o.parse(), new(member))
}

// accept is Accept for a connection that is to be m, of no server perhaps.
func (o *Options) accept(w http.ResponseWriter, r *http.Request, with checked, m *member) (*websocket.Conn, error) {
	if with.err != nil {
		return nil, m.refuse(w, r, with.err)
	}
	if r.ProtoMajor > 1 {
		return nil, m.refuse(w, r, errHTTP2)
	}
	if err := handshake.CheckHead(r, o.headLimits()); err != nil {
		return nil, m.refuse(w, r, err)
	}
	response, setup, err := o.negotiate(nil, question{r, w.Header(), with.origins})
	if err != nil {
		return nil, m.refuse(w, r, err)
	}
	if m.tracker != nil && m.tracker.isStopping() {
		release(setup.Deflate)
		return nil, m.refuse(w, r, errClosing)
	}
	nc, buffers, err := http.NewResponseController(w).Hijack()
	if err != nil {
		release(setup.Deflate)
		return nil, m.refuse(w, r, errHijack)
	}
	setup.Received = takeBuffered(buffers)
	if m.tracker != nil {
		setup.Closed = m.closed
	}
	return o.connect(r, nc, response, setup)
}

// connect makes nc, which has been taken over from net/http, a connection. If it cannot, by a panic of
// o.Transport too, it closes nc.
func (o *Options) connect(
	r *http.Request, nc net.Conn, response []byte, setup websocket.Setup,
) (c *websocket.Conn, err error) {
	defer func() {
		if c == nil {
			release(setup.Deflate)
			nc.Close()
		}
	}()
	over := o.transport(r, nc)
	if err := sendResponse(over, response, o.handshakeDeadline()); err != nil {
		return nil, err
	}
	return websocket.NewConn(over, websocket.Server, setup, o.Conn), nil
}

// transport returns what to use for a connection over nc.
func (o *Options) transport(r *http.Request, nc net.Conn) net.Conn {
	if o.Transport == nil {
		return nc
	}
	return o.Transport(r, nc)
}

var (
	errHTTP2 = &handshake.Error{
		Status: http.StatusHTTPVersionNotSupported,
		Rule:   "6455-4.2.1-2",
		Text:   "the request is not one of HTTP/1.1",
	}
	errHijack = &handshake.Error{
		Status: http.StatusInternalServerError,
		Rule:   "6455-4.2.2-19",
		Text:   "the http.ResponseWriter cannot be hijacked",
	}
)

// takeBuffered returns a copy of the bytes that net/http has read beyond the request: they are frames. Then it
// lets go of the buffers' memory, which net/http would keep until its handler returns.
func takeBuffered(b *bufio.ReadWriter) []byte {
	p, _ := b.Reader.Peek(b.Reader.Buffered())
	p = bytes.Clone(p)
	*b.Reader = bufio.Reader{}
	*b.Writer = bufio.Writer{}
	return p
}

// sendResponse sends the 101 response, and lifts the deadlines that were set for the handshake.
func sendResponse(nc net.Conn, response []byte, deadline time.Time) error {
	if err := nc.SetDeadline(deadline); err != nil {
		return err
	}
	if _, err := nc.Write(response); err != nil {
		return err
	}
	return nc.SetDeadline(time.Time{})
}
