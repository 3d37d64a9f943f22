package hub

import (
	"context"
	"slices"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// item is a message that waits for a subscriber.
type item struct {
	of    *subscription
	entry *entry
	extra bool // it does not count for MaxQueue
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
		s.drop(func(i item) bool { return i.of == x && i.entry.isGap() })
		s.add(item{x, new(entry), true})
	}
}

// untilRoom returns a channel that is closed when messages have been taken from the queue, and how long to wait for
// that: those who do not read are waited for together, since the writes to all of them have begun.
func (s *Subscriber) untilRoom() (<-chan struct{}, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.room == nil {
		s.room = make(chan struct{})
	}
	return s.room, time.Until(s.began.Add(or(s.hub.Patience, defaultPatience)))
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
		s.began = time.Now()
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
	s.gaps, s.began = nil, time.Now()
	if len(s.queue) == 0 {
		s.queue = nil
	}
	if len(items) == 0 {
		s.behind.Store(false)
	}
	return items
}

// write writes messages, those that are small by one system call. It does not put them into a Batch: the handler, when
// it has to wait for the peer, would wait for their writing.
func (s *Subscriber) write(items []item) error {
	var messages []*websocket.PreparedMessage
	for _, i := range items {
		if m := s.message(i); m != nil {
			messages = append(messages, m)
		}
	}
	for len(messages) > 0 {
		n := smallOnes(messages)
		taken, err := s.conn.TryWritePrepared(messages[:n]...)
		if !taken && err == nil {
			n = 1
			err = s.conn.WritePrepared(context.Background(), messages[0])
		}
		if err != nil {
			return err
		}
		messages = messages[n:]
	}
	return nil
}

// message returns what is to be sent for i, nil for nothing.
func (s *Subscriber) message(i item) *websocket.PreparedMessage {
	if i.entry.isGap() && s.hub.Gap != nil {
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
			s.conn.Close(context.Background(), websocket.CloseTryAgainLater, "messages are not read")
		}()
	}
}

// lost leaves all topics because the connection has ended.
func (s *Subscriber) lost(err error) {
	if s.end(err) {
		go s.tell()
	}
}
