package backplane_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"

	"github.com/seed372fb791/rfc6455/internal/backplane"
)

// A life that has ended begins no call, and is over when those under way are.
func TestLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l backplane.Life
		ended, end := context.WithCancel(t.Context())
		end()
		if err := l.Enter(ended); err != context.Canceled {
			t.Errorf("entered with an ended context: %v", err)
		}
		if err := l.Enter(t.Context()); err != nil {
			t.Fatal(err)
		}
		over := make(chan struct{})
		l.Go(func() { <-l.Context().Done(); <-over })
		l.End()
		l.End()
		if err := l.Enter(t.Context()); !errors.Is(err, net.ErrClosed) {
			t.Errorf("entered after the end: %v", err)
		}
		if err := l.Wait(ended); err != context.Canceled {
			t.Errorf("waited: %v", err)
		}
		waited := make(chan error, 1)
		go func() { waited <- l.Wait(t.Context()) }()
		for i, done := range []func(){l.Leave, func() { close(over) }} {
			synctest.Wait()
			if len(waited) > 0 {
				t.Errorf("over before %d", i)
			}
			done()
		}
		if err := <-waited; err != nil {
			t.Errorf("waited: %v", err)
		}
	})
}
