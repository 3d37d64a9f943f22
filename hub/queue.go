package hub

import (
	"slices"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// item is a message that waits for a subscriber, or a gap.
type item struct {
	of    *subscription
	entry *entry
	extra bool // of a history, or a gap: it needs no room
}

// amount is messages and the bytes of their payload.
type amount struct{ messages, bytes int }

// push queues e if there is room or Full makes some. If e has to wait it returns a channel that is closed when there
// may be room, and for how long that may take: then push is called again, and who has no room by then is disconnected.
func (s *Subscriber) push(x *subscription, e *entry) (room <-chan struct{}, patience time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.phase.Load() == left {
		return nil, 0
	}
	if e.key != "" {
		s.drop(func(i item) bool { return i.of == x && i.entry.key == e.key })
	}
	for full := s.full(e); full != nil; full = s.full(e) {
		patience = s.patience()
		switch {
		case s.hub.Full == DropOldest:
			s.dropOldest()
		case s.hub.Full == Block && patience > 0:
			return s.untilRoom(), patience
		default:
			s.disconnect(full, websocket.CloseTryAgainLater, "messages are not read")
			s.hub.closed.Add(1)
			return nil, 0
		}
	}
	s.add(item{x, e, false})
	return nil, 0
}

// full returns the bound that leaves no room for e, nil if there is room: any message has it where no other waits. s.mu
// is held.
func (s *Subscriber) full(e *entry) *Error {
	switch {
	case s.waits.messages == 0:
		return nil
	case s.waits.messages >= or(s.hub.MaxQueue, defaultMaxQueue):
		return errQueue
	case s.waits.bytes+e.size() > or(s.hub.MaxQueueBytes, defaultMaxQueueBytes):
		return errBytes
	}
	return nil
}

// patience returns how much longer the write under way may take. Those who do not read are waited for together, since
// the writes to all of them have begun. s.mu is held.
func (s *Subscriber) patience() time.Duration {
	return time.Until(s.began.Add(or(s.hub.Patience, defaultPatience)))
}

// untilRoom returns a channel that is closed when something has left the queue. s.mu is held.
func (s *Subscriber) untilRoom() <-chan struct{} {
	if s.room == nil {
		s.room = make(chan struct{})
	}
	return s.room
}

// missed queues a gap, in the place of one that waits.
func (x *subscription) missed() {
	s := x.sub
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.phase.Load() == joined {
		s.drop(func(i item) bool { return i.of == x && i.entry.isGap() })
		s.add(item{x, new(entry), true})
	}
}

// add queues i, and has the queue written. s.mu is held.
func (s *Subscriber) add(i item) {
	s.queue = append(s.queue, i)
	s.count(i, 1)
	switch s.writer {
	case nobody:
		s.startCatchUp()
	case publisher:
		s.began = time.Now()
	}
}

// drop takes what fits out of the queue. s.mu is held.
func (s *Subscriber) drop(fits func(item) bool) {
	s.queue = slices.DeleteFunc(s.queue, func(i item) bool {
		if !fits(i) {
			return false
		}
		s.count(i, -1)
		return true
	})
}

// dropOldest drops the first of the queue, and has the gap told before what is left. s.mu is held.
func (s *Subscriber) dropOldest() {
	of := s.queue[0].of
	s.shift(1)
	s.hub.dropped.Add(1)
	if !slices.Contains(s.gaps, of) {
		s.gaps = append(s.gaps, of)
	}
}

// shift takes the first n out of the queue, which keeps none of their memory. s.mu is held.
func (s *Subscriber) shift(n int) {
	for _, i := range s.queue[:n] {
		s.count(i, -1)
	}
	clear(s.queue[:n])
	s.queue = s.queue[n:]
}

// count counts i, which has come (1) or left (-1). Then whoever waits for room is woken. s.mu is held.
func (s *Subscriber) count(i item, n int) {
	bytes := n * i.entry.size()
	if i.extra {
		s.history += bytes
	} else {
		s.waits.messages += n
		s.waits.bytes += bytes
	}
	s.hub.queued.Add(int64(n))
	s.hub.queuedBytes.Add(int64(bytes))
	if n < 0 && s.room != nil {
		close(s.room)
		s.room = nil
	}
}
