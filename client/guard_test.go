package client

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
)

// What guard guards stays open only if all is well: f has succeeded and the context has not ended.
//
//rfc:6455-7.1.7-1 6455-7.2.1-1
func TestGuard(t *testing.T) {
	for name, test := range map[string]struct {
		cancel bool
		err    error
		want   error
	}{
		"success":           {false, nil, nil},
		"failure":           {false, io.EOF, io.EOF},
		"ended":             {true, nil, context.Canceled},
		"ended and failure": {true, io.EOF, io.EOF},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				closed := make(chan struct{}, 10)
				socket := &watched{closed: func() { closed <- struct{}{} }}
				err := guard(ctx, socket, func() error {
					if test.cancel {
						cancel()
						<-closed
					}
					return test.err
				})
				if !errors.Is(err, test.want) {
					t.Errorf("error %v, want %v", err, test.want)
				}
				cancel() // too late to matter
				synctest.Wait()
				if got := len(closed) > 0; got != (test.want != nil) {
					t.Errorf("closed: %v", got)
				}
			})
		})
	}
}
