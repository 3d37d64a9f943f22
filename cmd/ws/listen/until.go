package listen

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/server"
)

// UntilSignal has s serve until a signal comes, and end as drain says.
func UntilSignal(s *server.Server, serve func() error, bound time.Duration, signals <-chan os.Signal) error {
	failed := make(chan error, 1)
	go func() { failed <- serve() }()
	select {
	case err := <-failed:
		s.Close()
		return err
	case <-signals:
		return drain(s, bound, signals)
	}
}

// drain ends s gracefully within bound, or at once when another signal comes.
func drain(s *server.Server, bound time.Duration, signals <-chan os.Signal) error {
	ctx, cancel := context.WithTimeout(context.Background(), bound)
	defer cancel()
	drained := make(chan error, 1)
	go func() { drained <- s.Shutdown(ctx) }()
	select {
	case err := <-drained:
		if errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("connections were cut that did not close within %v", bound)
		}
		return err
	case again := <-signals:
		cancel()
		<-drained
		return command.Interrupted(again)
	}
}
