package protocol

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// interrupter ends a blocking read or write of the stream when a context ends,
// by a deadline in the past. It goes on watching the context after the call:
// the next one mostly brings the same context, and watching that costs nothing.
type interrupter struct {
	set func(time.Time) error // the stream's deadline
	end <-chan struct{}       // closed with the stream: a context that ends with it need not be watched

	mu    sync.Mutex
	more  func(time.Time) error // the deadline of its other descriptor, if there is one
	done  <-chan struct{}       // of the context watched, nil if none is
	stop  func() bool
	round int         // to tell a context watched no longer from the one that is
	fired bool        // the deadline is in the past
	nudge atomic.Bool // the deadline is in the past only to wake the call
	off   bool        // the stream is closed
}

// aLongTimeAgo is a deadline that has passed.
var aLongTimeAgo = time.Unix(1, 0)

// watch makes ctx the context that interrupts, and no other.
func (i *interrupter) watch(ctx context.Context) {
	// The channel stands for the context: contexts need not be comparable.
	done := ctx.Done()
	if done == i.end {
		done = nil
	}
	if done == i.done && !i.nudge.Load() {
		return
	}
	if i.stop != nil {
		i.stop()
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.round++
	if nudge := i.nudge.Swap(false); i.fired || nudge {
		i.fired = false
		i.setBoth(time.Time{})
	}
	i.done, i.stop = done, nil
	if i.done == nil || i.off {
		return
	}
	round := i.round
	i.stop = context.AfterFunc(ctx, func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		if i.round == round {
			i.fired = true
			i.setBoth(aLongTimeAgo)
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

// setBoth sets the deadline of the stream. i.mu is held.
func (i *interrupter) setBoth(at time.Time) {
	i.set(at)
	if i.more != nil {
		i.more(at)
	}
}

// also makes set the deadline of the stream's other descriptor.
func (i *interrupter) also(set func(time.Time) error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.more = set
	if i.fired {
		set(aLongTimeAgo)
	}
}

// poke ends the call as if the context had ended, though it has not.
func (i *interrupter) poke() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.fired && !i.off {
		i.nudge.Store(true)
		i.set(aLongTimeAgo)
	}
}

// poked reports whether the call was ended by poke and nothing else.
func (i *interrupter) poked() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.fired || i.off || !i.nudge.Swap(false) {
		return false
	}
	i.set(time.Time{})
	return true
}
