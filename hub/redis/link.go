package redis

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// A link publishes something to itself now and then, by the client that messages are published by. If that does not come
// back the server has vanished without a word, or others publish to another one: the connection of go-redis would stay.
const (
	checkEvery = 3 * time.Second
	silence    = 10 * time.Second
)

var (
	errSilent  = errors.New("websocket: what is published does not come back")
	errAnew    = errors.New("websocket: the connection to Redis was another one for a while")
	errMoved   = errors.New("websocket: the channel has moved to another server of the cluster")
	errNoReply = errors.New("websocket: an answer of Redis that is none")
)

// link is a connection to a server that messages come by, for all channels there. When it is lost it has ended. go-redis
// would connect again in silence: that is seen by confirmations that nobody has asked for.
type link struct {
	s      *subscriptions
	node   *redis.Client
	pubsub *redis.PubSub
	heart  string // the channel that it publishes to itself by
	ctx    context.Context
	end    context.CancelCauseFunc

	// Guarded by the lock of subscriptions:
	opened   time.Time // zero before
	heard    time.Time // its own voice, the last time
	orders   []order
	joining  map[string]int // confirmations that are to come, by channel
	leaving  map[string]int
	ordering chan struct{} // has an element when there are orders
}

// order is to be written, one after the other.
type order struct {
	leave    bool
	channels []string
}

func newLink(s *subscriptions, node *redis.Client) *link {
	l := &link{
		s: s, node: node, heart: string(s.names) + "heart:" + rand.Text(),
		joining: make(map[string]int), leaving: make(map[string]int),
		ordering: make(chan struct{}, 1),
		heard:    time.Now(),
	}
	l.ctx, l.end = context.WithCancelCause(s.ctx)
	l.pubsub = node.Subscribe(l.ctx) // connects with the first channel
	return l
}

// subscribe has it subscribe to channels. The lock of subscriptions is held.
func (l *link) subscribe(channels []string) { l.order(order{channels: channels}, l.joining) }

// unsubscribe is the opposite.
func (l *link) unsubscribe(channels []string) { l.order(order{true, channels}, l.leaving) }

func (l *link) order(o order, count map[string]int) {
	if len(o.channels) == 0 {
		return
	}
	for _, channel := range o.channels {
		count[channel]++
	}
	l.orders = append(l.orders, o)
	signal(l.ordering)
}

// run is the link's life.
func (l *link) run() {
	var others sync.WaitGroup
	others.Go(l.check)
	err := l.open()
	if err == nil {
		l.s.opened(l)
		others.Go(l.write)
		err = l.read()
	}
	l.end(err)
	cause := context.Cause(l.ctx)
	l.pubsub.Close()
	others.Wait()
	l.s.ended(l, cause)
}

// open connects.
func (l *link) open() error {
	if err := l.pubsub.Subscribe(l.ctx, l.heart); err != nil {
		return err
	}
	answer, err := l.pubsub.Receive(l.ctx)
	if err != nil {
		return err
	}
	if s, ok := answer.(*redis.Subscription); !ok || s.Channel != l.heart {
		return fmt.Errorf("%w: %v", errNoReply, answer)
	}
	return nil
}

// read takes what the server sends. It has no timeout: one in the midst of a message would lose its beginning.
func (l *link) read() error {
	for {
		answer, err := l.pubsub.Receive(l.ctx)
		if err != nil {
			return err
		}
		switch m := answer.(type) {
		case *redis.Message:
			if m.Channel == l.heart {
				l.isHeard()
			} else {
				l.s.published(l, m.Channel, m.Payload)
			}
		case *redis.Subscription:
			if err := l.confirmed(m); err != nil {
				return err
			}
		}
	}
}

// confirmed takes a confirmation. The last one that was asked for counts: the server carries out orders one by one.
func (l *link) confirmed(m *redis.Subscription) error {
	switch m.Kind {
	case "subscribe", "ssubscribe":
		last, asked := l.counted(l.joining, m.Channel)
		if !asked {
			return errAnew
		}
		if last {
			l.s.confirmed(l, m.Channel)
		}
	case "unsubscribe", "sunsubscribe":
		if _, asked := l.counted(l.leaving, m.Channel); !asked {
			l.s.moved(l, m.Channel)
		}
	}
	return nil
}

// counted reports whether a confirmation was asked for, and whether it is the last one of its channel.
func (l *link) counted(count map[string]int, channel string) (last, asked bool) {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	n := count[channel]
	if n <= 1 {
		delete(count, channel)
	} else {
		count[channel]--
	}
	return n == 1, n > 0
}

// write writes orders.
func (l *link) write() {
	for {
		select {
		case <-l.ordering:
		case <-l.ctx.Done():
			return
		}
		for _, o := range l.take() {
			write := l.s.subscribe
			if o.leave {
				write = l.s.unsubscribe
			}
			if err := write(l.ctx, l.pubsub, o.channels); err != nil {
				l.fail(err)
				return
			}
		}
	}
}

// take returns the orders, those that can be one command as one.
func (l *link) take() (all []order) {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	for _, o := range l.orders {
		if n := len(all); n > 0 && all[n-1].leave == o.leave {
			all[n-1].channels = append(all[n-1].channels, o.channels...)
		} else {
			all = append(all, o)
		}
	}
	l.orders = nil
	return all
}

// check looks whether the link is alive.
func (l *link) check() {
	tick := time.NewTicker(checkEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-l.ctx.Done():
			l.fail(context.Cause(l.ctx))
			return
		}
		if l.isSilent() {
			l.fail(errSilent)
			return
		}
		ctx, cancel := context.WithTimeout(l.ctx, checkEvery)
		voice := new(gate)
		do(ctx, &l.s.life, l.node, voice, "publish", l.heart, voice) // what fails is not heard
		cancel()
	}
}

// fail ends the link: read returns.
func (l *link) fail(cause error) {
	l.end(cause)
	l.pubsub.Close() // an error says that it is closed
}

func (l *link) isHeard() {
	l.s.mu.Lock()
	l.heard = time.Now()
	l.s.mu.Unlock()
}

func (l *link) isSilent() bool {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	return time.Since(l.heard) > silence
}
