package hub

import (
	"context"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Hub hands messages out by topics: what is published to a topic goes to every connection that has joined it, in
// one order for all, prepared once. The zero value is ready for use. The fields must not be changed once it is in
// use, and a Hub must not be copied. All methods are safe for concurrent use, also from within the hooks, Prepare
// excepted. A program that needs two policies has two Hubs; they may send to the same connections.
//
// Whoever publishes hands the message out, and writes to each connection without waiting for its peer. Only where
// a peer is behind messages queue up, and only while they do a goroutine writes to it. No lock is held meanwhile: a
// connection that does not read holds up nobody, unless Full is Block.
type Hub struct {
	// MaxQueue is the most messages that wait for a subscriber that is behind, of all its topics together, besides
	// the history that it got when it joined. Zero means 256. They are shared by all for whom they wait. If all have
	// Keys and there are no more of these, the queue is never full.
	MaxQueue int

	// Full says what happens when MaxQueue messages wait for a subscriber and another one comes.
	Full Policy

	// Patience is how long a subscriber may take over what is being written to it while Block holds up publishers
	// for it. Zero means 5 seconds.
	Patience time.Duration

	// History is how many messages of each topic are kept for those who join later. Zero means none.
	History int

	// HistoryFor is how long the history of a topic without subscribers is kept after the last of them has left or
	// the last message was published by this Hub. Zero means 10 minutes. Without History a topic ends with its last
	// subscriber.
	HistoryFor time.Duration

	// MaxTopics is the most topics at a time, those that are kept for their history included. Zero means 65536.
	MaxTopics int

	// MaxJoined is the most topics that one subscriber may be in. Zero means 256.
	MaxJoined int

	// Prepare, if not nil, makes what is sent of a message. It is called once for each, and for those of a topic
	// one after the other in their order: the place to put m.Seq into what clients get, and to apply the message to
	// the state that they shall see. It may read m.Data only until it returns. A nil result says that nothing is
	// sent. Without Prepare, m.Data is sent as it is. It must not call the Hub.
	Prepare func(topic string, m Message) *websocket.PreparedMessage

	// Gap, if not nil, is called where messages of a topic are missing for a subscriber: because it wants to resume
	// after one that the history does not reach back to, because DropOldest has dropped some, or because the
	// Backplane has lost some. What it returns, if not nil, is sent to s in their place. Gap is called on the
	// goroutine that writes to s, and holds up nobody else.
	Gap func(s *Subscriber, topic string) *websocket.PreparedMessage

	// Joined and Left, if not nil, are called when a subscriber has joined a topic and when it has left it, by
	// itself or with the end of its connection. For one subscriber they are called one after the other, in the
	// order in which things happened, mostly before Join, Leave and Close return. They may block and publish.
	Joined, Left func(s *Subscriber, topic string)

	// Backplane is what connects the Hubs of several processes. Without one, topics are this Hub's own.
	Backplane Backplane

	own    MemoryBackplane
	mu     sync.Mutex
	topics map[string]*topic

	subscriptions, queued atomic.Int64
	dropped, closed       atomic.Int64
}

// Policy is what a [Hub] does about a subscriber that does not read as fast as messages come, once MaxQueue of them
// wait. Before that, and with each of these, a message that has a Key takes the place of one that waits, of the same
// topic and Key: only the latest of each key is kept.
type Policy uint8

const (
	// CloseSlow closes the connection with 1013 (try again later).
	CloseSlow Policy = iota
	// DropOldest drops the message that waits longest.
	DropOldest
	// Block holds up the publisher until there is room, and closes the connection with 1013 if that takes longer than
	// Patience. So nobody misses a message and stays.
	Block
)

// Message is a message of a topic.
type Message struct {
	// Seq is its number, given by the [Backplane]: greater than those of all messages of the topic before it, also
	// before this process was started. It is less than 1<<53, which is the most that JavaScript counts up to by
	// ones.
	Seq uint64
	// Type is Text or Binary, perhaps with Plain.
	Type websocket.Type
	// Key, if not "", says that this message makes earlier ones of the topic with the same Key pointless: they
	// are not sent to a subscriber that is behind.
	Key string
	// Data is what was published.
	Data []byte

	prepared *websocket.PreparedMessage // Data, if the Hub that published it is in this process and has no Prepare
}

// Publish sends messages to all subscribers of topic in whatever process they are, one after the other, with one write
// where they are small. A Seq in them is ignored. It returns nil when they have been written or queued for each
// subscriber in this process, unless there is a Backplane that does that later. No Data is kept.
//
// If ctx ends before the messages have their places in the order none is sent and the error is ctx.Err(). Later they
// are handed out all the same, which Block puts off for no longer than Patience: a publisher that goes away costs
// nobody a message. A *websocket.SendError says that a message's Data may not be sent, an *Error that there are too
// many topics: none is sent then, either. Other errors are the Backplane's.
func (h *Hub) Publish(ctx context.Context, topic string, m ...Message) error {
	if h.Prepare == nil {
		m = slices.Clone(m)
		for i := range m {
			var err error
			if m[i].prepared, err = websocket.Prepare(m[i].Type, m[i].Data); err != nil {
				return err
			}
		}
	}
	if h.History > 0 {
		if err := h.keep(ctx, topic); err != nil {
			return err
		}
	}
	return h.backplane().Publish(ctx, topic, m...)
}

func (h *Hub) backplane() Backplane {
	if h.Backplane != nil {
		return h.Backplane
	}
	return &h.own
}

// prepare returns what is sent of m, nil for nothing.
func (h *Hub) prepare(topic string, m Message) *websocket.PreparedMessage {
	switch {
	case h.Prepare != nil:
		return h.Prepare(topic, m)
	case m.prepared != nil:
		return m.prepared
	}
	p, err := websocket.Prepare(m.Type, m.Data)
	if err != nil {
		return nil
	}
	return p
}

// Subscribers returns the subscribers of a topic that are in this process.
func (h *Hub) Subscribers(topic string) iter.Seq[*Subscriber] {
	return func(yield func(*Subscriber) bool) {
		t := h.topic(topic)
		if t == nil {
			return
		}
		for _, x := range t.members() {
			if !x.gone.Load() && !yield(x.sub) {
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

// topic returns a topic, nil if there is none of that name.
func (h *Hub) topic(name string) *topic {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.topics[name]
}

// Stats counts what a Hub has and has done.
type Stats struct {
	Topics        int   // those that are kept for their history included
	Subscriptions int   // subscribers, counted once for each topic that they are in
	Queued        int   // messages that wait, counted once for each subscriber that they wait for
	Dropped       int64 // messages that DropOldest has dropped so far
	Closed        int64 // connections that were closed so far because they were behind
}

// Stats returns the counts of this process.
func (h *Hub) Stats() Stats {
	h.mu.Lock()
	defer h.mu.Unlock()
	return Stats{
		Topics:        len(h.topics),
		Subscriptions: int(h.subscriptions.Load()),
		Queued:        int(h.queued.Load()),
		Dropped:       h.dropped.Load(),
		Closed:        h.closed.Load(),
	}
}

// Error says that a bound of a Hub is reached.
type Error struct {
	Text   string // what happened, in a few words
	Option string // the option that sets the bound
}

// Error returns what happened and the name of the option.
func (e *Error) Error() string { return "websocket: " + e.Text + ", see " + e.Option }

var (
	errTopics = &Error{"the hub has too many topics", "Hub.MaxTopics"}
	errJoined = &Error{"the subscriber is in too many topics", "Hub.MaxJoined"}
	errBehind = &Error{"the subscriber does not read what waits for it", "Hub.MaxQueue"}
)

const (
	defaultMaxQueue   = 256
	defaultPatience   = 5 * time.Second
	defaultHistoryFor = 10 * time.Minute
	defaultMaxTopics  = 65536
	defaultMaxJoined  = 256
)

// or returns n, or the default for it.
func or[N int | time.Duration](n, standard N) N {
	if n > 0 {
		return n
	}
	return standard
}
