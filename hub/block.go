package hub

import (
	"context"
	"fmt"
	"time"
)

// publishWaiting publishes under Block: each part of m when all subscribers in this process have room for it.
func (h *Hub) publishWaiting(ctx context.Context, topic string, m []Message) (at Position, err error) {
	sent := false
	for len(m) > 0 {
		n := h.part(m)
		if err = h.untilRoom(ctx, topic, m[:n]); err == nil {
			at, err = h.backplane().Publish(ctx, topic, m[:n]...)
		}
		if err != nil && sent {
			return Position{}, fmt.Errorf("%w: %w", ErrUncertain, err)
		}
		if err != nil {
			return Position{}, err
		}
		m, sent = m[n:], true
	}
	return at, nil
}

// part returns how many of the first messages fit into an empty queue, one if none does.
func (h *Hub) part(m []Message) int {
	var all amount
	for i := range m {
		all.messages++
		all.bytes += len(m[i].Data)
		if i > 0 && !h.fits(all, 1) {
			return i
		}
	}
	return len(m)
}

// fits reports whether so much may wait for a subscriber, with so many times of the room.
func (h *Hub) fits(a amount, times int) bool {
	return a.messages <= times*or(h.MaxQueue, defaultMaxQueue) && a.bytes <= times*or(h.MaxQueueBytes, defaultMaxQueueBytes)
}

// untilRoom waits until all subscribers of a topic have room for m, or are disconnected.
func (h *Hub) untilRoom(ctx context.Context, topic string, m []Message) error {
	t := h.topic(topic)
	if t == nil {
		return nil
	}
	for _, x := range t.snapshot() {
		for {
			room, patience := x.roomFor(m)
			if room == nil {
				break
			}
			select {
			case <-room:
			case <-time.After(patience):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

// roomFor returns nil if there is room for m. Otherwise it returns a channel that is closed when there may be some, and
// for how long that may take: who has none by then is disconnected.
func (x *subscription) roomFor(m []Message) (room <-chan struct{}, patience time.Duration) {
	s := x.sub
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.phase.Load() == left || s.waits.messages == 0 {
		return nil, 0
	}
	all := s.waits
	for _, m := range m {
		all.messages++
		all.bytes += len(m.Data)
		for _, i := range s.queue {
			if m.Key != "" && i.of == x && i.entry.key == m.Key && !i.extra {
				all.messages--
				all.bytes -= i.entry.size()
			}
		}
	}
	if s.hub.fits(all, 1) {
		return nil, 0
	}
	if patience = s.patience(); patience > 0 {
		return s.untilRoom(), patience
	}
	s.behind(s.bound(all))
	return nil, 0
}

// patience returns how much longer the write under way may take. Those who do not read are waited for together, since
// the writes to all of them have begun. s.mu is held.
func (s *Subscriber) patience() time.Duration {
	return time.Until(s.began.Add(or(s.hub.Patience, defaultPatience)))
}
