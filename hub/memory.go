package hub

import (
	"container/list"
	"context"
	"slices"
	"sync"
	"time"
)

// MemoryBackplane connects Hubs of one process. The zero value is ready for use. Messages are delivered by those who
// publish: one of them at a time for each topic, together with what others have brought meanwhile. What a message costs
// does not depend on how many wait. They are numbered one by one, from a first number that is the time in microseconds
// since 1970: so a topic that has been forgotten, or was there before the process was started, does not use a number
// again.
type MemoryBackplane struct {
	mu     sync.Mutex
	topics map[string]*memoryTopic
	last   uint64 // the greatest number of a topic that has been forgotten
}

// memoryTopic is a topic that has receivers.
type memoryTopic struct {
	busy      bool      // a publisher has its turn to deliver
	waiting   list.List // of *publication, those that are not being delivered
	last      uint64
	receivers []*memoryReceiver
}

// publication is messages whose publisher waits for its turn, or for another one to deliver them.
type publication struct {
	messages []Message
	place    *list.Element // in the order, nil once they are being delivered
	woken    chan bool     // true when it is the publisher's turn, false when they have been delivered
}

type memoryReceiver struct{ Receiver }

// Publish delivers messages to all who have subscribed to topic. If ctx ends when that has begun, Publish goes on.
func (b *MemoryBackplane) Publish(ctx context.Context, topic string, m ...Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p := &publication{messages: m, woken: make(chan bool, 1)}
	t := b.enqueue(topic, p)
	if t == nil {
		return nil
	}
	turn := false
	select {
	case turn = <-p.woken:
	case <-ctx.Done():
		if b.withdraw(t, p) {
			return ctx.Err()
		}
		turn = <-p.woken
	}
	if turn {
		b.deliver(t)
	}
	return nil
}

// enqueue puts p in the order and returns its topic, nil if nobody has subscribed to it.
func (b *MemoryBackplane) enqueue(topic string, p *publication) *memoryTopic {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := b.topics[topic]
	if t != nil {
		p.place = t.waiting.PushBack(p)
		if !t.busy {
			t.next()
		}
	}
	return t
}

// withdraw takes p out of the order, unless its delivery has begun.
func (b *MemoryBackplane) withdraw(t *memoryTopic, p *publication) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p.place == nil {
		return false
	}
	t.waiting.Remove(p.place)
	select {
	case <-p.woken: // for its turn, which it does not take
		t.next()
	default:
	}
	return true
}

// deliver is a publisher's turn: it delivers what waits, its own first, up to a bound.
func (b *MemoryBackplane) deliver(t *memoryTopic) {
	batch, messages, receivers := b.take(t)
	defer b.delivered(t, batch)
	for _, r := range receivers {
		r.Deliver(messages...)
	}
}

// take returns what is to be delivered next, numbered, and to whom.
func (b *MemoryBackplane) take(t *memoryTopic) (batch []*publication, messages []Message, to []*memoryReceiver) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for t.waiting.Len() > 0 && len(messages) < together {
		p := t.waiting.Remove(t.waiting.Front()).(*publication)
		p.place = nil
		batch = append(batch, p)
		for _, m := range p.messages {
			t.last++
			m.Seq = t.last
			messages = append(messages, m)
		}
	}
	return batch, messages, t.receivers
}

// delivered is the end of a turn.
func (b *MemoryBackplane) delivered(t *memoryTopic, batch []*publication) {
	for _, p := range batch {
		p.woken <- false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	t.next()
}

// next gives the turn to whoever waits longest. The backplane's lock is held.
func (t *memoryTopic) next() {
	first := t.waiting.Front()
	t.busy = first != nil
	if t.busy {
		first.Value.(*publication).woken <- true
	}
}

// Subscribe has r told of the messages of topic from now on.
func (b *MemoryBackplane) Subscribe(ctx context.Context, topic string, _ int, r Receiver) (last uint64, cancel func(), err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := b.topics[topic]
	if t == nil {
		t = &memoryTopic{last: max(b.last, uint64(time.Now().UnixMicro()))}
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
