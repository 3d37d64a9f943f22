package hub

import (
	"iter"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed372fb791/rfc6455/internal/backplane"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Hub hands messages out by topics: what is published to a topic goes to every connection that has joined it, in
// one order for all, prepared once. The zero value is ready for use. The fields must not be changed once it is in
// use, and a Hub must not be copied. All methods are safe for concurrent use, also from within the hooks, Prepare
// excepted. A program that needs two policies has two Hubs; they may send to the same connections. With an option that
// means nothing, such as one that is negative, Publish and Join return an *Error that names it.
//
// Whoever publishes hands the message out, and writes to each connection without waiting for its peer. Only where
// a peer is behind messages queue up, and only while they do a goroutine writes to it. No lock is held meanwhile: a
// connection that does not read holds up nobody, unless Full is Block.
type Hub struct {
	// MaxQueue is the most messages that wait for a subscriber that is behind, of all its topics together. Zero means
	// 256. They are shared by all for whom they wait. What its connection has already been given does not wait here:
	// one message, or several that have 16 KiB at most. Nor does the history count that it got when it joined. If all
	// messages have Keys, and there are no more of these than have room, the queue is never full.
	MaxQueue int

	// MaxQueueBytes is the most bytes of messages that wait for a subscriber, besides MaxQueue and counted like it:
	// the payload of what Prepare returns. A message that is longer has room when no other waits. Zero means 1 MiB.
	// Of the histories that a subscriber gets when it joins as much waits and one history more, see Join. What others
	// than the Hub have given its connection is bounded by websocket.Options.MaxQueued.
	MaxQueueBytes int

	// Full says what happens when a message comes that MaxQueue or MaxQueueBytes has no room for.
	Full Policy

	// Patience is how long a subscriber may take over what is being written to it while Block holds up publishers
	// for it. Zero means 5 seconds.
	Patience time.Duration

	// History is how many messages of each topic are remembered for those who join later or come back. Zero means none.
	// A topic remembers them while it is open, see Linger; it begins with those that the Backplane has kept, if that is a
	// [Rememberer], and without a Backplane publishing opens it.
	History int

	// MaxHistoryBytes is the most bytes of messages that are remembered of each topic: the payload of what Prepare
	// returns. The oldest go first, and the newest stays, however long it is. Zero means 1 MiB.
	MaxHistoryBytes int

	// Linger is how long a topic stays open, and the Backplane is subscribed to, after the last of its subscribers has
	// left: who comes back meanwhile finds it as it was. Without a Backplane it is counted from the last message, too.
	// Zero means 10 seconds, or 10 minutes where nobody but this Hub remembers: with History, and a Backplane that is no
	// [Rememberer] or none at all.
	Linger time.Duration

	// MaxTopics is the most topics at a time, those that are kept for their history included. Zero means 65536.
	MaxTopics int

	// MaxJoined is the most topics that one subscriber may be in. Zero means 256.
	MaxJoined int

	// Prepare, if not nil, makes what is sent of a message. It is called once for each while a topic is open, and for
	// those of a topic one after the other in their order: the place to put m.At into what clients get, and to apply the
	// message to the state that they shall see. (A topic that opens again begins with what the Backplane has kept, if it
	// keeps messages: they are prepared again then.) It may read m.Data only until it returns. A nil result says that
	// nothing is sent. Without Prepare, m.Data is sent as it is. It must not call the Hub.
	//
	// A panic is the publisher's error, see PanicError: nobody gets that message, and all others go out.
	Prepare func(topic string, m Message) *websocket.PreparedMessage

	// Gap, if not nil, is called where messages of a topic are missing for a subscriber: because it wants to resume
	// after one that the history does not reach back to, because DropOldest has dropped some, or because the
	// Backplane has lost some for good. What it returns, if not nil, is sent to s in their place. Gap is called on the
	// goroutine that writes to s, and holds up nobody else. It must not have s join a topic, which may wait for that
	// goroutine. A panic ends s, see PanicError.
	Gap func(s *Subscriber, topic string) *websocket.PreparedMessage

	// Joined and Left, if not nil, are called when a subscriber has joined a topic and when it has left it, by
	// itself or with the end of its connection. For one subscriber they are called one after the other, in the
	// order in which things happened, mostly before Join, Leave and Close return. They may block and publish. A panic
	// ends the subscriber, see PanicError, and what happens later is told all the same.
	Joined, Left func(s *Subscriber, topic string)

	// Backplane is what connects the Hubs of several processes. Without one, topics are this Hub's own.
	Backplane Backplane

	// Logger, if not nil, is told of subscribers that are closed for being behind, of messages that a Backplane has lost,
	// and of its broker's coming and going. Panics are logged by package log without it.
	Logger *slog.Logger

	own      MemoryBackplane
	starting sync.Once
	unusable error // an option that means nothing
	receiver receiver
	epoch    string         // of topics that the Backplane does not number
	life     backplane.Life // of the goroutines that read histories
	broker   broker
	counts   counts

	numbers atomic.Uint64 // of messages of these, the last that was given
	mu      sync.Mutex
	topics  map[string]*topic
}

// Policy is what a [Hub] does about a subscriber that does not read as fast as messages come, once there is no room for
// another one. Before that, and with each of these, a message that has a Key takes the place of one that waits, of the
// same topic and Key: only the latest of each key is kept.
type Policy uint8

const (
	// CloseSlow closes the connection with 1013 (try again later).
	CloseSlow Policy = iota
	// DropOldest drops the messages that wait longest, until there is room.
	DropOldest
	// Block holds up those who publish to a topic in this process, before their messages have places in the order, until
	// each subscriber there has room, and closes the connection with 1013 if that takes longer than Patience. Publishers
	// in other processes are not held up: their messages, and all that a Backplane brings, have twice the room, and close
	// the connection when that is full. So nobody misses a message and stays.
	Block
)

// Subscribers returns the subscribers of a topic that are in this process.
func (h *Hub) Subscribers(topic string) iter.Seq[*Subscriber] {
	return func(yield func(*Subscriber) bool) {
		t := h.topic(topic)
		if t == nil {
			return
		}
		for _, x := range t.snapshot() {
			if x.phase.Load() == joined && !yield(x.sub) {
				return
			}
		}
	}
}

// Count returns how many subscribers of a topic are in this process.
func (h *Hub) Count(topic string) int {
	if t := h.topic(topic); t != nil {
		return t.count()
	}
	return 0
}
