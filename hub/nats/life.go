package nats

import (
	"context"
	"sync"
)

// life is a backplane's, until it is closed.
type life struct {
	ctx context.Context // ends with it
	end context.CancelFunc

	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup // goroutines and calls; grows with mu held
}

func newLife() *life {
	l := &life{}
	l.ctx, l.end = context.WithCancel(context.Background())
	return l
}

// enter begins a call, until leave.
func (l *life) enter(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return errClosed
	case ctx.Err() != nil:
		return ctx.Err()
	}
	l.running.Add(1)
	return nil
}

func (l *life) leave() { l.running.Done() }

// close ends it, and waits for what is under way.
func (l *life) close(ctx context.Context) error {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.end()
	done := make(chan struct{})
	go func() {
		l.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// await waits until all subscriptions have begun or ended.
func (l *life) await(ctx context.Context, all []*subscription) error {
	for _, s := range all {
		select {
		case <-s.settled:
		case <-ctx.Done():
			return ctx.Err()
		case <-l.ctx.Done():
			return errClosed
		}
	}
	return nil
}
