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

// pause waits before asking once more. It reports false if ctx has ended.
func pause(ctx context.Context) bool {
	select {
	case <-time.After(20 * time.Millisecond):
		return true
	case <-ctx.Done():
		return false
	}
}

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
		if !errors.Is(err, errAgain) {
			return m, end, err
		}
		if !pause(ctx) {
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
	// Before, or a leader that has yet to catch up would say what the last message is; and after.
	if _, err := b.infoOf(ctx, subject, epoch, last); err != nil {
		return nil, hub.Position{}, err
	}
	if err := r.read(ctx); err != nil {
		return nil, hub.Position{}, err
	}
	info, err := b.infoOf(ctx, subject, epoch, last)
	if err != nil {
		return nil, hub.Position{}, err
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

// infoOf is info of a stream that is in an epoch and has all up to a sequence, errAgain of another one.
func (b *JetStream) infoOf(ctx context.Context, subject, epoch string, last uint64) (*jetstream.StreamInfo, error) {
	info, err := b.info(ctx, subject)
	if err != nil {
		return nil, err
	}
	if epochOf(info) != epoch || info.State.LastSeq < last {
		_, err := b.look(ctx) // begins another epoch, if it stays like this
		return nil, errors.Join(errAgain, err)
	}
	return info, nil
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
