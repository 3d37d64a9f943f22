package nats

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/seed372fb791/rfc6455/hub"
)

// How often the consumer says that it is there if there are no messages, and how long it may be silent.
const (
	heartbeat = time.Second
	silence   = 3 * heartbeat
)

var (
	errSilent  = errors.New("websocket: the consumer of JetStream is silent")
	errMissed  = errors.New("websocket: messages of the consumer of JetStream are missing")
	errRemoved = errors.New("websocket: messages were removed from the stream before they came")
)

// following is a consumer of the stream. It has one replica, on some server: if that dies there will be another one,
// which goes on where this one was.
type following struct {
	name  string
	by    *nats.Subscription
	heard time.Time
	count uint64       // of its messages, the consumer's own sequence
	at    hub.Position // the last of them; its Seq is the stream's
}

// run calls all receivers.
func (b *JetStream) run() {
	often := time.NewTicker(heartbeat)
	defer often.Stop()
	defer b.unfollow()
	for {
		select {
		case <-b.inbox.ready:
		case <-b.changed:
		case <-often.C:
			if b.subs.empty() {
				b.unfollow()
				b.position = hub.Position{}
			}
		case <-b.ctx.Done():
			return
		}
		b.turn()
	}
}

// turn delivers what has come, and sees to it that more does.
func (b *JetStream) turn() {
	messages, dropped := b.inbox.take()
	cause := b.lost(b.at)
	if cause == nil && b.following != nil {
		cause = b.goOn(messages, dropped)
	}
	if cause != nil {
		b.unfollow()
		b.subs.lose(cause)
		b.is(false, cause)
	}
	number, err := b.connected()
	if err == nil && b.following == nil && !b.subs.empty() {
		if err = b.follow(); err == nil {
			b.tries = 0
		} else {
			b.tries++
		}
	}
	b.at = number
	b.is(err == nil, err)
	if b.following != nil {
		b.begin()
	}
}

// goOn delivers messages. It returns why the consumer is of no use any more.
func (b *JetStream) goOn(messages []*nats.Msg, dropped bool) error {
	if dropped {
		return errSlow
	}
	if err := b.deliver(messages); err != nil {
		return err
	}
	if time.Since(b.following.heard) > silence {
		return errSilent
	}
	return nil
}

// begin says to those who wait where they go on: behind the last message that they have been given, if all since then
// will come.
func (b *JetStream) begin() {
	b.subs.begin(func(s *subscription) hub.Position {
		if s.at.IsZero() {
			return b.following.at
		}
		return s.at
	})
}

// follow creates a consumer.
func (b *JetStream) follow() error {
	ctx, cancel := context.WithTimeout(b.ctx, min(tryFor<<min(b.tries, 8), callFor))
	defer cancel()
	s, err := b.look(ctx)
	if err != nil {
		return err
	}
	at := b.goesOn(s)
	by, err := b.conn.ChanSubscribe(b.conn.NewInbox(), b.inbox.channel)
	if err != nil {
		return err
	}
	consumer, err := s.stream.CreatePushConsumer(ctx, jetstream.ConsumerConfig{
		DeliverSubject: by.Subject,
		DeliverPolicy:  jetstream.DeliverByStartSequencePolicy,
		OptStartSeq:    at.Seq + 1,
		AckPolicy:      jetstream.AckNonePolicy,
		FlowControl:    true,
		IdleHeartbeat:  heartbeat,
		Replicas:       1,
		MemoryStorage:  true,
	})
	if err != nil {
		by.Unsubscribe()
		return err
	}
	b.following = &following{name: consumer.CachedInfo().Name, by: by, heard: time.Now(), at: at}
	b.position = at
	return nil
}

// goesOn returns the position to go on from: where it was, or else the stream's end. What is missing then is told: each
// receiver begins there.
func (b *JetStream) goesOn(s *state) hub.Position {
	was := b.position
	if was.Epoch == s.epoch && s.FirstSeq <= was.Seq+1 && was.Seq <= s.LastSeq {
		return was
	}
	for _, x := range b.subs.stop() {
		x.at = hub.Position{}
	}
	return hub.Position{Epoch: s.epoch, Seq: s.LastSeq}
}

// unfollow leaves the consumer. If the server does not get to know that, it removes the consumer some seconds later.
func (b *JetStream) unfollow() {
	f := b.following
	if f == nil {
		return
	}
	b.following = nil
	f.by.Unsubscribe() // an error says that the connection has ended
	if b.lost(b.at) == nil {
		b.conn.Publish(b.api("CONSUMER.DELETE")+"."+f.name, nil)
	}
}
