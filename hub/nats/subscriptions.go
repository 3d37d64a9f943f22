package nats

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/nats-io/nats.go"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/internal/backplane"
)

// subscription is a receiver's to a topic.
type subscription struct {
	receiver hub.Receiver
	topic    string
	subject  string
	of       *nats.Subscription // Core's

	settling sync.Once
	settled  chan struct{} // closed when it has begun or ended

	// Of the goroutine that delivers:
	live bool         // Subscribed was called, and Lost was not since then
	at   hub.Position // of the last message delivered, zero for none
}

// subscriptions is those of a backplane.
type subscriptions struct {
	mu     sync.Mutex
	only   hub.Receiver               // Core's
	topics map[string][]*subscription // elements are never changed
	idle   []*subscription            // those that have to begin, and some that have ended
}

var errReceiver = errors.New("websocket: the backplane serves another Receiver")

// serve reports whether r is the only one.
func (b *subscriptions) serve(r hub.Receiver) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.only == nil {
		b.only = r
	}
	return b.only == r
}

// newSubscriptions returns those of r to topics.
func newSubscriptions(r hub.Receiver, topics []string, under subjects) (all []*subscription, err error) {
	for _, topic := range topics {
		s := &subscription{receiver: r, topic: topic, settled: make(chan struct{})}
		if s.subject, err = under.of(topic); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// add adds all. Those of the same receiver and topic end.
func (b *subscriptions) add(all []*subscription) (ended []*subscription) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.topics == nil {
		b.topics = make(map[string][]*subscription)
	}
	for _, s := range all {
		ended = append(ended, b.cut(s.topic, s.receiver)...)
		b.topics[s.topic] = append(slices.Clip(b.topics[s.topic]), s)
	}
	b.idle = append(b.idle, all...)
	return ended
}

// remove ends all.
func (b *subscriptions) remove(all []*subscription) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range all {
		b.keep(s.topic, func(other *subscription) bool { return other != s })
	}
}

// end ends those of r to topics, and returns them.
func (b *subscriptions) end(r hub.Receiver, topics []string) (ended []*subscription) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, topic := range topics {
		ended = append(ended, b.cut(topic, r)...)
	}
	return ended
}

// cut ends those of r to a topic. b.mu is held.
func (b *subscriptions) cut(topic string, r hub.Receiver) (ended []*subscription) {
	return b.keep(topic, func(s *subscription) bool { return s.receiver != r })
}

// keep ends those to a topic that are not to be kept. b.mu is held.
func (b *subscriptions) keep(topic string, keep func(*subscription) bool) (ended []*subscription) {
	var kept []*subscription
	for _, s := range b.topics[topic] {
		if keep(s) {
			kept = append(kept, s)
			continue
		}
		s.settle()
		ended = append(ended, s)
	}
	b.topics[topic] = kept
	if len(kept) == 0 {
		delete(b.topics, topic)
	}
	return ended
}

// endAll ends all, and returns them.
func (b *subscriptions) endAll() (ended []*subscription) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, all := range b.topics {
		ended = append(ended, all...)
	}
	clear(b.topics)
	return ended
}

// of returns those to a topic.
func (b *subscriptions) of(topic string) []*subscription {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.topics[topic]
}

func (b *subscriptions) empty() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.topics) == 0
}

// lose says of all that messages may be missing.
func (b *subscriptions) lose(cause error) {
	for _, s := range b.stop() {
		if s.live {
			s.live = false
			s.receiver.Lost(s.topic, cause)
		}
	}
}

// stop returns all, which have to begin again.
func (b *subscriptions) stop() []*subscription {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.idle = nil
	for _, all := range b.topics {
		b.idle = append(b.idle, all...)
	}
	return b.idle
}

// begin has all begin that have to, at what is said of each.
func (b *subscriptions) begin(at func(*subscription) hub.Position) {
	for _, s := range b.waiting() {
		s.live, s.at = true, at(s)
		s.receiver.Subscribed(s.topic, s.at)
		s.settle()
	}
}

func (b *subscriptions) waiting() []*subscription {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := slices.DeleteFunc(b.idle, func(s *subscription) bool { return !slices.Contains(b.topics[s.topic], s) })
	b.idle = nil
	return all
}

// settle lets whoever waits for s go on.
func (s *subscription) settle() { s.settling.Do(func() { close(s.settled) }) }

// await waits until all subscriptions have begun or ended.
func await(ctx context.Context, l *backplane.Life, all []*subscription) error {
	for _, s := range all {
		select {
		case <-s.settled:
		case <-ctx.Done():
			return ctx.Err()
		case <-l.Context().Done():
			return backplane.ErrClosed
		}
	}
	return nil
}
