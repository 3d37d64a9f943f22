package nats

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// state is what the stream was like at a moment.
type state struct {
	stream jetstream.Stream
	epoch  string
	jetstream.StreamState
}

// look asks for the stream, and creates it if there is none.
func (b *JetStream) look(ctx context.Context) (*state, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	done, err := b.known.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	return b.lookNow(ctx)
}

// lookNow is look for who has the turn.
func (b *JetStream) lookNow(ctx context.Context) (*state, error) {
	number := b.number()
	stream, err := b.js.Stream(ctx, b.options.Stream)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		stream, err = b.js.CreateStream(ctx, b.config())
	}
	if err != nil {
		return nil, err
	}
	info := stream.CachedInfo()
	if err := b.check(&info.Config); err != nil {
		return nil, err
	}
	if b.known.isBehind(info) {
		return b.nextEpoch(ctx, info, number)
	}
	s := &state{stream, epochOf(info), info.State}
	return s, b.known.note(s, number)
}

// config is that of a stream to be created.
func (b *JetStream) config() jetstream.StreamConfig {
	o := b.options
	c := jetstream.StreamConfig{
		Name:              o.Stream,
		Description:       "topics of a hub",
		Subjects:          []string{b.subjects.all()},
		MaxMsgsPerSubject: cmp.Or(o.Keep, 1000),
		MaxBytes:          cmp.Or(o.KeepBytes, 1<<30),
		MaxAge:            cmp.Or(o.KeepFor, time.Hour),
		Replicas:          cmp.Or(o.Replicas, 1),
		AllowDirect:       true,
	}
	c.Duplicates = min(window, c.MaxAge)
	if o.Memory {
		c.Storage = jetstream.MemoryStorage
	}
	return c
}

// check returns an error if a stream cannot be followed, or read back.
func (b *JetStream) check(c *jetstream.StreamConfig) error {
	switch {
	case !slices.Contains(c.Subjects, b.subjects.all()):
		return fmt.Errorf("%w: its subjects have to have %q", errStream, b.subjects.all())
	case c.Retention != jetstream.LimitsPolicy:
		return fmt.Errorf("%w: its retention has to be limits", errStream)
	case c.Discard != jetstream.DiscardOld:
		return fmt.Errorf("%w: it has to discard old messages", errStream)
	case !c.AllowDirect:
		return fmt.Errorf("%w: it has to allow direct gets", errStream)
	}
	return nil
}
