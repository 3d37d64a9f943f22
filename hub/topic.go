package hub

import (
	"context"
	"sync"
	"time"
)

// topic is a topic of a Hub, while it has subscribers or a history.
type topic struct {
	hub    *Hub
	name   string
	ready  chan struct{} // closed when the backplane has been subscribed to
	err    error         // why it could not be
	cancel func()

	mu      sync.Mutex      // none is taken while it is held
	ended   bool            // nobody may join any more
	members []*subscription // in the order of joining, with some that have left; elements are never changed
	present int             // how many have not
	history []*entry
	bytes   int    // of the history
	last    uint64 // the number of the last message
	floor   uint64 // all messages with greater numbers are in the history
	lost    bool   // messages may be missing after it
	expires time.Time
	timer   *time.Timer // of expire
}

// open returns a topic that the backplane has been subscribed to.
func (h *Hub) open(ctx context.Context, name string) (*topic, error) {
	for {
		t, mine, err := h.find(name)
		if err != nil {
			return nil, err
		}
		if mine {
			return t, t.subscribe(ctx)
		}
		select {
		case <-t.ready:
			if t.err == nil {
				return t, nil
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// find returns a topic. If it is a new one, it is the caller's to subscribe.
func (h *Hub) find(name string) (t *topic, isNew bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.topics[name]; t != nil {
		return t, false, nil
	}
	if len(h.topics) >= or(h.MaxTopics, defaultMaxTopics) {
		return nil, false, errTopics
	}
	if h.topics == nil {
		h.topics = make(map[string]*topic)
	}
	t = &topic{hub: h, name: name, ready: make(chan struct{}), floor: unknown}
	h.topics[name] = t
	return t, true, nil
}

// subscribe subscribes to the backplane.
func (t *topic) subscribe(ctx context.Context) error {
	defer close(t.ready)
	last, cancel, err := t.hub.backplane().Subscribe(ctx, t.name, t.hub.History, t)
	if err != nil {
		t.err = err
		t.hub.mu.Lock()
		defer t.hub.mu.Unlock()
		delete(t.hub.topics, t.name)
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cancel = cancel
	if last > 0 && len(t.history) == 0 {
		t.last = max(t.last, last)
		t.floor = t.last
	}
	return nil
}

// keep opens a topic for its history.
func (h *Hub) keep(ctx context.Context, name string) error {
	for {
		t, err := h.open(ctx, name)
		if err != nil {
			return err
		}
		if t.used() {
			return nil
		}
	}
}

// used puts off the end of a topic. It reports false if it has ended.
func (t *topic) used() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.ended {
		t.rest()
	}
	return !t.ended
}

// rest has t end if nobody joins in time. t.mu is held.
func (t *topic) rest() {
	if t.present > 0 {
		return
	}
	var left time.Duration
	if t.hub.History > 0 {
		left = or(t.hub.HistoryFor, defaultHistoryFor)
	}
	t.expires = time.Now().Add(left)
	if t.timer == nil {
		t.timer = time.AfterFunc(left, t.expire)
	}
}

// expire ends a topic that nobody is in any more.
func (t *topic) expire() {
	if t.end() {
		t.cancel()
	}
}

// end has t end if its time has come.
func (t *topic) end() bool {
	t.hub.mu.Lock()
	defer t.hub.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	left := time.Until(t.expires)
	switch {
	case t.present > 0:
		t.timer = nil
	case left > 0:
		t.timer.Reset(left)
	default:
		t.ended = true
		delete(t.hub.topics, t.name)
	}
	return t.ended
}

// add makes x a member and returns what the history has after a number. It reports false if t has ended.
func (t *topic) add(x *subscription, after uint64) (first []*entry, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended {
		return nil, false
	}
	t.members = append(t.members, x)
	t.present++
	t.hub.subscriptions.Add(1)
	return t.replay(after), true
}

// remove counts a member that has left.
func (t *topic) remove() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.hub.subscriptions.Add(-1)
	t.present--
	if 2*t.present < len(t.members) {
		t.sweep()
	}
	t.rest()
}

// sweep forgets those who have left. t.mu is held.
func (t *topic) sweep() {
	stay := make([]*subscription, 0, t.present)
	for _, x := range t.members {
		if x.phase.Load() != left {
			stay = append(stay, x)
		}
	}
	t.members = stay
}

// snapshot returns the members, with some that have left.
func (t *topic) snapshot() []*subscription {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.members
}

func (t *topic) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.present
}
