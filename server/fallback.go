package server

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"

	"github.com/seed372fb791/rfc6455/handshake"
)

// fallsBack reports whether r is for s.Fallback: it does not ask for an upgrade to anything, and did not before a
// proxy took that off.
func (s *Server) fallsBack(r *http.Request) bool {
	return s.Fallback != nil && len(r.Header["Upgrade"]) == 0 && !handshake.IsAttempt(r)
}

// serveFallback has Server.Fallback answer the request of a raw connection, and ends that.
func (h *opening) serveFallback() {
	ctx, cancel := h.duringOpening()
	defer cancel()
	a := answer{header: make(http.Header)}
	if !h.server.runFallback(&a, h.request.WithContext(ctx)) {
		h.nc.Close()
		return
	}
	a.WriteHeader(http.StatusOK) // unless there was another one
	if a.header["Content-Type"] == nil && a.body.Len() > 0 {
		a.header.Set("Content-Type", http.DetectContentType(a.body.Bytes())) // as net/http does
	}
	response := http.Response{
		StatusCode:    a.status,
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        a.header,
		Body:          io.NopCloser(&a.body),
		ContentLength: int64(a.body.Len()),
		Close:         true,
		Request:       h.request,
	}
	var whole bytes.Buffer
	response.Write(&whole)
	sendLast(h.nc, whole.Bytes(), h.server.handshakeTimeout())
}

// runFallback runs s.Fallback and reports whether it has returned: there is no net/http below to take a panic.
func (s *Server) runFallback(w http.ResponseWriter, r *http.Request) (returned bool) {
	defer func() {
		if v := recover(); v != nil && v != http.ErrAbortHandler {
			s.complain(r, &PanicError{v, debug.Stack()})
		}
	}()
	s.Fallback.ServeHTTP(w, r)
	return true
}

// answer is the http.ResponseWriter of a raw connection. It holds the response.
type answer struct {
	header http.Header
	status int // 0 until it is known
	body   bytes.Buffer
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	switch {
	case status < 100 || status > 999:
		panic(fmt.Sprintf("websocket: Fallback has answered with the status %d", status))
	case a.status == 0 && status >= 200: // interim responses are not worth sending
		a.status = status
	}
}

func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}
