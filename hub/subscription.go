package hub

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
)

// subscription is a subscriber in a topic, once: who leaves and joins again has another one. Its life:
//
//	joining  reserve  it has a place among the subscriber's MaxJoined topics
//	joined   place    it has a place in the topic's order, and gets what is delivered
//	left     leave    it gets nothing more
type subscription struct {
	sub   *Subscriber
	name  string
	topic *topic       // once joined
	has   uint64       // the number up to which its subscriber has messages of the topic
	phase atomic.Int32 // changed with sub.mu held, and goes on only
}

// The phases of a subscription.
const (
	joining int32 = iota
	joined
	left
)

// reserve returns a subscription that is joining, nil if there is one or may be none.
func (s *Subscriber) reserve(topic string) (*subscription, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, in := s.find(topic)
	switch {
	case s.err != nil:
		return nil, s.err
	case in:
		return nil, nil
	case len(s.topics) >= or(s.hub.MaxJoined, defaultMaxJoined):
		return nil, errJoined
	}
	x := &subscription{sub: s, name: topic}
	s.topics = slices.Insert(s.topics, i, x)
	return x, nil
}

// find returns the place of a topic among those of s, and whether it is there. A map would take ten times the memory,
// and most subscribers have one topic. s.mu is held.
func (s *Subscriber) find(topic string) (i int, in bool) {
	return slices.BinarySearchFunc(s.topics, topic, func(x *subscription, topic string) int {
		return strings.Compare(x.name, topic)
	})
}

// reserveAll is reserve for several topics. It returns no subscription for those that s is in.
func (s *Subscriber) reserveAll(after map[string]Position) (all []*subscription, err error) {
	for topic := range after {
		x, err := s.reserve(topic)
		if err != nil {
			return all, err
		}
		if x != nil {
			all = append(all, x)
		}
	}
	return all, nil
}

// join goes on until x has joined, and returns where, or has left meanwhile.
func (x *subscription) join(ctx context.Context, after Position) (Position, error) {
	for {
		t, err := x.sub.hub.open(ctx, x.name)
		if err != nil {
			return Position{}, err
		}
		at, done, room := x.place(t[0], after)
		switch {
		case done:
			return at, nil
		case room == nil:
			continue // it has ended
		}
		select {
		case <-room:
		case <-ctx.Done():
			return Position{}, ctx.Err()
		}
	}
}

// place gives x its place in t's order, behind the messages that t remembers after a position. If it is not done t has
// ended, or too much of histories waits: then room is closed when that has changed.
func (x *subscription) place(t *topic, after Position) (at Position, done bool, room <-chan struct{}) {
	s := x.sub
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case x.phase.Load() == left:
		return at, true, nil
	case s.history >= or(s.hub.MaxQueueBytes, defaultMaxQueueBytes):
		return at, false, s.untilRoom()
	}
	first, at, ok := t.add(x, after)
	if !ok {
		return at, false, nil
	}
	x.topic = t
	x.phase.Store(joined)
	for _, e := range first {
		s.add(item{x, e, true})
	}
	s.happened(s.hub.Joined, x)
	return at, true, nil
}

// leave is the end of x, whatever the cause. s.mu is held.
func (s *Subscriber) leave(x *subscription) {
	switch x.phase.Swap(left) {
	case left:
		return
	case joined:
		x.topic.leaves()
		s.happened(s.hub.Left, x)
	}
	if i, in := s.find(x.name); in {
		s.topics = slices.Delete(s.topics, i, i+1)
	}
	s.drop(func(i item) bool { return i.of == x })
	s.gaps = slices.DeleteFunc(s.gaps, func(other *subscription) bool { return other == x })
}
