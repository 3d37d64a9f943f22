package redis

import (
	"slices"

	"github.com/seed372fb791/rfc6455/hub"
)

// The Receiver is called with s.calling held, and s.mu not: so one call comes after the other.

// confirmed is told that a server sends what is published to a channel.
func (s *subscriptions) confirmed(l *link, channel string) {
	s.calling.Lock()
	defer s.calling.Unlock()
	s.mu.Lock()
	x := s.channels[channel]
	if x == nil || x.link != l || x.phase != asking {
		s.mu.Unlock()
		return
	}
	if s.numbered {
		s.place(x)
		s.mu.Unlock()
		return
	}
	s.mu.Unlock()
	s.begins(x, hub.Position{})
}

// begins says Subscribed. s.calling is held.
func (s *subscriptions) begins(x *subscription, at hub.Position) {
	s.mu.Lock()
	if s.isGone(x) || s.ctx.Err() != nil {
		s.mu.Unlock()
		return
	}
	x.phase, x.told, x.at = live, true, at
	held := x.held
	x.held, x.bytes = nil, 0
	s.mu.Unlock()
	s.receiver.Subscribed(x.topic, at)
	s.mu.Lock()
	if !s.isGone(x) { // or it is closed already
		select {
		case <-x.settled:
		default:
			close(x.settled)
		}
	}
	s.mu.Unlock()
	for _, m := range held {
		s.deliver(x, []hub.Message{m})
	}
}

// published is told what was published to a channel.
func (s *subscriptions) published(l *link, channel, payload string) {
	s.calling.Lock()
	defer s.calling.Unlock()
	s.mu.Lock()
	x := s.channels[channel]
	wanted := x != nil && x.link == l && x.phase != asking
	s.mu.Unlock()
	if !wanted {
		return
	}
	m, err := decode([]byte(payload), s.numbered)
	if err != nil {
		s.ignored.Add(1)
		return
	}
	s.deliver(x, m)
}

// deliver says Deliver, or Lost where messages are missing before m: what is read then has m, too. s.calling is held.
func (s *subscriptions) deliver(x *subscription, m []hub.Message) {
	s.mu.Lock()
	missing := false
	switch {
	case s.isGone(x), s.ctx.Err() != nil:
		m = nil
	case x.phase == placing:
		s.hold(x, m)
		m = nil
	case s.numbered:
		m = slices.DeleteFunc(m, func(m hub.Message) bool { return m.At.Epoch == x.at.Epoch && m.At.Seq <= x.at.Seq })
		if missing = len(m) > 0 && m[0].At != (hub.Position{Epoch: x.at.Epoch, Seq: x.at.Seq + 1}); missing {
			x.told = false
			s.place(x)
		} else if len(m) > 0 {
			x.at = m[len(m)-1].At
		}
	}
	s.mu.Unlock()
	switch {
	case missing:
		s.receiver.Lost(x.topic, errHole)
	case len(m) > 0:
		s.receiver.Deliver(x.topic, m...)
	}
}

// hold keeps m until it is known where x begins. If that is too much, where x begins is asked for again. s.mu is held.
func (s *subscriptions) hold(x *subscription, m []hub.Message) {
	for i := range m {
		x.bytes += len(m[i].Data)
	}
	x.held = append(x.held, m...)
	if x.bytes > mostHeld {
		s.place(x)
	}
}

// lost says Lost for subscriptions that have lost their link, and has them get another one.
func (s *subscriptions) lost(all []*subscription, cause error) {
	s.calling.Lock()
	defer s.calling.Unlock()
	var told []*subscription
	s.mu.Lock()
	for _, x := range all {
		if s.isGone(x) {
			continue
		}
		if x.told {
			told = append(told, x)
		}
		x.link, x.phase, x.told = nil, asking, false
		x.held, x.bytes = nil, 0
		x.reading++
		s.homeless = append(s.homeless, x)
	}
	s.mu.Unlock()
	signal(s.linking)
	for _, x := range told {
		if s.ctx.Err() == nil {
			s.receiver.Lost(x.topic, cause)
		}
	}
}

// moved is told that a server does not send any more what is published to a channel.
func (s *subscriptions) moved(l *link, channel string) {
	s.mu.Lock()
	x := s.channels[channel]
	here := x != nil && x.link == l
	if here {
		s.fails() // so that the cluster is asked where
	}
	s.mu.Unlock()
	if here {
		s.lost([]*subscription{x}, errMoved)
	}
}
