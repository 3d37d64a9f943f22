package server

import (
	"context"
	"net/http"
	"runtime/debug"
	"time"
)

// opened tells Server.Opened of an opening handshake that is over.
func (s *Server) opened(r *http.Request, began time.Time, err error) {
	if s.Opened == nil {
		return
	}
	defer func() {
		if v := recover(); v != nil {
			s.complain(r, &PanicError{v, debug.Stack()})
		}
	}()
	s.Opened(r, began, err)
}

// closed tells Server.Closed of a connection that has ended, once that is so. failure is what Handle had to say.
func (s *Server) closed(ctx context.Context, m *member, failure error) {
	if s.Closed == nil {
		return
	}
	defer func() {
		if v := recover(); v != nil {
			s.complain(Request(ctx), &PanicError{v, debug.Stack()})
		}
	}()
	<-m.conn.Done()
	s.Closed(ctx, m.conn, m.reason(failure))
}
