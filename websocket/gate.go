package websocket

import (
	"context"
	"sync"
	"time"
)

// gate ends a blocking read or write of the stream when a context ends, by a
// deadline in the past. It goes on watching the context after the call: the
// next one mostly brings the same context, and watching that costs nothing.
type gate struct {
	mu     sync.Mutex
	done   <-chan struct{} // of the context of the last call
	stop   func() bool     // stops watching it, nil if it need not be watched
	round  uint32          // to tell a context watched no longer from the one that is
	writes bool            // the gate is that of writes
	fired  bool            // the deadline is in the past
	off    bool            // the stream is closed
}

// aLongTimeAgo is a deadline that has passed.
var aLongTimeAgo = time.Unix(1, 0)

// watch makes ctx the context that interrupts at g, and no other.
func (g *gate) watch(c *Conn, ctx context.Context) {
	// The channel stands for the context: contexts need not be comparable.
	if done := ctx.Done(); done != g.done {
		g.watchAnother(c, ctx)
	}
}

func (g *gate) watchAnother(c *Conn, ctx context.Context) {
	if g.stop != nil {
		g.stop()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.round++
	if g.fired && !g.off {
		g.fired = false
		g.setDeadline(&c.stream, time.Time{})
	}
	g.done, g.stop = ctx.Done(), nil
	if g.done == nil || g.off || c.isDone(g.done) { // a context that ends with the connection need not be watched
		return
	}
	round := g.round
	g.stop = context.AfterFunc(ctx, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.round == round && !g.off {
			g.fired = true
			g.setDeadline(&c.stream, aLongTimeAgo)
		}
	})
}

// setDeadline sets the deadline of what is behind g. g.mu is held.
func (g *gate) setDeadline(s *stream, at time.Time) error {
	if g.writes {
		return s.setWriteDeadline(at)
	}
	return s.setReadDeadline(at)
}

// release interrupts for good: the stream is about to be closed. It reports whether
// a call that waits will come back.
func (g *gate) release(c *Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.round++
	g.off = true
	if g.stop != nil {
		g.stop()
	}
	return g.setDeadline(&c.stream, aLongTimeAgo) == nil
}
