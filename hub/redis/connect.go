package redis

import (
	"errors"
	"math/rand/v2"
	"time"

	"github.com/redis/go-redis/v9"
)

// How long it takes until a link is tried again: it doubles from the first to the last, and begins anew when nothing has
// failed for a while.
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 2 * time.Second
	lasting    = 10 * time.Second
)

var errConnecting = errors.New("websocket: the backplane has not connected to Redis yet")

// connect gives links to subscriptions that have none.
func (s *subscriptions) connect() {
	for {
		select {
		case <-s.linking:
		case <-s.ctx.Done():
			return
		}
		s.pause()
		s.assign()
	}
}

// pause waits after failures, not everybody as long as others.
func (s *subscriptions) pause() {
	s.mu.Lock()
	longest := min(firstPause<<min(s.failures, 10), lastPause)
	left := time.Until(s.failedAt.Add(longest/2 + rand.N(longest/2)))
	s.mu.Unlock()
	if left <= 0 {
		return
	}
	s.reload(s.ctx)
	select {
	case <-time.After(left):
	case <-s.ctx.Done():
	}
}

// assign gives links to those that have none, and sees to it that there is one at least.
func (s *subscriptions) assign() {
	s.mu.Lock()
	all := s.homeless
	s.homeless = nil
	s.mu.Unlock()
	var failed error
	by := make(map[*redis.Client][]*subscription)
	find := func(channel string) *redis.Client {
		node, err := s.node(s.ctx, channel)
		if err != nil {
			failed = err
		}
		return node
	}
	if node := find(s.names.channel("")); node != nil {
		by[node] = nil
	}
	var rest []*subscription
	for _, x := range all {
		if node := find(x.channel); node != nil {
			by[node] = append(by[node], x)
		} else {
			rest = append(rest, x)
		}
	}
	for node, of := range by {
		s.join(node, of)
	}
	if failed != nil {
		s.lost(rest, failed)
		s.failed(failed)
		return
	}
	s.isUp()
}

// join has the link to a server, which is made if there is none, subscribe.
func (s *subscriptions) join(node *redis.Client, all []*subscription) {
	s.mu.Lock()
	defer s.mu.Unlock()
	addr := node.Options().Addr
	l := s.links[addr]
	if l == nil {
		l = newLink(s, node)
		s.links[addr] = l
		s.also(l.run)
	}
	var channels []string
	for _, x := range all {
		if !s.isGone(x) {
			x.link = l
			channels = append(channels, x.channel)
		}
	}
	l.subscribe(channels)
}

// opened is told that a link is connected.
func (s *subscriptions) opened(l *link) {
	s.mu.Lock()
	l.opened = time.Now()
	s.mu.Unlock()
	s.isUp()
}

// ended is told that a link has failed. Its subscriptions get another one.
func (s *subscriptions) ended(l *link, cause error) {
	s.mu.Lock()
	delete(s.links, l.node.Options().Addr)
	var all []*subscription
	for _, x := range s.channels {
		if x.link == l {
			all = append(all, x)
		}
	}
	s.mu.Unlock()
	s.failed(cause)
	s.lost(all, cause)
}

// failed notes that a server cannot be reached.
func (s *subscriptions) failed(cause error) {
	s.mu.Lock()
	s.fails()
	s.mu.Unlock()
	if s.ctx.Err() == nil {
		s.is(false, cause)
	}
	signal(s.linking)
}

// fails counts a failure. The lock is held.
func (s *subscriptions) fails() {
	if time.Since(s.failedAt) > lasting {
		s.failures = 0
	}
	s.failures++
	s.failedAt = time.Now()
}

// isUp says that all is well, if it is.
func (s *subscriptions) isUp() {
	s.mu.Lock()
	up := len(s.links) > 0 && len(s.homeless) == 0
	for _, l := range s.links {
		up = up && !l.opened.IsZero()
	}
	s.mu.Unlock()
	if up {
		s.is(true, nil)
	}
}
