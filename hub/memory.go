package hub

import (
	"context"
	"slices"
	"sync"
	"time"
)

// MemoryBackplane connects Hubs of one process. The zero value is ready for use. Messages are delivered by those who
// publish: one of them at a time for each topic, together with what others have brought meanwhile. They are numbered
// one by one, from a first number that is the time in microseconds since 1970: so a topic that has been forgotten, or
// was there before the process was started, does not use a number again.
type MemoryBackplane struct {
	mu     sync.Mutex
	topics map[string]*memoryTopic
	last   uint64 // the greatest number of a topic that has been forgotten
}

// memoryTopic is a topic that has receivers.
type memoryTopic struct {
	turn      chan struct{} // taken by who delivers
	waiting   []*publication
	last      uint64
	receivers []*memoryReceiver
}

// publication is messages whose publisher waits for them to be delivered.
type publication struct {
	messages []Message
	taken    bool // by the publisher whose turn it is
	done     chan struct{}
}

type memoryReceiver struct{ Receiver }

// Publish delivers messages to all who have subscribed to topic. If ctx ends when that has begun, Publish goes on.
func (b *MemoryBackplane) Publish(ctx context.Context, topic string, m ...Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p := &publication{messages: m, done: make(chan struct{})}
	t := b.enqueue(topic, p)
	if t == nil {
		return nil
	}
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
		for b.deliver(t, p) {
		}
	case <-p.done:
	case <-ctx.Done():
		if b.withdraw(t, p) {
			return ctx.Err()
		}
		<-p.done
	}
	return nil
}

// deliver delivers what waits, up to a bound. It reports false once p has been taken before.
func (b *MemoryBackplane) deliver(t *memoryTopic, p *publication) bool {
	batch, next, receivers := b.take(t, p)
	for _, p := range batch {
		defer close(p.done)
	}
	for _, r := range receivers {
		r.Deliver(next...)
	}
	return len(batch) > 0
}

// enqueue puts p in the order and returns its topic, nil if nobody has subscribed to it.
func (b *MemoryBackplane) enqueue(topic string, p *publication) *memoryTopic {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := b.topics[topic]
	if t != nil {
		t.waiting = append(t.waiting, p)
	}
	return t
}

// withdraw takes p out of the order, unless its delivery has begun.
func (b *MemoryBackplane) withdraw(t *memoryTopic, p *publication) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !p.taken {
		t.waiting = slices.DeleteFunc(t.waiting, func(other *publication) bool { return other == p })
	}
	return !p.taken
}

// take returns what is to be delivered next, numbered, and to whom: nothing once p has been taken.
func (b *MemoryBackplane) take(t *memoryTopic, p *publication) (batch []*publication, next []Message, to []*memoryReceiver) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p.taken {
		return nil, nil, nil
	}
	for len(t.waiting) > 0 && len(next) < together {
		first := t.waiting[0]
		t.waiting = slices.Delete(t.waiting, 0, 1)
		first.taken = true
		batch = append(batch, first)
		for _, m := range first.messages {
			t.last++
			m.Seq = t.last
			next = append(next, m)
		}
	}
	return batch, next, t.receivers
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
