package hub

import (
	"context"
	"sync"
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

	mu     sync.Mutex
	err    error           // why it has ended
	stop   func() bool     // ends the waiting for the context
	topics []*subscription // sorted by name

	queue   []item
	waits   amount          // what of the queue counts for MaxQueue and MaxQueueBytes
	history int             // bytes in the queue of histories
	gaps    []*subscription // whose messages have been dropped from the front of the queue
	writer  writer          // who writes
	began   time.Time       // when the write under way did
	room    chan struct{}   // closed when there may be some, nil if nobody waits

	events  []event // that the hooks have not been told of
	telling bool    // a goroutine does
}

// Subscriber returns a subscriber for c, which is in no topic yet. It leaves its topics by itself when ctx ends, which
// a handler's context does with the connection, and when c turns out to have ended; otherwise with Close.
func (h *Hub) Subscriber(ctx context.Context, c *websocket.Conn) *Subscriber {
	s := &Subscriber{hub: h, conn: c}
	s.mu.Lock() // Close may be called before stop is set
	defer s.mu.Unlock()
	s.stop = afterFunc(ctx, s.Close)
	return s
}

// afterFunc is context.AfterFunc. A handler's context can do that itself, which takes a fifth less memory for a
// subscriber than to have package context stand between.
func afterFunc(ctx context.Context, f func()) (stop func() bool) {
	if itself, ok := ctx.(interface{ AfterFunc(func()) func() bool }); ok {
		return itself.AfterFunc(func() { go f() })
	}
	return context.AfterFunc(ctx, f)
}

// Conn returns the connection.
func (s *Subscriber) Conn() *websocket.Conn { return s.conn }

// Join joins a topic: first come the messages that are remembered of it after a position, then all that are published,
// without one missing or twice in between. A zero after is for all that is remembered, NoHistory for nothing of it. If
// what is remembered does not reach back to after, all of it comes, behind what Hub.Gap returns. To join a topic again
// changes nothing.
//
// It returns the position behind which s has joined: of use for a client that comes back before it has got a message.
//
// While MaxQueueBytes or more of histories wait to be written to s, Join waits. ctx is for that, and for the Backplane.
//
// An *Error says that a bound is reached, or that s was closed for being behind, a *PanicError that it was closed for a
// panic in a hook; after Close the error is websocket.ErrClosed, after Hub.Close it matches net.ErrClosed. Other errors
// are the Backplane's, or ctx.Err().
func (s *Subscriber) Join(ctx context.Context, topic string, after Position) (Position, error) {
	at, err := s.JoinAll(ctx, map[string]Position{topic: after})
	return at[topic], err
}

// JoinAll joins several topics, each after a position, as Join does; the Backplane subscribes to them at once. If that
// fails s has joined none of them. It returns where it has joined, for those topics that it was not in.
func (s *Subscriber) JoinAll(ctx context.Context, after map[string]Position) (at map[string]Position, err error) {
	all, err := s.reserveAll(after)
	if err == nil {
		at, err = s.joinAll(ctx, all, after)
	}
	if err != nil {
		s.leaveAll(all)
		return nil, err
	}
	s.tell()
	return at, s.Err()
}

func (s *Subscriber) joinAll(ctx context.Context, all []*subscription, after map[string]Position) (map[string]Position, error) {
	if err := s.openAll(ctx, all); err != nil {
		return nil, err
	}
	at := make(map[string]Position, len(all))
	for _, x := range all {
		var err error
		if at[x.name], err = x.join(ctx, after[x.name]); err != nil {
			return nil, err
		}
	}
	return at, nil
}

// openAll opens the topics of several at once. One alone is opened when it is joined.
func (s *Subscriber) openAll(ctx context.Context, all []*subscription) error {
	if len(all) < 2 {
		return nil
	}
	var names []string
	for _, x := range all {
		names = append(names, x.name)
	}
	_, err := s.hub.open(ctx, names...)
	return err
}

func (s *Subscriber) leaveAll(all []*subscription) {
	s.mu.Lock()
	for _, x := range all {
		s.leave(x)
	}
	s.mu.Unlock()
	s.tell()
}

// Leave leaves a topic, if s is in it. Messages of it that are on their way to the connection may still come.
func (s *Subscriber) Leave(topic string) {
	s.mu.Lock()
	if i, in := s.find(topic); in {
		s.leave(s.topics[i])
	}
	s.mu.Unlock()
	s.tell()
}

// Close leaves all topics. The connection stays as it is.
func (s *Subscriber) Close() {
	s.mu.Lock()
	s.end(websocket.ErrClosed)
	s.mu.Unlock()
	s.tell()
}

// lost ends s because its connection has ended with err. Nobody waits for the hooks.
func (s *Subscriber) lost(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end(err)
	go s.tell()
}

// disconnect ends s because of err, and its connection with it. It waits neither for that nor for the hooks. s.mu is
// held.
func (s *Subscriber) disconnect(err error, code websocket.CloseCode, reason string) {
	if s.err == nil {
		s.end(err)
		go s.tell()
		go s.conn.Close(context.Background(), code, reason)
	}
}

// end has s leave all topics and join no more because of err, unless it has ended before. s.mu is held.
func (s *Subscriber) end(err error) {
	if s.err != nil {
		return
	}
	s.err = err
	s.stop()
	s.drop(func(item) bool { return true })
	for len(s.topics) > 0 {
		s.leave(s.topics[len(s.topics)-1])
	}
}

// Err returns nil while s can join topics, an *Error once its connection was closed for being behind, a *PanicError
// once it was closed for a panic in a hook, and otherwise an error that matches websocket.ErrClosed.
func (s *Subscriber) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}
