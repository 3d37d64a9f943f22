package server

import (
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
)

// report tells Options.OnError how a handshake has failed. Without that only what is the server's own fault is
// logged: the rest is what its peers do.
func (s *Server) report(r *http.Request, err error) {
	if s.OnError != nil || isOwnFault(err) {
		s.complain(r, err)
	}
}

// isOwnFault tells a fault of the server, or of a program's functions, from one of the peer.
func isOwnFault(err error) bool {
	var known *handshake.Error
	var panicked *PanicError
	switch {
	case errors.As(err, &panicked):
		return true
	case errors.As(err, &known):
		return known.Status == http.StatusInternalServerError || !known.Refuses()
	}
	return false
}

// complain tells Options.OnError, or else the log, about what is the server's own fault. It never panics.
func (s *Server) complain(r *http.Request, err error) {
	if s.OnError == nil {
		s.log.print(r, err)
		return
	}
	defer func() {
		if v := recover(); v != nil {
			s.log.print(r, &PanicError{v, debug.Stack()})
		}
	}()
	s.OnError(r, err)
}

// peerError is why no request came from a peer, with its address, which a request would have.
type peerError struct {
	peer net.Addr
	err  error
}

func (e *peerError) Error() string {
	return fmt.Sprintf("websocket: %v: %s", e.peer, strings.TrimPrefix(e.err.Error(), "websocket: "))
}

func (e *peerError) Unwrap() error { return e.err }

// throttle bounds what goes to the log, since a peer may be able to provoke it: ten lines, then one a second.
type throttle struct {
	mu     sync.Mutex
	full   time.Time // when ten lines may be printed again
	unsaid int       // how many were not printed since the last one
}

// print prints err where net/http logs for the server of r, or with package log.
func (t *throttle) print(r *http.Request, err error) {
	unsaid, ok := t.next(time.Now())
	if !ok {
		return
	}
	text := err.Error()
	if unsaid > 0 {
		text += fmt.Sprintf(" (and %d more since the last one)", unsaid)
	}
	if r != nil {
		if hs, ok := r.Context().Value(http.ServerContextKey).(*http.Server); ok && hs.ErrorLog != nil {
			hs.ErrorLog.Print(text)
			return
		}
	}
	log.Print(text)
}

// next reports whether one may be printed now, and how many were not before it.
func (t *throttle) next(now time.Time) (unsaid int, ok bool) {
	const burst, pause = 10, time.Second
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.full.Before(now) {
		t.full = now
	}
	if t.full.Sub(now) > (burst-1)*pause {
		t.unsaid++
		return 0, false
	}
	t.full = t.full.Add(pause)
	unsaid, t.unsaid = t.unsaid, 0
	return unsaid, true
}
