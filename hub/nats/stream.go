package nats

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/seed372fb791/rfc6455/hub"
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

// lookNow does what look does. The caller has the turn of known: there is one request for the stream at a time.
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

func unfit(text string) error {
	return &hub.Error{Text: "the stream is not one for a hub, " + text, Option: "StreamOptions.Stream"}
}

// check returns an error if a stream cannot be followed, or read back.
func (b *JetStream) check(c *jetstream.StreamConfig) error {
	switch {
	case !slices.Contains(c.Subjects, b.subjects.all()):
		return unfit(fmt.Sprintf("its subjects have to have %q", b.subjects.all()))
	case c.Retention != jetstream.LimitsPolicy:
		return unfit("its retention has to be limits")
	case c.Discard != jetstream.DiscardOld:
		return unfit("it has to discard old messages")
	case !c.AllowDirect:
		return unfit("it has to allow direct gets")
	}
	return nil
}
