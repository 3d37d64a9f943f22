package hub

import (
	"slices"
	"sort"
	"time"
)

// memoryHistory is what a MemoryBackplane keeps of a topic.
type memoryHistory struct {
	messages []Message
	bytes    int    // of their Data
	floor    uint64 // all messages with greater numbers are there
	until    time.Time
}

// add adds m, and forgets what there is no room for.
func (h *memoryHistory) add(m Message, most, mostBytes int) {
	h.messages = append(h.messages, m)
	h.bytes += len(m.Data)
	for len(h.messages) > most || len(h.messages) > 1 && h.bytes > mostBytes {
		oldest := &h.messages[0]
		h.floor = oldest.At.Seq
		h.bytes -= len(oldest.Data)
		*oldest = Message{}
		h.messages = h.messages[1:]
	}
}

// after returns the newest messages with greater numbers, and whether those are all that there were.
func (h *memoryHistory) after(seq uint64, limit int) (m []Message, whole bool) {
	from := sort.Search(len(h.messages), func(i int) bool { return h.messages[i].At.Seq > seq })
	newest := max(from, len(h.messages)-max(limit, 0))
	return slices.Clone(h.messages[newest:]), from == newest && seq >= h.floor
}

// For how long, and how many, a MemoryBackplane knows IDs.
const (
	idsFor  = 2 * time.Minute
	mostIDs = 1 << 16
)

// memoryIDs is the messages that a MemoryBackplane knows by their IDs.
type memoryIDs struct {
	at    map[memoryID]Position
	order []knownID // by age
}

type memoryID struct{ topic, id string }

type knownID struct {
	memoryID
	since time.Time
}

// find returns the position of a message with an ID, if it is known.
func (k *memoryIDs) find(topic, id string) (at Position, known bool) {
	if id == "" {
		return Position{}, false
	}
	k.forget(mostIDs)
	at, known = k.at[memoryID{topic, id}]
	return at, known
}

// add has a message known, if it has an ID.
func (k *memoryIDs) add(topic, id string, at Position) {
	if id == "" {
		return
	}
	k.forget(mostIDs - 1)
	if k.at == nil {
		k.at = make(map[memoryID]Position)
	}
	k.at[memoryID{topic, id}] = at
	k.order = append(k.order, knownID{memoryID{topic, id}, time.Now()})
}

// forget forgets what is too old, and leaves so many at most.
func (k *memoryIDs) forget(most int) {
	old := time.Now().Add(-idsFor)
	for len(k.order) > 0 && (len(k.order) > most || k.order[0].since.Before(old)) {
		delete(k.at, k.order[0].memoryID)
		k.order[0] = knownID{}
		k.order = k.order[1:]
	}
}
