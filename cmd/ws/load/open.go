package load

import (
	"context"
	"time"
)

// hopeless is how many dials may fail in a row. After that no more are tried: a
// server that is full or gone need not be asked thousands of times.
const hopeless = 10

// open opens the connections, spread over Ramp.
func (r *run) open(ctx context.Context) {
	if r.Watch != nil {
		defer r.watchOpening()()
	}
	failed := 0
	for i := 0; i < r.Conns && failed < hopeless; i++ {
		if !sleepUntil(ctx, r.base.Add(r.Ramp/time.Duration(r.Conns)*time.Duration(i))) {
			return
		}
		before := r.now()
		c, err := r.Dial(ctx)
		switch {
		case err == nil:
			failed = 0
			r.handshake.record(r.now()-before, true)
			r.add(c)
		case ctx.Err() != nil:
			return
		default:
			failed++
			r.unopened++
			r.failures.add(err)
		}
	}
}

// sleepUntil returns false if ctx ends first.
func sleepUntil(ctx context.Context, t time.Time) bool {
	d := time.Until(t)
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// watchOpening tells Watch how it goes until the function that it returns is
// called.
func (r *run) watchOpening() (stop func()) {
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(watchEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				r.look(0)
			case <-done:
				return
			}
		}
	}()
	return func() {
		close(done)
		<-stopped
	}
}
