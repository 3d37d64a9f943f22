package hub

import (
	"context"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// What is written at once: so many messages, of so many bytes if there are several.
const (
	together      = 32
	togetherBytes = 16 << 10
)

// smallOnes returns how many of n messages to write together, at least one if there are any.
func smallOnes(n int, size func(int) int) int {
	bytes := 0
	for i := range min(n, together) {
		if bytes += size(i); i > 0 && bytes > togetherBytes {
			return i
		}
	}
	return min(n, together)
}

// writer is who has the right to write to a subscriber.
type writer uint8

const (
	nobody    writer = iota // and nothing waits
	publisher               // for a moment: it writes what it can without waiting
	catchUp                 // the goroutine that writes what waits: the subscriber is behind
)

// startCatchUp has the queue written. s.mu is held.
func (s *Subscriber) startCatchUp() {
	s.writer = catchUp
	s.began = time.Now()
	go s.catchUp()
}

// catchUp writes what waits until nothing does.
func (s *Subscriber) catchUp() {
	for items := s.take(); len(items) > 0; items = s.take() {
		if err := s.write(s.messages(items)); err != nil {
			s.lost(err)
		}
	}
}

// take takes the first messages of the queue, those that are written together, and before them the gaps there. If there
// are none it gives the right to write back.
func (s *Subscriber) take() (items []item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.gaps {
		items = append(items, item{x, new(entry), true})
	}
	n := smallOnes(len(s.queue), func(i int) int { return s.queue[i].entry.size() })
	items = append(items, s.queue[:n]...)
	s.shift(n)
	s.gaps, s.began = nil, time.Now()
	if len(s.queue) == 0 {
		s.queue = nil
	}
	if len(items) == 0 {
		s.writer = nobody
	}
	return items
}

// messages returns what is to be sent for items.
func (s *Subscriber) messages(items []item) (all []*websocket.PreparedMessage) {
	for _, i := range items {
		m := i.entry.message
		if i.entry.isGap() {
			m = s.gap(i.of.name)
		}
		if m != nil {
			all = append(all, m)
		}
	}
	return all
}

// gap returns what is to be sent for a gap, nil for nothing.
func (s *Subscriber) gap(topic string) (m *websocket.PreparedMessage) {
	s.hub.counts.gaps.Add(1)
	if s.hub.Gap == nil {
		return nil
	}
	if panicked := catch(func() { m = s.hub.Gap(s, topic) }); panicked != nil {
		s.panicked(panicked)
	}
	return m
}

// write writes messages, those that are small by one system call. It does not put them into a Batch: the handler, when
// it has to wait for the peer, would wait for their writing.
func (s *Subscriber) write(messages []*websocket.PreparedMessage) error {
	for len(messages) > 0 {
		n := smallOnes(len(messages), func(i int) int { return messages[i].Len() })
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
