package redis

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"github.com/seed372fb791/rfc6455/hub"
)

// attempt is a command that go-redis does not write again by itself once it may have been carried out: a message that
// is published again comes twice.
type attempt struct{ *redis.Cmd }

// NoRetry has the client not retry it. What the server has refused it may send to another.
func (attempt) NoRetry() bool { return true }

// gate is an argument of a command. It knows whether the command has been written.
type gate struct {
	text  []byte
	state atomic.Int32
}

// The states of a gate.
const (
	waiting int32 = iota
	written
	givenUp // and will not be written
)

var errGivenUp = errors.New("websocket: whoever wanted the command has given up")

// MarshalBinary returns the argument to go-redis, which is about to write the command.
func (g *gate) MarshalBinary() ([]byte, error) {
	if !g.state.CompareAndSwap(waiting, written) && g.state.Load() == givenUp {
		return nil, errGivenUp
	}
	return g.text, nil
}

// String returns the argument for those who log commands.
func (g *gate) String() string { return string(g.text) }

// giveUp has the command not be written, and reports false if it has been already.
func (g *gate) giveUp() bool { return g.state.CompareAndSwap(waiting, givenUp) }

// processor is a client of go-redis.
type processor interface {
	Process(ctx context.Context, cmd redis.Cmder) error
}

// do has a command carried out that has g among its arguments. go-redis does not look at ctx while it waits for a
// server's answer; do returns when ctx ends. An error matches hub.ErrUncertain if the command may have been carried out.
// l is a life that does not end before.
func do(ctx context.Context, l *life, by processor, g *gate, args ...any) (answer any, err error) {
	cmd := attempt{redis.NewCmd(ctx, args...)}
	done := make(chan struct{})
	l.also(func() {
		by.Process(ctx, cmd) // the command has the error, too
		close(done)
	})
	select {
	case <-done:
	case <-ctx.Done():
		if g.giveUp() {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w: %w", hub.ErrUncertain, ctx.Err())
	}
	answer, err = cmd.Result()
	if errors.Is(err, redis.Nil) { // an answer like others
		return nil, nil
	}
	var refused redis.Error
	if err != nil && !errors.As(err, &refused) && g.state.Load() == written {
		err = fmt.Errorf("%w: %w", hub.ErrUncertain, err)
	}
	return answer, err
}
