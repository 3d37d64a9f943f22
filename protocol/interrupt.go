package protocol

import (
	"context"
	"sync"
	"time"
)

// interrupter ends a blocking read or write of the stream when a context ends,
// by a deadline in the past. It goes on watching the context after the call:
// the next one mostly brings the same context, and watching that costs nothing.
type interrupter struct {
	set func(time.Time) error // the stream's deadline

	mu    sync.Mutex
	done  <-chan struct{} // of the context watched, nil if none is
	stop  func() bool
	round int  // to tell a context watched no longer from the one that is
	fired bool // the deadline is in the past
	off   bool // the stream is closed
}

// aLongTimeAgo is a deadline that has passed.
var aLongTimeAgo = time.Unix(1, 0)

// watch makes ctx the context that interrupts, and no other.
func (i *interrupter) watch(ctx context.Context) {
	// The channel stands for the context: contexts need not be comparable.
	if ctx.Done() == i.done {
		return
	}
	if i.stop != nil {
		i.stop()
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.round++
	if i.fired {
		i.fired = false
		i.set(time.Time{})
	}
	i.done, i.stop = ctx.Done(), nil
	if i.done == nil || i.off {
		return
	}
	round := i.round
	i.stop = context.AfterFunc(ctx, func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		if i.round == round {
			i.fired = true
			i.set(aLongTimeAgo)
		}
	})
}

// release stops to watch: the stream is closed.
func (i *interrupter) release() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.round++
	i.off = true
	if i.stop != nil {
		i.stop()
	}
}
