package server

// event is what a hook is told.
type event struct {
	hook  func(*Subscriber, string)
	topic string
}

// happened has a hook told of x. s.mu is held.
func (s *Subscriber) happened(hook func(*Subscriber, string), x *subscription) {
	if hook != nil {
		s.events = append(s.events, event{hook, x.name})
	}
}

// tell calls the hooks, unless another goroutine does: that one goes on with what has been added.
func (s *Subscriber) tell() {
	for e, ok := s.nextEvent(false); ok; e, ok = s.nextEvent(true) {
		e.hook(s, e.topic)
	}
}

// nextEvent returns what is to be told next. mine says that the caller is the one who tells.
func (s *Subscriber) nextEvent(mine bool) (event, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.telling && !mine {
		return event{}, false
	}
	s.telling = len(s.events) > 0
	if !s.telling {
		return event{}, false
	}
	e := s.events[0]
	s.events = s.events[1:]
	return e, true
}
