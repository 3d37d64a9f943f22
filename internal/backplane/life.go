// Package backplane is what the Hub and its backplanes have in common, whatever their broker: when their calls and
// goroutines come to an end (life.go), who is told whether there is a broker (watch.go), and the longest ID.
package backplane

import (
	"context"
	"fmt"
	"net"
	"sync"
)

// ErrClosed is the error of calls of a backplane that is closed.
var ErrClosed = fmt.Errorf("websocket: the backplane is closed: %w", net.ErrClosed)

// MaxID and MaxKey are the most bytes of a hub.Message's ID and Key.
const (
	MaxID  = 64
	MaxKey = 1024
)

// Life counts the calls and goroutines of a backplane, or of a Hub, until it ends. The zero value is ready for use. All
// methods are safe for concurrent use.
type Life struct {
	mu      sync.Mutex
	ctx     context.Context // nil until somebody asks
	cancel  context.CancelFunc
	running sync.WaitGroup // grows with mu held, or by what runs
}

// Context returns a context that ends with l.
func (l *Life) Context() context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.context()
}

// context is Context. l.mu is held.
func (l *Life) context() context.Context {
	if l.ctx == nil {
		l.ctx, l.cancel = context.WithCancel(context.Background())
	}
	return l.ctx
}

// Enter begins a call. If the error is nil, Leave has to follow.
func (l *Life) Enter(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.context().Err() != nil:
		return ErrClosed
	case ctx.Err() != nil:
		return ctx.Err()
	}
	l.running.Add(1)
	return nil
}

// Leave ends a call.
func (l *Life) Leave() { l.running.Done() }

// Go runs f on a goroutine. It is for calls, between Enter and Leave, for such goroutines, and for whoever makes l.
func (l *Life) Go(f func()) { l.running.Go(f) }

// End ends l: Enter returns an error from now on.
func (l *Life) End() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.context()
	l.cancel()
}

// Wait waits for calls and goroutines, after End. If ctx ends first it returns ctx.Err().
func (l *Life) Wait(ctx context.Context) error {
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
