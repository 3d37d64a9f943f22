package nats

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/seed372fb791/rfc6455/hub"
)

// errAgain says that it is to be read again: nobody has answered, a replica was behind, or another epoch has begun.
var errAgain = errors.New("websocket: the stream cannot be read now")

// moment is how long to wait before asking once more.
const moment = 20 * time.Millisecond

// History returns messages after a position. They may come from any replica, what is missing the stream's leader says.
// It tells of a gap, too, where it cannot know: if nothing is left of the topic, and messages of others after the
// position are gone.
func (b *JetStream) History(ctx context.Context, topic string, since hub.Position, limit int) ([]hub.Message, hub.Position, error) {
	if err := b.enter(ctx); err != nil {
		return nil, hub.Position{}, err
	}
	defer b.leave()
	subject, err := b.subjects.of(topic)
	if err != nil {
		return nil, hub.Position{}, err
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	for {
		m, end, err := b.recall(ctx, subject, since, limit)
		if !errors.Is(err, errAgain) && !errors.Is(err, errBehind) {
			return m, end, err
		}
		select {
		case <-time.After(moment):
		case <-ctx.Done():
			return nil, hub.Position{}, b.because(fmt.Errorf("%w: %w", ctx.Err(), err))
		}
	}
}

// recall is History, once.
func (b *JetStream) recall(ctx context.Context, subject string, since hub.Position, limit int) ([]hub.Message, hub.Position, error) {
	epoch, last := b.known.is()
	r := reader{b: b, subject: subject, limit: limit, epoch: epoch}
	if since.Epoch == epoch {
		r.since = since.Seq
	}
	if err := r.read(ctx); err != nil {
		return nil, hub.Position{}, err
	}
	info, err := b.info(ctx, subject)
	switch {
	case err != nil:
		return nil, hub.Position{}, err
	case epochOf(info) != epoch:
		if _, err := b.look(ctx); err != nil {
			return nil, hub.Position{}, err
		}
		return nil, hub.Position{}, errAgain
	case info.State.LastSeq < last:
		_, err := b.look(ctx) // begins another epoch, if it stays like this
		return nil, hub.Position{}, errors.Join(errAgain, err)
	}
	end := hub.Position{Epoch: epoch, Seq: r.last}
	whole := since.IsZero()
	if !whole && since.Epoch == epoch && !r.more {
		if whole, err = r.whole(ctx, info); err != nil {
			return nil, hub.Position{}, err
		}
	}
	if !whole {
		return r.messages, end, hub.ErrGap
	}
	return r.messages, end, nil
}

// whole reports whether nothing after r.since is missing. It is asked after reading. The oldest messages of a topic go
// first: if one is there that is not after r.since, all after it are.
func (r *reader) whole(ctx context.Context, info *jetstream.StreamInfo) (bool, error) {
	if r.since > info.State.LastSeq {
		return false, nil
	}
	if r.reached {
		return true, nil
	}
	// Nothing was removed because of its age or the room for all topics, and not because of the room for one.
	most, kept := info.Config.MaxMsgsPerSubject, info.State.Subjects[r.subject]
	if info.State.FirstSeq <= r.since+1 && (most <= 0 || kept < uint64(most)) {
		return true, nil
	}
	if kept == 0 {
		return false, nil
	}
	first, err := r.b.message(ctx, getRequest{Seq: 1, NextFor: r.subject})
	return first > 0 && first <= r.since, err
}
