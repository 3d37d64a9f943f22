package hub

import (
	"context"
	"maps"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Subscriber is a connection that a [Hub] sends to. All methods are safe for concurrent use. The handler reads from the
// connection as ever, and may write to it as well.
type Subscriber struct {
	// Value is the application's, for the hooks: say, the user's name. Set it before the first Join.
	Value any

	hub  *Hub
	conn *websocket.Conn

	behind atomic.Bool // messages wait, or are on their way from the queue

	mu      sync.Mutex
	stop    func() bool // ends the waiting for the context
	err     error       // why it is over
	joined  map[string]*subscription
	queue   []item
	extra   int             // how many of the queue do not count for MaxQueue
	gaps    []*subscription // whose messages have been dropped from the front of the queue
	began   time.Time       // when the write under way did
	room    chan struct{}   // closed when there is some, nil if nobody waits
	events  []event         // that the hooks have not been told of
	telling bool            // a goroutine does
}

// subscription is a subscriber in a topic.
type subscription struct {
	sub    *Subscriber
	name   string
	topic  *topic      // set before placed
	placed bool        // it is in its topic, or was; guarded by sub.mu
	gone   atomic.Bool // set with sub.mu held
}

// NoHistory, as what to join after, asks for messages from now on only.
const NoHistory uint64 = math.MaxUint64

// Subscriber returns a subscriber for c, which is in no topic yet. It leaves its topics by itself when ctx ends, which
// a handler's context does with the connection, and when c turns out to have ended; otherwise with Close.
func (h *Hub) Subscriber(ctx context.Context, c *websocket.Conn) *Subscriber {
	s := &Subscriber{hub: h, conn: c}
	s.mu.Lock() // Close may be called before stop is set
	defer s.mu.Unlock()
	s.stop = context.AfterFunc(ctx, s.Close)
	return s
}

// Conn returns the connection.
func (s *Subscriber) Conn() *websocket.Conn { return s.conn }

// Join joins a topic: first come the messages of its history with numbers greater than after, then all that are
// published, without one missing or twice in between. A zero after is for all of the history, NoHistory for none of
// it. If the history does not reach back to after, all of it comes, behind what Hub.Gap returns. To join a topic again
// changes nothing. ctx is for the Backplane.
//
// An *Error says that a bound is reached, or that s was closed for being behind; after Close the error is
// websocket.ErrClosed. Other errors are the Backplane's.
func (s *Subscriber) Join(ctx context.Context, topic string, after uint64) error {
	x, err := s.reserve(topic)
	if x == nil {
		return err
	}
	for placed := false; !placed; placed = x.topic.join(x, after) {
		if x.topic, err = s.hub.open(ctx, topic); err != nil {
			s.giveUp(x)
			return err
		}
	}
	s.tell()
	return s.Err()
}

// reserve returns a subscription that has no place yet, nil if there is one or may be none.
func (s *Subscriber) reserve(topic string) (*subscription, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.err != nil:
		return nil, s.err
	case s.joined[topic] != nil:
		return nil, nil
	case len(s.joined) >= or(s.hub.MaxJoined, defaultMaxJoined):
		return nil, errJoined
	}
	if s.joined == nil {
		s.joined = make(map[string]*subscription)
	}
	x := &subscription{sub: s, name: topic}
	s.joined[topic] = x
	return x, nil
}

// place queues what x gets first. It reports false if x has left meanwhile. The topic's lock is held.
func (s *Subscriber) place(x *subscription, first []*entry) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.gone.Load() {
		return false
	}
	x.placed = true
	for _, e := range first {
		s.add(item{x, e, true})
	}
	s.happened(s.hub.Joined, x)
	return true
}

// Leave leaves a topic, if s is in it. Messages of it that are on their way to the connection may still come.
func (s *Subscriber) Leave(topic string) {
	s.mu.Lock()
	x := s.joined[topic]
	s.mu.Unlock()
	if x != nil {
		s.leave(x)
	}
	s.tell()
}

// leave takes x out of its topic.
func (s *Subscriber) leave(x *subscription) {
	if !s.giveUp(x) {
		x.topic.leave(x)
	}
}

// giveUp ends x if it has no place yet. Otherwise it reports false.
func (s *Subscriber) giveUp(x *subscription) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.placed {
		return false
	}
	s.forget(x)
	return true
}

// displace drops what waits of x. It reports false if that was done before. The topic's lock is held.
func (s *Subscriber) displace(x *subscription) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.gone.Load() {
		return false
	}
	s.forget(x)
	s.drop(func(i item) bool { return i.of == x })
	s.happened(s.hub.Left, x)
	return true
}

// forget marks x as gone, with its gaps. s.mu is held.
func (s *Subscriber) forget(x *subscription) {
	x.gone.Store(true)
	s.gaps = slices.DeleteFunc(s.gaps, func(other *subscription) bool { return other == x })
	if s.joined[x.name] == x {
		delete(s.joined, x.name)
	}
}

// Close leaves all topics. The connection stays as it is.
func (s *Subscriber) Close() {
	s.end(websocket.ErrClosed)
	s.tell()
}

// end leaves all topics because of err. It reports whether it was the first to do so.
func (s *Subscriber) end(err error) bool {
	joined, first := s.over(err)
	for _, x := range joined {
		s.leave(x)
	}
	return first
}

// over sees to it that s joins no more topics, and returns those that it is in.
func (s *Subscriber) over(err error) (joined []*subscription, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return nil, false
	}
	s.err = err
	s.stop()
	s.drop(func(item) bool { return true })
	return slices.Collect(maps.Values(s.joined)), true
}

// Err returns nil while s can join topics, an *Error once its connection was closed for being behind, and otherwise
// an error that matches websocket.ErrClosed.
func (s *Subscriber) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}
