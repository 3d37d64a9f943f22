package hub

import (
	"log/slog"
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

// push queues e if there is room or Full makes some, and disconnects the subscriber otherwise. It reports whether e is in
// the queue.
func (s *Subscriber) push(x *subscription, e *entry) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.phase.Load() == left {
		return false
	}
	if e.key != "" {
		s.drop(func(i item) bool { return i.of == x && i.entry.key == e.key })
	}
	for !s.hasRoom(e) {
		if s.hub.Full != DropOldest {
			s.behind(s.bound(amount{s.waits.messages + 1, s.waits.bytes + e.size()}))
			return false
		}
		s.dropOldest()
	}
	s.add(item{x, e, false})
	return true
}

// hasRoom reports whether there is room for e: any message has it where no other waits. s.mu is held.
func (s *Subscriber) hasRoom(e *entry) bool {
	times := 1
	if s.hub.Full == Block {
		times = 2
	}
	return e.waited || s.waits.messages == 0 || s.hub.fits(amount{s.waits.messages + 1, s.waits.bytes + e.size()}, times)
}

// bound returns the bound that has no room for so much.
func (s *Subscriber) bound(a amount) *Error {
	if a.messages > or(s.hub.MaxQueue, defaultMaxQueue) {
		return errQueue
	}
	return errBytes
}

// behind disconnects s, which does not read. s.mu is held.
func (s *Subscriber) behind(err *Error) {
	s.hub.log(slog.LevelWarn, "the hub closes a subscriber", "value", s.Value, "cause", err)
	s.hub.counts.closed.Add(1)
	s.disconnect(err, websocket.CloseTryAgainLater, "messages are not read")
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
	s.hub.counts.dropped.Add(1)
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
	s.hub.counts.queued.Add(int64(n))
	s.hub.counts.queuedBytes.Add(int64(bytes))
	if n < 0 && s.room != nil {
		close(s.room)
		s.room = nil
	}
}
