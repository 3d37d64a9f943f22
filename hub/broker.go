package hub

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"sync"
)

var errClosed = fmt.Errorf("websocket: the hub is closed: %w", net.ErrClosed)

// broker is whether the Backplane's can be reached.
type broker struct {
	mu       sync.Mutex
	down     bool
	cause    error
	stop     func() // ends the watching
	stopping sync.Once
}

func (b *broker) state() (up bool, cause error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.down, b.cause
}

// set notes how it is, and reports whether it was otherwise.
func (b *broker) set(up bool, cause error) (changed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	changed = b.down == up
	b.down, b.cause = !up, cause
	return changed
}

// start makes what a Hub needs once it is used.
func (h *Hub) start() {
	h.starting.Do(func() {
		h.receiver.hub, h.unusable = h, h.wrong()
		h.epoch = rand.Text()[:16]
		h.broker.stop = func() {}
		if status, ok := h.Backplane.(Status); ok {
			h.broker.stop = status.Watch(h.heard)
		}
	})
}

// heard is told by the Backplane whether it has its broker.
func (h *Hub) heard(up bool, cause error) {
	switch {
	case !h.broker.set(up, cause):
	case up:
		h.log(slog.LevelInfo, "the hub's broker is back")
	default:
		h.log(slog.LevelWarn, "the hub's broker cannot be reached", "cause", cause)
	}
}

func (h *Hub) log(level slog.Level, text string, args ...any) {
	if h.Logger != nil {
		h.Logger.Log(context.Background(), level, text, args...)
	}
}

func (h *Hub) backplane() Backplane {
	if h.Backplane != nil {
		return h.Backplane
	}
	return &h.own
}

// rememberer returns the Backplane if that keeps messages.
func (h *Hub) rememberer() Rememberer {
	r, _ := h.Backplane.(Rememberer)
	return r
}

// read runs f on a goroutine, unless the Hub is closed.
func (h *Hub) read(f func(context.Context)) {
	ctx := h.life.Context()
	if h.life.Enter(ctx) == nil {
		go func() {
			defer h.life.Leave()
			f(ctx)
		}()
	}
}

// Close ends the Hub: its subscribers leave their topics and join no more, as by Subscriber.Close, their connections
// stay as they are, and Publish and Join return an error that matches net.ErrClosed. It unsubscribes from the
// Backplane, which it does not close. ctx bounds the waiting for what the Backplane is asked for meanwhile. To close it
// again changes nothing.
func (h *Hub) Close(ctx context.Context) error {
	h.start()
	var names []string
	for _, t := range h.shut() {
		names = append(names, t.name)
		for _, x := range t.snapshot() {
			x.sub.Close()
		}
		t.finish(errClosed)
	}
	if len(names) > 0 {
		h.backplane().Unsubscribe(&h.receiver, names...)
	}
	h.broker.stopping.Do(h.broker.stop)
	return h.life.Wait(ctx)
}

// shut has nobody open a topic any more, and returns those that there were.
func (h *Hub) shut() (topics []*topic) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.life.End()
	for _, t := range h.topics {
		topics = append(topics, t)
	}
	clear(h.topics)
	return topics
}

// isClosed reports whether Close was called.
func (h *Hub) isClosed() bool { return h.life.Context().Err() != nil }
