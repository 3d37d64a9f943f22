package hub

import (
	"slices"
	"sort"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// deliver hands messages out, by one write where they are small.
func (t *topic) deliver(m []Message) {
	if at := m[0].At; at.Epoch != "" && at.Epoch != t.record.last.Epoch {
		t.begin(Position{at.Epoch, at.Seq - 1})
	}
	entries := t.prepare(t.record.last, m)
	all := t.append(entries)
	begin := time.Now()
	entries = slices.DeleteFunc(entries, (*entry).isGap) // nothing is sent
	messages := make([]*websocket.PreparedMessage, len(entries))
	for i, e := range entries {
		messages[i] = e.message
	}
	for len(entries) > 0 {
		n := smallOnes(len(entries), func(i int) int { return entries[i].size() })
		t.hub.handOut(entries[:n], messages[:n], all)
		entries, messages = entries[n:], messages[n:]
	}
	t.hub.counts.handOuts.Add(1)
	t.hub.counts.handOut.Add(int64(time.Since(begin)))
}

// prepare makes entries of the messages that come after the last.
func (t *topic) prepare(last Position, messages []Message) []*entry {
	entries := make([]*entry, 0, len(messages))
	for _, m := range messages {
		if last.Epoch == t.hub.epoch { // which the backplane does not number
			m.At = Position{last.Epoch, t.hub.numbers.Add(1)}
		}
		if m.At.Seq > last.Seq {
			last.Seq = m.At.Seq
			waited := t.hub.Full == Block && m.call.isOf(t.hub)
			entries = append(entries, &entry{m.At.Seq, m.Key, t.hub.prepare(t.name, m), waited})
		}
	}
	return entries
}

// handOut hands entries out, with their messages.
func (h *Hub) handOut(entries []*entry, messages []*websocket.PreparedMessage, all []*subscription) {
	delivered := 0
	for _, x := range all {
		delivered += x.offer(entries, messages)
	}
	h.counts.delivered.Add(int64(delivered))
}

// offer has the subscriber get those of entries that it does not have, with their messages: at once if it is not
// behind. It returns how many.
func (x *subscription) offer(entries []*entry, messages []*websocket.PreparedMessage) (delivered int) {
	if x.has >= entries[0].seq {
		n := sort.Search(len(entries), func(i int) bool { return entries[i].seq > x.has })
		entries, messages = entries[n:], messages[n:]
	}
	s := x.sub
	if len(entries) > 0 && x.claim() {
		defer s.release()
		taken, err := s.conn.TryWritePrepared(messages...)
		switch {
		case err != nil:
			s.lost(err)
			return 0
		case taken:
			return len(entries)
		}
	}
	for _, e := range entries {
		if s.push(x, e) {
			delivered++
		}
	}
	return delivered
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
