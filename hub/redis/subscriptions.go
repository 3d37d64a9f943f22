package redis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/internal/backplane"
)

// subscription is to a topic. Its fields are guarded by the lock of subscriptions.
type subscription struct {
	topic, channel string
	link           *link // that its messages come by, nil while there is none
	phase          phase
	told           bool          // Subscribed was called, and Lost was not since
	settled        chan struct{} // closed when Subscribed is called for the first time, or it has ended

	at      hub.Position  // of the last message
	reading int           // which answer to the question for at counts
	held    []hub.Message // while it is read
	bytes   int           // of their Data
}

// phase is that of a subscription.
type phase uint8

const (
	asking  phase = iota // the server has not confirmed it
	placing              // it has: messages come. Their place in the order is being read
	live
)

// mostHeld is how many bytes of Data wait while a position is read.
const mostHeld = 1 << 20

var (
	errReceiver = errors.New("websocket: the backplane serves another Receiver")
	errAlready  = errors.New("websocket: the topic is subscribed to already")
	errHole     = errors.New("websocket: messages are missing that Redis has numbered")
)

// subscriptions are those of a backplane, and connects them with Redis. PubSub and Streams are that, and publish.
type subscriptions struct {
	life   backplane.Life
	status backplane.Watchers
	servers
	names    names
	numbered bool
	ignored  atomic.Uint64

	calling sync.Mutex // held while the Receiver is called; locked before mu

	mu       sync.Mutex
	receiver hub.Receiver
	channels map[string]*subscription
	links    map[string]*link // by the addresses of servers
	homeless []*subscription  // have no link
	unplaced []question       // for positions
	unread   error            // why one could not be read
	failures int              // of links, shortly one after the other
	failedAt time.Time        // the last time

	linking chan struct{} // has an element when somebody is homeless
	asked   chan struct{} // and when there are questions
}

// use has s use a client, and names that begin with prefix.
func (s *subscriptions) use(client redis.UniversalClient, prefix string) (err error) {
	if s.servers, err = newServers(client); err != nil {
		return err
	}
	s.names, err = newNames(prefix)
	return err
}

// begin has s connect to its broker.
func (s *subscriptions) begin() {
	s.status.Set(false, errConnecting)
	s.channels, s.links = make(map[string]*subscription), make(map[string]*link)
	s.linking, s.asked = make(chan struct{}, 1), make(chan struct{}, 1)
	signal(s.linking)
	s.life.Go(s.connect)
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Ignored returns how many messages have come, from others than a backplane of the same kind, that are none.
func (s *subscriptions) Ignored() uint64 { return s.ignored.Load() }

// Subscribe has r told of the messages of topics from now on. There is one r for a backplane.
func (s *subscriptions) Subscribe(ctx context.Context, r hub.Receiver, topics ...string) error {
	if err := s.life.Enter(ctx); err != nil {
		return err
	}
	defer s.life.Leave()
	all, err := s.add(r, topics)
	if err != nil {
		return err
	}
	if err := s.await(ctx, all); err != nil {
		s.remove(all)
		s.calling.Lock() // no call of r is under way any more
		defer s.calling.Unlock()
		return err
	}
	return nil
}

// await waits until subscriptions have begun.
func (s *subscriptions) await(ctx context.Context, all []*subscription) error {
	for _, x := range all {
		select {
		case <-x.settled:
		case <-s.life.Context().Done():
			return backplane.ErrClosed
		case <-ctx.Done():
			return s.because(ctx.Err())
		}
	}
	return nil
}

// because returns err with what has kept subscriptions from beginning.
func (s *subscriptions) because(err error) error {
	s.mu.Lock()
	unread := s.unread
	s.mu.Unlock()
	if cause := cmp.Or(s.status.Cause(), unread); cause != nil {
		return fmt.Errorf("%w: %w", err, cause)
	}
	return err
}

// add adds subscriptions.
func (s *subscriptions) add(r hub.Receiver, topics []string) (all []*subscription, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.receiver != nil && s.receiver != r {
		return nil, errReceiver
	}
	for _, topic := range topics {
		x := &subscription{topic: topic, channel: s.names.channel(topic), settled: make(chan struct{})}
		if s.channels[x.channel] != nil {
			s.drop(all)
			return nil, errAlready
		}
		s.channels[x.channel] = x
		all = append(all, x)
	}
	if s.receiver == nil {
		s.receiver = r
	}
	s.homeless = append(s.homeless, all...)
	signal(s.linking)
	return all, nil
}

// Watch calls f at once, and again with each change, until stop is called. It is up while there is a connection that
// messages come by, to each server that subscriptions need, and at least one.
func (s *subscriptions) Watch(f func(up bool, cause error)) (stop func()) { return s.status.Watch(f) }

// Close ends all subscriptions, and waits for what is under way. The client stays open.
func (s *subscriptions) Close(ctx context.Context) error {
	s.life.End()
	err := s.life.Wait(ctx)
	s.status.Set(false, backplane.ErrClosed)
	return err
}

// Unsubscribe ends subscriptions.
func (s *subscriptions) Unsubscribe(r hub.Receiver, topics ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r != s.receiver {
		return
	}
	var all []*subscription
	for _, topic := range topics {
		if x := s.channels[s.names.channel(topic)]; x != nil {
			all = append(all, x)
		}
	}
	s.drop(all)
}

func (s *subscriptions) remove(all []*subscription) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(all)
}

// drop ends subscriptions. s.mu is held.
func (s *subscriptions) drop(all []*subscription) {
	leaving := make(map[*link][]string)
	for _, x := range all {
		if s.isGone(x) {
			continue
		}
		delete(s.channels, x.channel)
		if x.link != nil {
			leaving[x.link] = append(leaving[x.link], x.channel)
		}
		select {
		case <-x.settled:
		default:
			close(x.settled)
		}
	}
	for l, channels := range leaving {
		l.unsubscribe(channels)
	}
}

// isGone reports whether x has ended. s.mu is held.
func (s *subscriptions) isGone(x *subscription) bool { return s.channels[x.channel] != x }
