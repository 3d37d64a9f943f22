package nats

import (
	"context"
	"errors"
	"sync"

	"github.com/nats-io/nats.go"
)

// What an inbox has room for. nats.go drops what its channel has no room for; it is only full if the process stands
// still.
const (
	inboxMessages = 8192
	inboxBytes    = 64 << 20
)

var errSlow = errors.New("websocket: the process is too slow for what comes from NATS")

// inbox is the messages of several subscriptions in the order in which they have come. nats.go calls for one channel or
// one goroutine for each subscription, bounds the former in messages only, and has the latter deliver them one by one.
type inbox struct {
	channel chan *nats.Msg // nil: what came before is not wanted
	ready   chan struct{}  // something is there
	cleared chan struct{}

	mu      sync.Mutex
	waiting []*nats.Msg
	bytes   int
	dropped bool // messages before those that wait
}

func newInbox() *inbox {
	return &inbox{
		channel: make(chan *nats.Msg, inboxMessages),
		ready:   make(chan struct{}, 1),
		cleared: make(chan struct{}),
	}
}

// fill takes messages from the channel until ctx ends.
func (b *inbox) fill(ctx context.Context) {
	for {
		if len(b.channel) == cap(b.channel) { // some may have been dropped behind these
			b.discard(ctx)
		}
		select {
		case m := <-b.channel:
			if m == nil {
				b.empty(false)
				b.answer(ctx)
				continue
			}
			b.put(m)
		case <-ctx.Done():
			return
		}
	}
}

// discard drops all that is there.
func (b *inbox) discard(ctx context.Context) {
	for {
		select {
		case m := <-b.channel:
			if m == nil {
				b.answer(ctx)
			}
		default:
			b.empty(true)
			return
		}
	}
}

// answer lets clear return.
func (b *inbox) answer(ctx context.Context) {
	select {
	case b.cleared <- struct{}{}:
	case <-ctx.Done():
	}
}

func (b *inbox) empty(dropped bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting, b.bytes, b.dropped = nil, 0, dropped
	b.wake()
}

func (b *inbox) put(m *nats.Msg) {
	b.mu.Lock()
	defer b.mu.Unlock()
	size := m.Size()
	if len(b.waiting) > 0 && b.bytes+size > inboxBytes {
		b.waiting, b.bytes, b.dropped = nil, 0, true
	}
	b.waiting = append(b.waiting, m)
	b.bytes += size
	b.wake()
}

func (b *inbox) wake() {
	select {
	case b.ready <- struct{}{}:
	default:
	}
}

// take returns what waits, and whether messages before it were dropped.
func (b *inbox) take() (m []*nats.Msg, dropped bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	m, dropped = b.waiting, b.dropped
	b.waiting, b.bytes, b.dropped = nil, 0, false
	return m, dropped
}

// clear drops what nats.go has delivered until now.
func (b *inbox) clear(ctx context.Context) {
	select {
	case b.channel <- nil:
	case <-ctx.Done():
		return
	}
	select {
	case <-b.cleared:
	case <-ctx.Done():
	}
}
