package proxy

import (
	"bytes"
	"context"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/transcript"
)

// mostDelayed bounds the bytes that a delay holds. Who sends more meanwhile is
// slowed down.
const mostDelayed = 16 << 20

// delay has events happen later, in order. While some wait more come in.
type delay struct {
	ctx     context.Context // after which nothing happens any more
	by      time.Duration
	happen  func(transcript.Event) bool
	running sync.WaitGroup

	mu      sync.Mutex
	changed sync.Cond
	waiting []delayed
	size    int  // of their data
	closed  bool // nothing is added any more
	over    bool // nothing happens any more
}

type delayed struct {
	transcript.Event
	due time.Time
}

func newDelay(ctx context.Context, by time.Duration, happen func(transcript.Event) bool) *delay {
	d := &delay{ctx: ctx, by: by, happen: happen}
	d.changed.L = &d.mu
	d.running.Go(d.run)
	return d
}

// add has e happen later. It returns false if nothing can follow any more.
func (d *delay) add(e transcript.Event) bool {
	e.Data = bytes.Clone(e.Data)
	due := time.Now().Add(d.by)
	d.mu.Lock()
	defer d.mu.Unlock()
	for d.size > mostDelayed && !d.over {
		d.changed.Wait()
	}
	d.waiting, d.size = append(d.waiting, delayed{e, due}), d.size+len(e.Data)
	d.changed.Broadcast()
	return !d.over
}

// end returns when all that was added has happened.
func (d *delay) end() {
	d.mu.Lock()
	d.closed = true
	d.changed.Broadcast()
	d.mu.Unlock()
	d.running.Wait()
}

// run has things happen in their time.
func (d *delay) run() {
	for e, ok := d.next(); ok; e, ok = d.next() {
		select {
		case <-time.After(time.Until(e.due)):
		case <-d.ctx.Done():
		}
		if d.ctx.Err() != nil || !d.happen(e.Event) {
			break
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.over = true
	d.changed.Broadcast()
}

// next waits for the first of those that wait.
func (d *delay) next() (e delayed, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for len(d.waiting) == 0 && !d.closed {
		d.changed.Wait()
	}
	if len(d.waiting) == 0 {
		return delayed{}, false
	}
	e = d.waiting[0]
	d.waiting, d.size = d.waiting[1:], d.size-len(e.Data)
	d.changed.Broadcast()
	return e, true
}
