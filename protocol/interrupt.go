package protocol

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
func (c *Conn) watch(g *gate, ctx context.Context) {
	// The channel stands for the context: contexts need not be comparable.
	if done := ctx.Done(); done != g.done || !g.writes && c.nudged.Load() {
		c.watchAnother(g, ctx)
	}
}

func (c *Conn) watchAnother(g *gate, ctx context.Context) {
	if g.stop != nil {
		g.stop()
	}
	// A context that ends with the connection need not be watched.
	vain := ctx.Done() == nil || c.isDone(ctx.Done())
	g.mu.Lock()
	defer g.mu.Unlock()
	g.round++
	if nudged := !g.writes && c.nudged.Swap(false); g.fired || nudged {
		g.fired = false
		c.setDeadline(g, time.Time{})
	}
	g.done, g.stop = ctx.Done(), nil
	if vain || g.off {
		return
	}
	round := g.round
	g.stop = context.AfterFunc(ctx, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.round == round {
			g.fired = true
			c.setDeadline(g, aLongTimeAgo)
		}
	})
}

// setDeadline sets the deadline of what is behind g. g.mu is held.
func (c *Conn) setDeadline(g *gate, at time.Time) {
	if g.writes {
		c.setWriteDeadline(at)
		return
	}
	c.setReadDeadline(at)
	if c.second != nil {
		c.second.SetReadDeadline(at)
	}
}

// release stops to watch: the stream is closed.
func (g *gate) release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.round++
	g.off = true
	if g.stop != nil {
		g.stop()
	}
}

// poke ends the read as if the context had ended, though it has not.
func (c *Conn) poke() {
	g := &c.readGate
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.fired && !g.off {
		c.nudged.Store(true)
		c.setReadDeadline(aLongTimeAgo)
	}
}

// poked reports whether the read was ended by poke and nothing else.
func (c *Conn) poked() bool {
	g := &c.readGate
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.fired || g.off || !c.nudged.Swap(false) {
		return false
	}
	c.setReadDeadline(time.Time{})
	return true
}
