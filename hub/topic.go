package hub

import (
	"context"
	"slices"
	"sync"
	"time"
)

// topic is a topic of a Hub, while it has subscribers or lingers. What the backplane says of it is queued as news; one
// goroutine at a time, the one that has the turn, works through the queue.
type topic struct {
	hub   *Hub
	name  string
	ready chan struct{} // closed once the topic is open, or opening it has failed
	err   error         // why it has failed
	gone  chan struct{} // closed once the Hub may have another topic of this name

	mu      sync.Mutex // none is taken while it is held
	phase   phase
	busy    bool // a goroutine has the turn
	news    []news
	members []*subscription // in the order of joining, with some that have left; elements are never changed
	present int             // how many have not
	record  record          // only the goroutine that has the turn changes it
	expires time.Time
	timer   *time.Timer // of expire
}

// phase is how far a topic is. It goes on only.
type phase uint8

const (
	opening phase = iota // the Hub subscribes, and reads the history
	open                 // members may be added
	ending               // the Hub unsubscribes
	gone
)

// open returns topics that are open, or have just been. It subscribes to those that are not yet, at once.
func (h *Hub) open(ctx context.Context, names ...string) ([]*topic, error) {
	h.start()
	topics, mine, err := h.find(names)
	if err == nil && len(mine) > 0 {
		err = h.subscribe(ctx, mine)
	}
	if err != nil {
		return nil, err
	}
	for i, t := range topics {
		if topics[i], err = t.await(ctx, slices.Contains(mine, t)); err != nil {
			return nil, err
		}
	}
	return topics, nil
}

// find returns topics, and those of them that are new, which are the caller's to subscribe.
func (h *Hub) find(names []string) (all, mine []*topic, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.usable(); err != nil {
		return nil, nil, err
	}
	for _, name := range names {
		t := h.topics[name]
		if t == nil {
			t = &topic{hub: h, name: name, ready: make(chan struct{}), gone: make(chan struct{}), busy: true}
			mine = append(mine, t)
		}
		all = append(all, t)
	}
	if len(mine) > 0 && len(h.topics)+len(mine) > or(h.MaxTopics, defaultMaxTopics) {
		return nil, nil, errTopics
	}
	if h.topics == nil {
		h.topics = make(map[string]*topic)
	}
	for _, t := range mine {
		h.topics[t.name] = t
	}
	return all, mine, nil
}

// subscribe subscribes to new topics. The caller has the turn of each: what the backplane says meanwhile is queued.
func (h *Hub) subscribe(ctx context.Context, topics []*topic) error {
	var names []string
	for _, t := range topics {
		names = append(names, t.name)
	}
	err := h.backplane().Subscribe(ctx, &h.receiver, names...)
	if err == nil && h.isClosed() {
		h.backplane().Unsubscribe(&h.receiver, names...)
		err = errClosed
	}
	for _, t := range topics {
		if err != nil {
			t.remove(err)
			continue
		}
		t.used()
		t.work()
	}
	return err
}

// await waits until t is open and returns it. If t ends meanwhile it returns another topic of its name. If t cannot be
// opened, the caller that tried gets the error, and those that waited try themselves.
func (t *topic) await(ctx context.Context, mine bool) (*topic, error) {
	select {
	case <-t.ready:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	switch {
	case t.used():
		return t, nil
	case mine && t.err != nil:
		return nil, t.err
	}
	select {
	case <-t.gone:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	again, err := t.hub.open(ctx, t.name)
	if err != nil {
		return nil, err
	}
	return again[0], nil
}

// used postpones the end of a topic. It reports false if it has ended.
func (t *topic) used() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.phase < ending {
		t.rest()
	}
	return t.phase < ending
}

// rest starts the time after which t ends if nobody has joined. t.mu is held.
func (t *topic) rest() {
	if t.present > 0 {
		return
	}
	left := t.hub.linger()
	t.expires = time.Now().Add(left)
	if t.timer == nil {
		t.timer = time.AfterFunc(left, t.expire)
	}
}

func (h *Hub) linger() time.Duration {
	if h.History > 0 && h.rememberer() == nil {
		return or(h.Linger, defaultLingerAlone)
	}
	return or(h.Linger, defaultLinger)
}

// expire ends a topic that nobody is in any more.
func (t *topic) expire() {
	if t.end() {
		t.hub.backplane().Unsubscribe(&t.hub.receiver, t.name)
		t.remove(nil)
	}
}

// end reports whether t ends now, since its time is over and nobody has joined.
func (t *topic) end() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	left := time.Until(t.expires)
	switch {
	case t.phase >= ending:
		return false
	case t.present > 0:
		t.timer = nil
	case left > 0:
		t.timer.Reset(left)
	default:
		t.phase = ending
	}
	return t.phase == ending
}

// abandon ends a topic that cannot be opened although the backplane has subscribed to it.
func (t *topic) abandon(err error) {
	t.hub.backplane().Unsubscribe(&t.hub.receiver, t.name)
	t.remove(err)
}

// remove ends t, and lets the Hub have another topic of its name.
func (t *topic) remove(err error) {
	h := t.hub
	h.mu.Lock()
	if h.topics[t.name] == t {
		delete(h.topics, t.name)
	}
	h.mu.Unlock()
	t.finish(err)
}

// finish ends t, and wakes everybody who waits for it.
func (t *topic) finish(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.phase == gone {
		return
	}
	t.opened(err)
	t.phase = gone
	t.news = nil
	close(t.gone)
	if t.timer != nil {
		t.timer.Stop()
	}
}

// opened wakes those who wait until t is open: now it is, or opening it has failed with err. t.mu is held.
func (t *topic) opened(err error) {
	select {
	case <-t.ready:
		return
	default:
	}
	t.err = err
	close(t.ready)
	if t.phase == opening && err == nil {
		t.phase = open
	}
}

// topic returns a topic, nil if there is none of that name.
func (h *Hub) topic(name string) *topic {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.topics[name]
}
