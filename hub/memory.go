package hub

import (
	"bytes"
	"container/list"
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/internal/backplane"
)

// MemoryBackplane connects Hubs of one process, and is the [Backplane] to read before writing one. The zero value is
// ready for use; the fields must not be changed once it is in use. It is a [Rememberer], too.
//
// Messages are delivered by those who publish: one of them at a time for each topic, together with what others have
// brought meanwhile. What a message costs does not depend on how many wait. They are numbered one by one; a topic that
// has been forgotten does not use a number again, and each MemoryBackplane is an Epoch of its own. An ID is known for
// 2 minutes, and as long as there have not been 65,536 others.
type MemoryBackplane struct {
	// Keep is how many messages of each topic are kept, KeepBytes the most bytes of their Data, and KeepFor for how long
	// after the last of them. Zero means none, 1 MiB and 10 minutes.
	Keep      int
	KeepBytes int
	KeepFor   time.Duration

	mu     sync.Mutex
	epoch  string
	topics map[string]*memoryTopic
	last   uint64    // the greatest number of a topic that has been forgotten
	kept   list.List // of *memoryTopic, those with a history, by their last message
	known  memoryIDs
	life   backplane.Life
}

// memoryTopic is a topic that has receivers, or a history, or is being published to.
type memoryTopic struct {
	name      string
	busy      bool      // somebody has the turn
	waiting   list.List // of *turn, those that are not being delivered
	last      uint64
	receivers []Receiver // elements are never changed
	history   memoryHistory
	kept      *list.Element // among those with a history
}

// turn is somebody who waits for the turn at a topic, or for another one to do what it wants.
type turn struct {
	messages []Message     // to be delivered
	joins    Receiver      // or who subscribes
	at       Position      // of the last message, or where joins begins
	place    *list.Element // in the order, nil once it is being done
	woken    chan bool     // true when it is its turn, false when it is done
}

// Publish delivers messages to all who have subscribed to topic. If ctx ends when that has begun, Publish goes on.
func (b *MemoryBackplane) Publish(ctx context.Context, topic string, m ...Message) (Position, error) {
	return b.do(ctx, topic, &turn{messages: m})
}

// Subscribe has r told of the messages of topics from now on.
func (b *MemoryBackplane) Subscribe(ctx context.Context, r Receiver, topics ...string) error {
	for i, topic := range topics {
		if _, err := b.do(ctx, topic, &turn{joins: r}); err != nil {
			b.Unsubscribe(r, topics[:i]...)
			return err
		}
	}
	return nil
}

// Unsubscribe ends subscriptions.
func (b *MemoryBackplane) Unsubscribe(r Receiver, topics ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, topic := range topics {
		if t := b.topics[topic]; t != nil {
			t.receivers = slices.DeleteFunc(slices.Clone(t.receivers), func(other Receiver) bool { return other == r })
			b.forget(t)
		}
	}
}

// Close ends all subscriptions, and waits for what is being delivered.
func (b *MemoryBackplane) Close(ctx context.Context) error {
	b.life.End()
	b.endAll()
	return b.life.Wait(ctx)
}

func (b *MemoryBackplane) endAll() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, t := range b.topics {
		t.receivers = nil
	}
}

// do has p done, by whoever has the turn.
func (b *MemoryBackplane) do(ctx context.Context, topic string, p *turn) (Position, error) {
	if err := b.wrong(); err != nil {
		return Position{}, err
	}
	if err := b.life.Enter(ctx); err != nil {
		return Position{}, err
	}
	defer b.life.Leave()
	p.woken = make(chan bool, 1)
	t := b.enqueue(topic, p)
	mine := false
	select {
	case mine = <-p.woken:
	case <-ctx.Done():
		if b.withdraw(t, p) {
			return Position{}, ctx.Err()
		}
		mine = <-p.woken
	}
	if mine {
		b.deliver(t)
	}
	return p.at, nil
}

// enqueue puts p in the order of its topic.
func (b *MemoryBackplane) enqueue(topic string, p *turn) *memoryTopic {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expire(time.Now())
	t := b.topic(topic)
	p.place = t.waiting.PushBack(p)
	if !t.busy {
		t.next()
	}
	return t
}

// topic returns a topic. b.mu is held.
func (b *MemoryBackplane) topic(name string) *memoryTopic {
	t := b.topics[name]
	if t == nil {
		if b.topics == nil {
			b.topics, b.epoch = make(map[string]*memoryTopic), rand.Text()[:16]
		}
		t = &memoryTopic{name: name, last: b.last, history: memoryHistory{floor: b.last}}
		b.topics[name] = t
	}
	return t
}

// withdraw takes p out of the order, unless it is being done.
func (b *MemoryBackplane) withdraw(t *memoryTopic, p *turn) bool {
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
	b.forget(t)
	return true
}

// deliver is a turn: it does what waits, its owner's first, up to a bound.
func (b *MemoryBackplane) deliver(t *memoryTopic) {
	batch, messages, receivers := b.take(t)
	defer b.delivered(t, batch)
	for _, r := range receivers {
		if len(messages) > 0 {
			r.Deliver(t.name, messages...)
		}
	}
	if first := batch[0]; first.joins != nil {
		first.joins.Subscribed(t.name, first.at)
	}
}

// take returns what is to be done next: one subscription, or messages, numbered, and to whom they go.
func (b *MemoryBackplane) take(t *memoryTopic) (batch []*turn, messages []Message, to []Receiver) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for t.waiting.Len() > 0 && len(messages) < together {
		p := t.waiting.Front().Value.(*turn)
		if p.joins != nil && len(batch) > 0 {
			break
		}
		t.waiting.Remove(p.place)
		p.place = nil
		batch = append(batch, p)
		if p.joins != nil {
			p.at = Position{b.epoch, t.last}
			if b.life.Context().Err() == nil {
				t.receivers = append(slices.Clip(t.receivers), p.joins)
			}
			return batch, nil, nil
		}
		messages = append(messages, b.number(t, p)...)
	}
	return batch, messages, t.receivers
}

// number gives the messages of p that are not known their numbers, and returns them. b.mu is held.
func (b *MemoryBackplane) number(t *memoryTopic, p *turn) (fresh []Message) {
	p.at = Position{b.epoch, t.last}
	for _, m := range p.messages {
		if at, known := b.known.find(t.name, m.ID); known {
			p.at = at
			continue
		}
		t.last++
		m.At = Position{b.epoch, t.last}
		p.at = m.At
		b.known.add(t.name, m.ID, m.At)
		b.keep(t, m)
		fresh = append(fresh, m)
	}
	return fresh
}

// delivered is the end of a turn.
func (b *MemoryBackplane) delivered(t *memoryTopic, batch []*turn) {
	for _, p := range batch {
		p.woken <- false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	t.next()
	b.forget(t)
}

// next gives the turn to whoever waits longest. The backplane's lock is held.
func (t *memoryTopic) next() {
	first := t.waiting.Front()
	t.busy = first != nil
	if t.busy {
		first.Value.(*turn).woken <- true
	}
}

// forget forgets a topic that there is no reason for any more. b.mu is held.
func (b *MemoryBackplane) forget(t *memoryTopic) {
	if !t.busy && len(t.receivers) == 0 && t.kept == nil && b.topics[t.name] == t {
		delete(b.topics, t.name)
		b.last = max(b.last, t.last)
	}
}

// keep puts m into t's history. b.mu is held.
func (b *MemoryBackplane) keep(t *memoryTopic, m Message) {
	if b.Keep <= 0 {
		t.history.floor = m.At.Seq
		return
	}
	m.Data, m.prepared, m.call = bytes.Clone(m.Data), nil, nil
	t.history.add(m, b.Keep, or(b.KeepBytes, defaultMaxHistoryBytes))
	if t.kept == nil {
		t.kept = b.kept.PushBack(t)
	}
	b.kept.MoveToBack(t.kept)
	t.history.until = time.Now().Add(or(b.KeepFor, defaultKeepFor))
}

// expire forgets histories that are too old. b.mu is held.
func (b *MemoryBackplane) expire(now time.Time) {
	for first := b.kept.Front(); first != nil; first = b.kept.Front() {
		t := first.Value.(*memoryTopic)
		if now.Before(t.history.until) {
			return
		}
		b.kept.Remove(first)
		t.kept, t.history = nil, memoryHistory{floor: t.last}
		b.forget(t)
	}
}

// History returns what is kept after a position.
func (b *MemoryBackplane) History(ctx context.Context, topic string, since Position, limit int) ([]Message, Position, error) {
	if err := b.life.Enter(ctx); err != nil {
		return nil, Position{}, err
	}
	defer b.life.Leave()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expire(time.Now())
	t := b.topic(topic)
	defer b.forget(t)
	end := Position{b.epoch, t.last}
	if !since.IsZero() && since.Epoch != b.epoch {
		m, _ := t.history.after(0, limit)
		return m, end, ErrGap
	}
	m, whole := t.history.after(since.Seq, limit)
	if !whole && !since.IsZero() {
		return m, end, ErrGap
	}
	return m, end, nil
}
