package server

import "iter"

// list is a list of members, linked by fields of their own: adding and removing takes neither memory nor a search. The
// zero value is empty.
type list struct{ root member }

// add appends m, which is in no list.
func (l *list) add(m *member) {
	if l.root.next == nil {
		l.root.next, l.root.prev = &l.root, &l.root
	}
	m.prev, m.next = l.root.prev, &l.root
	m.prev.next, l.root.prev = m, m
}

// unlink removes m from the list that it is in, if there is one.
func (m *member) unlink() {
	if m.next != nil {
		m.prev.next, m.next.prev = m.next, m.prev
		m.prev, m.next = nil, nil
	}
}

// all yields the members in the order in which they were added. Each may be removed when it has been yielded.
func (l *list) all() iter.Seq[*member] {
	return func(yield func(*member) bool) {
		for m := l.root.next; m != nil && m != &l.root; {
			next := m.next
			if !yield(m) {
				return
			}
			m = next
		}
	}
}
