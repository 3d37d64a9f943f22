package server

import (
	"context"
	"slices"

	"github.com/seed372fb791/rfc6455/protocol"
)

// item is a message that waits for a subscriber.
type item struct {
	of    *subscription
	entry *entry
	extra bool // it does not count for MaxQueue
}

// offer has the subscriber get e: at once if it is not behind. It reports false if there is no room for e, and the
// policy is to wait for it.
func (x *subscription) offer(e *entry) bool {
	s := x.sub
	if x.gone.Load() {
		return true
	}
	if !s.behind.Load() {
		taken, err := s.conn.TryWritePrepared(e.message)
		if err != nil {
			s.lost(err)
		}
		if taken || err != nil {
			return true
		}
	}
	return x.push(e)
}

// push queues e by the hub's policy. It reports false if there is no room for e, and the policy is to wait for it.
func (x *subscription) push(e *entry) bool {
	s := x.sub
	room := s.tryPush(x, e)
	if !room && s.hub.Full == CloseSlow {
		s.cut()
		return true
	}
	return room
}

// tryPush queues e unless there is no room.
func (s *Subscriber) tryPush(x *subscription, e *entry) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.gone.Load() {
		return true
	}
	if e.key != "" {
		s.drop(func(i item) bool { return i.of == x && i.entry.key == e.key })
	}
	for len(s.queue)-s.extra >= or(s.hub.MaxQueue, defaultMaxQueue) {
		if s.hub.Full != DropOldest {
			return false
		}
		s.dropOldest()
	}
	s.add(item{x, e, false})
	return true
}

// missed queues a gap, in the place of one that waits.
func (x *subscription) missed() {
	s := x.sub
	s.mu.Lock()
	defer s.mu.Unlock()
	if !x.gone.Load() {
		s.drop(func(i item) bool { return i.of == x && i.entry.message == nil })
		s.add(item{x, new(entry), true})
	}
}

// waitFor queues e when there is room for it. If ctx ends before, the connection is closed.
func (x *subscription) waitFor(ctx context.Context, e *entry) {
	s := x.sub
	for !s.tryPush(x, e) {
		select {
		case <-s.untilRoom():
		case <-ctx.Done():
			s.cut()
			return
		}
	}
}

// untilRoom returns a channel that is closed when messages have been taken from the queue.
func (s *Subscriber) untilRoom() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.room == nil {
		s.room = make(chan struct{})
	}
	return s.room
}

// add queues i, and has the queue written. s.mu is held.
func (s *Subscriber) add(i item) {
	s.queue = append(s.queue, i)
	if i.extra {
		s.extra++
	}
	s.hub.queued.Add(1)
	if !s.behind.Load() {
		s.behind.Store(true)
		go s.catchUp()
	}
}

// drop takes what fits out of the queue. s.mu is held.
func (s *Subscriber) drop(fits func(item) bool) {
	s.queue = slices.DeleteFunc(s.queue, func(i item) bool {
		if !fits(i) {
			return false
		}
		s.left(i)
		return true
	})
}

// dropOldest makes room, and has the gap told before what is left. s.mu is held.
func (s *Subscriber) dropOldest() {
	i := s.queue[0]
	s.queue[0] = item{}
	s.queue = s.queue[1:]
	s.left(i)
	s.hub.dropped.Add(1)
	if !slices.Contains(s.gaps, i.of) {
		s.gaps = append(s.gaps, i.of)
	}
}

// left counts i, which is no longer in the queue, and wakes who waits for room. s.mu is held.
func (s *Subscriber) left(i item) {
	s.hub.queued.Add(-1)
	if i.extra {
		s.extra--
	}
	if s.room != nil {
		close(s.room)
		s.room = nil
	}
}

// together is how many messages are written at once.
const together = 32

// catchUp writes what waits until nothing does.
func (s *Subscriber) catchUp() {
	for items := s.take(); len(items) > 0; items = s.take() {
		if err := s.write(items); err != nil {
			s.lost(err)
		}
	}
}

// take takes the first messages of the queue, and before them the gaps there. If there are none s is not behind any
// more.
func (s *Subscriber) take() []item {
	s.mu.Lock()
	defer s.mu.Unlock()
	var items []item
	for _, x := range s.gaps {
		items = append(items, item{x, new(entry), false})
	}
	n := min(len(s.queue), together)
	items = append(items, s.queue[:n]...)
	for _, i := range s.queue[:n] {
		s.left(i)
	}
	s.queue = s.queue[n:]
	s.gaps = nil
	if len(s.queue) == 0 {
		s.queue = nil
	}
	if len(items) == 0 {
		s.behind.Store(false)
	}
	return items
}

// write writes messages by as few system calls as it can.
func (s *Subscriber) write(items []item) error {
	ctx, batch := context.Background(), s.conn.Batch()
	for _, i := range items {
		m := s.message(i)
		if m == nil {
			continue
		}
		if err := batch.WritePrepared(ctx, m); err != nil {
			return err
		}
	}
	return batch.Flush(ctx)
}

// message returns what is to be sent for i, nil for nothing.
func (s *Subscriber) message(i item) *protocol.PreparedMessage {
	if i.entry.message == nil && s.hub.Gap != nil {
		return s.hub.Gap(s, i.of.name)
	}
	return i.entry.message
}

// cut closes a connection that is behind.
func (s *Subscriber) cut() {
	if s.end(errBehind) {
		s.hub.closed.Add(1)
		go func() {
			s.tell()
			s.conn.Close(context.Background(), protocol.CloseTryAgainLater, "messages are not read")
		}()
	}
}

// lost leaves all topics because the connection has ended.
func (s *Subscriber) lost(err error) {
	if s.end(err) {
		go s.tell()
	}
}
