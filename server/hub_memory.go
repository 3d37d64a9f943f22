package server

import (
	"context"
	"slices"
	"sync"
	"time"
)

// MemoryBackplane connects Hubs of one process. The zero value is ready for use. Messages are delivered by the
// goroutine that publishes them, with its context. They are numbered one by one, from a first number that is the
// time in microseconds since 1970: so a topic that has been forgotten, or was there before the process was started,
// does not use a number again.
type MemoryBackplane struct {
	mu     sync.Mutex
	topics map[string]*memoryTopic
	last   uint64 // the greatest number of a topic that has been forgotten
}

// memoryTopic is a topic that has receivers.
type memoryTopic struct {
	turn      chan struct{} // taken by who delivers: that is the order
	last      uint64
	receivers []*memoryReceiver
}

type memoryReceiver struct{ Receiver }

// Publish delivers m to all who have subscribed to topic.
func (b *MemoryBackplane) Publish(ctx context.Context, topic string, m Message) error {
	t := b.find(topic)
	if t == nil {
		return ctx.Err()
	}
	select {
	case t.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-t.turn }()
	if err := ctx.Err(); err != nil {
		return err
	}
	var receivers []*memoryReceiver
	m.Seq, receivers = b.next(t)
	for _, r := range receivers {
		r.Deliver(ctx, m)
	}
	return nil
}

// find returns a topic, nil if nobody has subscribed to it.
func (b *MemoryBackplane) find(topic string) *memoryTopic {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.topics[topic]
}

// next returns the number of the next message of t and to whom it goes.
func (b *MemoryBackplane) next(t *memoryTopic) (uint64, []*memoryReceiver) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t.last++
	return t.last, t.receivers
}

// Subscribe has r told of the messages of topic from now on.
func (b *MemoryBackplane) Subscribe(ctx context.Context, topic string, _ int, r Receiver) (last uint64, cancel func(), err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := b.topics[topic]
	if t == nil {
		t = &memoryTopic{turn: make(chan struct{}, 1), last: max(b.last, uint64(time.Now().UnixMicro()))}
		if b.topics == nil {
			b.topics = make(map[string]*memoryTopic)
		}
		b.topics[topic] = t
	}
	receiver := &memoryReceiver{r}
	t.receivers = append(slices.Clip(t.receivers), receiver)
	return t.last, func() { b.cancel(topic, receiver) }, nil
}

// cancel ends a subscription, and forgets a topic without any.
func (b *MemoryBackplane) cancel(topic string, r *memoryReceiver) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := b.topics[topic]
	if t == nil {
		return
	}
	t.receivers = slices.DeleteFunc(slices.Clone(t.receivers), func(other *memoryReceiver) bool { return other == r })
	if len(t.receivers) == 0 {
		delete(b.topics, topic)
		b.last = max(b.last, t.last)
	}
}
