package chaos

import (
	"context"
	"time"
)

// scope is the context of a step, with what the rules have to know.
type scope struct {
	context.Context
	kind    ctxKind
	ends    time.Time // zero if that is not known before
	stop    func()
	endedBy bool // the context had ended when the call returned
}

// newScope makes the context of the kind given.
func (w *world) newScope(c Ctx) *scope {
	s := &scope{Context: context.Background(), kind: c.Kind, stop: func() {}}
	switch c.Kind {
	case ctxRun:
		s.Context = w.run
	case ctxOver:
		ctx, cancel := context.WithCancel(w.run)
		cancel()
		s.Context, s.ends = ctx, time.Now()
	case ctxTimeout:
		s.ends = time.Now().Add(c.D)
		s.Context, s.stop = context.WithTimeout(w.run, c.D)
	case ctxCancel:
		ctx, cancel := context.WithCancel(w.run)
		s.ends = time.Now().Add(c.D)
		timer := time.AfterFunc(c.D, cancel)
		s.Context, s.stop = ctx, func() { timer.Stop(); cancel() }
	}
	return s
}

// note remembers at the end of a call whether the context has ended. It may be
// called for nil.
func (s *scope) note() {
	if s != nil {
		s.endedBy = s.Err() != nil
	}
}
