package nats

import (
	"context"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"

	"github.com/seed372fb791/rfc6455/hub"
)

// pageSize is how many messages are asked for at once.
const pageSize = 256

// reader reads the messages of a topic after a sequence, the newest of them.
type reader struct {
	b       *JetStream
	subject string
	epoch   string
	since   uint64
	limit   int

	messages []hub.Message
	last     uint64 // sequence of the topic's last message, 0 if there is none
	reached  bool   // the message at since is there
	more     bool   // than limit are after it
}

// read reads up to what the leader says is the last message. A replica may not have it yet: errAgain.
func (r *reader) read(ctx context.Context) (err error) {
	target, err := r.b.message(ctx, getRequest{LastFor: r.subject})
	if err != nil || target == 0 {
		return err
	}
	if target <= r.since {
		r.last, r.reached = target, target == r.since
		return nil
	}
	for next, pending := max(r.since, 1), uint64(1); pending > 0; next = r.last + 1 {
		if next, err = r.skip(ctx, next, target, pending); err != nil {
			return err
		}
		var page []*nats.Msg
		if page, pending, err = r.b.page(ctx, r.subject, next, min(r.limit+1, pageSize)); err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		if err := r.take(page); err != nil {
			return err
		}
	}
	if r.last < target {
		return errAgain
	}
	return nil
}

// take adds the messages of a page.
func (r *reader) take(page []*nats.Msg) error {
	for _, in := range page {
		seq, err := strconv.ParseUint(in.Header.Get("Nats-Sequence"), 10, 64)
		if err != nil {
			return fmt.Errorf("%w: %w", errAnswer, err)
		}
		r.last = seq
		m, ok := decode(in)
		switch {
		case seq == r.since:
			r.reached = true
		case ok:
			m.At = hub.Position{Epoch: r.epoch, Seq: seq}
			r.messages = append(r.messages, m)
		}
	}
	if excess := len(r.messages) - max(r.limit, 0); excess > 0 {
		r.more = true
		r.messages = r.messages[excess:]
	}
	return nil
}

// skip returns where to go on so that not many more than limit messages remain, of pending ones from a sequence on.
func (r *reader) skip(ctx context.Context, from, last, pending uint64) (uint64, error) {
	enough := uint64(max(r.limit, 0) + pageSize)
	for high := last; pending > 2*enough && high-from > 1; {
		middle := from + (high-from)/2
		page, after, err := r.b.page(ctx, r.subject, middle, 1)
		switch {
		case err != nil:
			return 0, err
		case len(page) == 0 || after+1 < enough:
			high = middle
		default:
			from, pending, r.more = middle, after+1, true
		}
	}
	return from, nil
}
