package hub

import (
	"slices"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Deliver hands messages out, by one write where they are small.
func (t *topic) Deliver(m ...Message) {
	entries := t.prepare(m)
	all := t.append(entries)
	entries = slices.DeleteFunc(entries, (*entry).isGap) // nothing is sent
	messages := make([]*websocket.PreparedMessage, len(entries))
	for i, e := range entries {
		messages[i] = e.message
	}
	for len(entries) > 0 {
		n := smallOnes(len(entries), func(i int) int { return entries[i].size() })
		handOut(entries[:n], messages[:n], all)
		entries, messages = entries[n:], messages[n:]
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
	if t.ended {
		return unknown
	}
	return t.last
}

// handOut hands entries out, with their messages: first to all who take them at once, then to those who have to be
// waited for.
func handOut(entries []*entry, messages []*websocket.PreparedMessage, all []*subscription) {
	var late []delayed
	for _, x := range all {
		if rest := x.offer(entries, messages); len(rest) > 0 {
			late = append(late, delayed{x, rest})
		}
	}
	for _, d := range late {
		d.wait()
	}
}

// offer has the subscriber get entries, with their messages: at once if it is not behind. It returns those that have to
// wait for room.
func (x *subscription) offer(entries []*entry, messages []*websocket.PreparedMessage) (rest []*entry) {
	s := x.sub
	if x.claim() {
		defer s.release()
		taken, err := s.conn.TryWritePrepared(messages...)
		if err != nil {
			s.lost(err)
		}
		if taken || err != nil {
			return nil
		}
	}
	for i, e := range entries {
		if room, _ := s.push(x, e); room != nil {
			return entries[i:]
		}
	}
	return nil
}

// claim takes the right to write, if nobody has it, until release. What comes meanwhile is queued: also what x gets
// first that leaves and joins again, which must not come before what is being written.
func (x *subscription) claim() bool {
	s := x.sub
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.phase.Load() != joined || s.writer != nobody {
		return false
	}
	s.writer = publisher
	return true
}

// release gives the right to write back, or to catchUp if anything waits.
func (s *Subscriber) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writer = nobody
	if len(s.queue)+len(s.gaps) > 0 {
		s.startCatchUp()
	}
}

// delayed is entries that have to wait for a subscriber.
type delayed struct {
	*subscription
	entries []*entry
}

// wait queues entries when there is room for them, or the subscriber ends.
func (d delayed) wait() {
	for _, e := range d.entries {
		for {
			room, patience := d.sub.push(d.subscription, e)
			if room == nil {
				break
			}
			select {
			case <-room:
			case <-time.After(patience):
			}
		}
	}
}
