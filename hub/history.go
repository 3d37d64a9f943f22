package hub

import (
	"sort"

	"github.com/seed372fb791/rfc6455/websocket"
)

// entry is a message that has its place in a topic's order, or a gap there.
type entry struct {
	seq     uint64 // of a gap the last number that may be missing
	key     string
	message *websocket.PreparedMessage // nil for a gap
	waited  bool                       // its publisher has waited until there was room for it
}

func (e *entry) isGap() bool { return e.message == nil }

// size is the bytes of the payload.
func (e *entry) size() int {
	if e.isGap() {
		return 0
	}
	return e.message.Len()
}

// record is what a topic remembers.
type record struct {
	entries []*entry
	bytes   int
	last    Position // of the last message
	floor   uint64   // all messages with greater numbers, up to the last, are remembered
}

// add puts e at the end, and forgets what there is no room for.
func (r *record) add(h *Hub, e *entry) {
	r.last.Seq = max(r.last.Seq, e.seq)
	r.entries = append(r.entries, e)
	r.bytes += e.size()
	most := or(h.MaxHistoryBytes, defaultMaxHistoryBytes)
	for len(r.entries) > h.History || len(r.entries) > 1 && r.bytes > most {
		oldest := r.entries[0]
		r.floor = oldest.seq
		r.bytes -= oldest.size()
		r.entries[0] = nil
		r.entries = r.entries[1:]
	}
}

// take puts e at the end, if there is anything to remember of it.
func (r *record) take(h *Hub, e *entry) {
	if e.isGap() {
		r.last.Seq = e.seq // nothing is sent
	} else {
		r.add(h, e)
	}
}

// replay returns what a subscriber gets first that joins after a position.
func (r *record) replay(after Position) (first []*entry) {
	switch {
	case after == NoHistory:
		return nil
	case after.IsZero():
		return append(first, r.entries...)
	case after.Epoch != r.last.Epoch || after.Seq < r.floor:
		first = append(first, new(entry))
		return append(first, r.entries...)
	}
	from := sort.Search(len(r.entries), func(i int) bool { return r.entries[i].seq > after.Seq })
	return append(first, r.entries[from:]...)
}

// append gives entries their place in the order and returns to whom they go.
func (t *topic) append(entries []*entry) []*subscription {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range entries {
		t.record.take(t.hub, e)
	}
	return t.members
}
