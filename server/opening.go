package server

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
	"weak"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// opening is the opening handshake of a raw connection.
type opening struct {
	server      *Server
	nc          net.Conn
	deadline    time.Time     // of all of it
	ctx         *rawContext   // of the handler to come
	memory      *headMemory   // for the request and the response
	request     *http.Request // nil until it has been read
	received    []byte        // what came after it
	header      http.Header   // what Check has set
	interrupted bool          // guarded by the tracker
}

// headMemory has room for a request, and after it for the response. Most need no more.
type headMemory [4 << 10]byte

var headMemories = sync.Pool{New: func() any { return new(headMemory) }}

// newOpening returns the opening handshake of nc, which begins now.
func (s *Server) newOpening(nc net.Conn) *opening {
	h := &opening{server: s, nc: nc, deadline: s.handshakeDeadline(), ctx: &rawContext{nc: nc}}
	h.ctx.tracker = &s.tracker
	return h
}

// member is what the tracker knows it by.
func (h *opening) member() *member { return &h.ctx.member }

// errExited is the end of an opening handshake by runtime.Goexit in a program's function, and what Server.Opened hears of
// a panic that net/http recovers.
var errExited = errors.New("websocket: a function that an opening handshake calls has panicked or ended its goroutine")

// serve conducts the opening handshake and starts the handler.
func (h *opening) serve() {
	err := errExited
	defer func() { h.end(err) }()
	err = h.run()
}

// end ends the opening handshake with what has come of it.
func (h *opening) end(err error) {
	s := h.server
	s.tracker.handshook()
	if err == nil {
		s.opened(h.request, h.began(), nil)
		// On a new goroutine, whose stack is small, other than that of an opener.
		go (&call{server: s, ctx: h.ctx, member: h.member()}).run()
		return
	}
	defer s.tracker.leave()
	if err == errExited {
		h.cut(err)
	}
	if err == errFellBack || err == io.EOF { // which is a mere probe of the port
		return
	}
	if h.request == nil {
		err = &peerError{h.nc.RemoteAddr(), err}
	}
	h.member().failed()
	s.opened(h.request, h.began(), err)
	s.report(h.request, err)
}

// began is when it did.
func (h *opening) began() time.Time { return h.deadline.Add(-h.server.handshakeTimeout()) }

// run makes nc the member's connection. If there is an error, a panic of what is called among them, nc has been closed.
func (h *opening) run() (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = h.cut(&PanicError{v, debug.Stack()})
		}
	}()
	if err := h.secure(); err != nil {
		return h.abort(err)
	}
	h.memory = headMemories.Get().(*headMemory)
	defer headMemories.Put(h.memory)
	if err := h.readRequest(); err != nil {
		return h.abort(err)
	}
	if h.server.fallsBack(h.request) {
		return h.fallBack()
	}
	if err := h.server.admit(h.member(), h.request); err != nil {
		return h.refuse(err)
	}
	response, setup, err := h.negotiate()
	if err != nil {
		return h.refuse(err)
	}
	if h.server.tracker.isStopping() {
		release(setup.Deflate)
		return h.refuse(errClosing)
	}
	nc, err := h.answer(response, setup)
	if err != nil {
		return h.cut(err)
	}
	h.server.tracker.opened(h)
	return h.connect(nc, setup)
}

// answer sends the response, over what Options.Transport makes of nc, and returns that.
func (h *opening) answer(response []byte, setup websocket.Setup) (nc net.Conn, err error) {
	sent := false
	defer func() {
		if !sent {
			release(setup.Deflate)
		}
	}()
	nc = h.server.transport(h.request, h.nc)
	_, err = nc.Write(response)
	sent = err == nil
	return nc, err
}

// connect makes nc a connection.
func (h *opening) connect(nc net.Conn, setup websocket.Setup) error {
	setup.Received, setup.Closed = h.received, h.member().closed
	return h.server.add(h.member(), websocket.NewConn(nc, websocket.Server, setup, h.server.Conn))
}

// secure completes the TLS handshake, if there is one.
//
//rfc:6455-4.2.2-1 6455-4.2.2-2
func (h *opening) secure() error {
	if secure, ok := h.nc.(*tls.Conn); ok {
		return secure.Handshake()
	}
	return nil
}

// readRequest reads the request and keeps what has come with it.
func (h *opening) readRequest() error {
	buf := h.memory[:0]
	for {
		buf = slices.Grow(buf, 1)
		n, readErr := h.nc.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		r, size, err := handshake.ParseRequest(buf, h.server.headLimits())
		switch {
		case err == nil:
			h.request, h.received = r, bytes.Clone(buf[size:])
			h.ctx.head, h.ctx.parsed = string(buf[:size]), weak.Make(r)
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
		state := secure.ConnectionState()
		r.TLS = &state
	}
}

var errSlow = &handshake.Error{
	Status: http.StatusRequestTimeout,
	Rule:   "6455-10.7-4",
	Text:   "the request did not come in time",
	Option: "Options.HandshakeTimeout",
}

// negotiate decides about the request. There is no net/http below to take a panic of Check.
func (h *opening) negotiate() (response []byte, s websocket.Setup, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{v, debug.Stack()}
		}
	}()
	r := h.request
	if h.server.Check != nil {
		ctx, cancel := h.duringOpening()
		defer cancel()
		r, h.header = r.WithContext(ctx), make(http.Header)
	}
	return h.server.negotiate(h.memory[:0], question{r, h.header, h.server.parsed().origins})
}

// abort ends an opening handshake without a request to answer: an answer is for those who speak HTTP.
func (h *opening) abort(err error) error {
	var known *handshake.Error
	if errors.As(err, &known) {
		return h.refuse(err)
	}
	return h.cut(err)
}

// cut ends it without an answer.
func (h *opening) cut(err error) error {
	h.member().dismiss()
	closeTransport(h.nc)
	h.server.tracker.opened(h)
	return err
}

// fallBack answers a request that is no opening handshake.
func (h *opening) fallBack() error {
	if h.server.tracker.isStopping() {
		return h.refuse(errClosing)
	}
	switch {
	case hasBody(h.request):
		return h.refuse(errBody)
	case h.request.Host == "" && h.request.ProtoAtLeast(1, 1):
		return h.refuse(errNoHost)
	}
	h.server.tracker.refusing(h)
	h.serveFallback()
	h.server.tracker.opened(h)
	return errFellBack
}

// hasBody reports whether the peer sends something behind the request, or waits to be asked for it.
func hasBody(r *http.Request) bool {
	length := strings.Join(r.Header["Content-Length"], ",")
	return len(r.Header["Transfer-Encoding"]) > 0 || strings.Trim(length, "0") != ""
}

var (
	errBody = &handshake.Error{
		Status: http.StatusRequestEntityTooLarge,
		Rule:   "6455-4.2.1-2",
		Text:   "the request has a body, which a listener without net/http does not take",
	}
	errNoHost = &handshake.Error{
		Status: http.StatusBadRequest,
		Rule:   "6455-4.2.1-6",
		Text:   "Host is missing",
	}
)

// errFellBack says that there is no connection, and that nothing is wrong with that.
var errFellBack = errors.New("websocket: answered by Server.Fallback")

// refuse answers the request with err, or with the server's end if that is what has interrupted it.
func (h *opening) refuse(err error) error {
	if h.server.tracker.isStopping() {
		err = errClosing
	}
	h.server.tracker.refusing(h)
	h.member().dismiss() // before the peer has taken the answer, as all that is counted
	h.member().refused(refusal(err).Status)
	refuse(h.nc, h.request, err, h.header)
	h.server.tracker.opened(h)
	return err
}
