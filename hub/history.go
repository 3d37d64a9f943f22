package hub

import (
	"math"

	"github.com/seed372fb791/rfc6455/websocket"
)

// entry is a message that has its place in a topic's order, or a gap there.
type entry struct {
	seq     uint64 // of a gap the last number that may be missing
	key     string
	message *websocket.PreparedMessage // nil for a gap
}

func (e *entry) isGap() bool { return e.message == nil }

// size is the bytes of the payload.
func (e *entry) size() int {
	if e.isGap() {
		return 0
	}
	return e.message.Len()
}

// unknown is the floor of a topic of which the hub does not know what was before.
const unknown = math.MaxUint64

// append gives entries their place in the order and returns to whom they go.
func (t *topic) append(entries []*entry) []*subscription {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range entries {
		t.last = e.seq
		if t.floor == unknown {
			t.floor = e.seq - 1
		}
		if t.lost {
			t.lost = false
			t.remember(&entry{seq: e.seq - 1})
		}
		if !e.isGap() {
			t.remember(e)
		}
	}
	return t.members
}

// remember puts e into the history, and forgets what that has no room for. t.mu is held.
func (t *topic) remember(e *entry) {
	t.history = append(t.history, e)
	t.bytes += e.size()
	most := or(t.hub.MaxHistoryBytes, defaultMaxHistoryBytes)
	for len(t.history) > t.hub.History || len(t.history) > 1 && t.bytes > most {
		oldest := t.history[0]
		t.floor = oldest.seq
		t.bytes -= oldest.size()
		t.history[0] = nil
		t.history = t.history[1:]
	}
}

// replay returns what a subscriber gets first that joins after a number. t.mu is held.
func (t *topic) replay(after uint64) (first []*entry) {
	if after == NoHistory {
		return nil
	}
	if after > 0 && (after < t.floor || after > t.last) {
		first, after = append(first, new(entry)), 0
	}
	for i, e := range t.history {
		if e.seq > after {
			first = append(first, t.history[i:]...)
			break
		}
	}
	if t.lost {
		first = append(first, new(entry))
	}
	return first
}

// Lost tells all subscribers of the gap, and later those who want to resume before it.
func (t *topic) Lost() {
	t.mu.Lock()
	t.lost = true
	all := t.members
	t.mu.Unlock()
	for _, x := range all {
		x.missed()
	}
}
