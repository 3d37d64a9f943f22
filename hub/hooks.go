package hub

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
	for s.tellNext() {
	}
}

func (s *Subscriber) tellNext() bool {
	e, ok := s.nextEvent()
	if ok {
		defer s.told() // also of a hook that ends the goroutine
		if panicked := catch(func() { e.hook(s, e.topic) }); panicked != nil {
			s.panicked(panicked)
		}
	}
	return ok
}

// nextEvent returns what is to be told next. It is the caller's to tell.
func (s *Subscriber) nextEvent() (e event, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.telling || len(s.events) == 0 {
		return event{}, false
	}
	e, s.events, s.telling = s.events[0], s.events[1:], true
	return e, true
}

func (s *Subscriber) told() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.telling = false
}
