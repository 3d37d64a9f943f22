package nats

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/seed372fb791/rfc6455/hub"
)

// Publish sends messages, each when the stream has the one before. While there is no connection it returns an error:
// they are not kept until there is one.
func (b *JetStream) Publish(ctx context.Context, topic string, m ...hub.Message) (at hub.Position, err error) {
	if err := b.enter(ctx); err != nil {
		return at, err
	}
	defer b.leave()
	messages, err := encodeAll(&b.link, b.subjects, topic, m)
	if err != nil {
		return at, err
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	number, err := b.connected()
	if err != nil {
		return at, err
	}
	epoch, err := b.epoch(ctx, number)
	if err != nil {
		return at, err
	}
	for i, out := range messages {
		at, err = b.send(ctx, epoch, out, m[i].ID)
		switch {
		case err != nil && (i > 0 || !definite(err)):
			return hub.Position{}, uncertain(b.because(err))
		case err != nil:
			return hub.Position{}, err
		}
	}
	return at, nil
}

// epoch returns the epoch. With each connection the stream may be another one, or have all again a moment later only.
// One publisher asks for all that wait.
func (b *JetStream) epoch(ctx context.Context, number uint64) (string, error) {
	epoch, ok := b.known.current(number)
	if ok {
		return epoch, nil
	}
	done, err := b.known.turn(ctx)
	if err != nil {
		return "", b.because(err)
	}
	defer done()
	for {
		if epoch, ok = b.known.current(number); ok {
			return epoch, nil
		}
		try, cancel := context.WithTimeout(ctx, tryFor)
		s, err := b.lookNow(try)
		late := try.Err() != nil
		cancel()
		if err == nil {
			return s.epoch, nil
		}
		if !late && !errors.Is(err, errBehind) || !pause(ctx) {
			return "", b.because(err)
		}
	}
}

// send sends a message, and waits until the stream has it.
func (b *JetStream) send(ctx context.Context, epoch string, out *nats.Msg, id string) (hub.Position, error) {
	if id != "" {
		out.Header.Set(nats.MsgIdHdr, out.Subject+":"+escape(id)) // which a stream knows for all its subjects
	}
	ack, err := b.store(ctx, out)
	if errors.Is(err, jetstream.ErrNoStreamResponse) {
		s, missing := b.look(ctx)
		if missing != nil {
			return hub.Position{}, fmt.Errorf("%w: %w", err, missing)
		}
		epoch = s.epoch
		ack, err = b.store(ctx, out)
	}
	if err != nil {
		return hub.Position{}, err
	}
	at := hub.Position{Epoch: epoch, Seq: ack.Sequence}
	b.known.see(at)
	return at, nil
}

// errInProcess is JetStream's code for a message that is being stored, by its ID. So it has no position yet.
const errInProcess jetstream.ErrorCode = 10158

// store asks the stream to store a message, again while it says that this is under way. One with an ID it is asked for
// again if nobody answers, too.
func (b *JetStream) store(ctx context.Context, out *nats.Msg) (*jetstream.PubAck, error) {
	for {
		try, cancel := ctx, context.CancelFunc(func() {})
		if out.Header.Get(nats.MsgIdHdr) != "" {
			try, cancel = context.WithTimeout(ctx, tryFor)
		}
		ack, err := b.js.PublishMsg(try, out)
		late := try.Err() != nil && ctx.Err() == nil
		cancel()
		if err == nil || !late && !isInProcess(err) {
			return ack, err
		}
		if !pause(ctx) {
			return nil, ctx.Err()
		}
	}
}

func isInProcess(err error) bool {
	var refused *jetstream.APIError
	return errors.As(err, &refused) && refused.ErrorCode == errInProcess
}

// definite reports whether an error says that a message was not sent.
func definite(err error) bool {
	var refused *jetstream.APIError
	return errors.As(err, &refused) ||
		errors.Is(err, jetstream.ErrNoStreamResponse) ||
		errors.Is(err, nats.ErrMaxPayload) ||
		errors.Is(err, nats.ErrReconnectBufExceeded) ||
		errors.Is(err, nats.ErrConnectionDraining)
}
