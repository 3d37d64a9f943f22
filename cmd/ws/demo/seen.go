package demo

import "sync"

// seen knows the last keptIDs ids that it was asked for. The zero value knows none. It is safe for concurrent use.
type seen struct {
	mu   sync.Mutex
	ids  map[string]bool
	last []string // a ring, once it is full
	next int      // the oldest of it
}

// first reports whether it is asked for id for the first time.
func (s *seen) first(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ids[id] {
		return false
	}
	if s.ids == nil {
		s.ids = make(map[string]bool)
	}
	s.ids[id] = true
	if len(s.last) < keptIDs {
		s.last = append(s.last, id)
		return true
	}
	delete(s.ids, s.last[s.next])
	s.last[s.next] = id
	s.next = (s.next + 1) % keptIDs
	return true
}
