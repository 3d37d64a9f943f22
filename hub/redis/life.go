package redis

import (
	"context"
	"fmt"
	"net"
	"sync"
)

var errClosed = fmt.Errorf("websocket: the backplane is closed: %w", net.ErrClosed)

// life is a backplane's, until it is closed.
type life struct {
	ctx context.Context // ends with it
	end context.CancelFunc

	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup // goroutines and calls; grows with mu held
}

func (l *life) begin() { l.ctx, l.end = context.WithCancel(context.Background()) }

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

// also runs f on a goroutine, while the caller is one or has entered.
func (l *life) also(f func()) { l.running.Go(f) }

// Close ends all subscriptions, and waits for what is under way. The client stays open.
func (l *life) Close(ctx context.Context) error {
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
