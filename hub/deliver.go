package hub

import (
	"slices"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Deliver hands messages out, by one write where they are small.
func (t *topic) Deliver(m ...Message) {
	entries := t.prepare(m)
	all := t.add(entries)
	entries = slices.DeleteFunc(entries, (*entry).isGap) // Prepare has returned nil
	messages := make([]*websocket.PreparedMessage, len(entries))
	for i, e := range entries {
		messages[i] = e.message
	}
	for len(entries) > 0 {
		n := smallOnes(messages)
		handOut(entries[:n], messages[:n], all)
		entries, messages = entries[n:], messages[n:]
	}
}

// smallOnes returns how many messages to write together, at least one.
func smallOnes(messages []*websocket.PreparedMessage) int {
	bytes := 0
	for i, m := range messages {
		if bytes += m.Len(); i > 0 && bytes > 16<<10 {
			return i
		}
	}
	return len(messages)
}

// handOut hands entries out, with their messages: first to all who take them at once, then to those who have to be
// waited for.
func handOut(entries []*entry, messages []*websocket.PreparedMessage, all []*subscription) {
	var late []delayed
	for _, x := range all {
		if rest := x.offer(entries, messages); rest != nil {
			late = append(late, delayed{x, rest})
		}
	}
	for _, d := range late {
		d.wait()
	}
}

// prepare makes entries of the messages that come after all so far.
func (t *topic) prepare(messages []Message) []*entry {
	entries := make([]*entry, 0, len(messages))
	last := t.newest()
	for _, m := range messages {
		if m.Seq > last {
			last = m.Seq
			entries = append(entries, &entry{m.Seq, m.Key, t.hub.prepare(t.name, m)})
		}
	}
	return entries
}

// newest returns the number of the last message, one that none is greater than if the topic has ended.
func (t *topic) newest() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over {
		return unknown
	}
	return t.last
}

// offer has the subscriber get entries, with their messages: at once if it is not behind. It returns those that there
// is no room for, if the policy is to wait for it.
func (x *subscription) offer(entries []*entry, messages []*websocket.PreparedMessage) (rest []*entry) {
	s := x.sub
	if x.gone.Load() {
		return nil
	}
	if !s.behind.Load() {
		taken, err := s.conn.TryWritePrepared(messages...)
		if err != nil {
			s.lost(err)
		}
		if taken || err != nil {
			return nil
		}
	}
	for i, e := range entries {
		if s.tryPush(x, e) {
			continue
		}
		if s.hub.Full == Block {
			return entries[i:]
		}
		s.cut()
		break
	}
	return nil
}

// delayed is entries that have to wait for a subscriber.
type delayed struct {
	*subscription
	entries []*entry
}

// wait queues entries when there is room for them, or closes the connection.
func (d delayed) wait() {
	s := d.sub
	for _, e := range d.entries {
		for !s.tryPush(d.subscription, e) {
			room, patience := s.untilRoom()
			select {
			case <-room:
			case <-time.After(patience):
				s.cut() // and nothing more is queued for it
			}
		}
	}
}
