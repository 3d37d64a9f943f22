package websocket

import "context"

// waiter is a call that waits: in the line for the place of its message, then for
// the message to be written.
type waiter struct {
	m      outgoing
	ticket ticket // once m has its place
	state  waiting
	flow   *outflow // the right to write, if that is handed over
	err    error
	told   chan struct{} // gets a value when state is what it will be

	before, next *waiter
}

// waiting is what a waiter is told in the end.
type waiting uint8

const (
	waits     waiting = iota
	isOver            // its message was written, or err says why not
	isToWrite         // it has the right to write, for all
)

// newWaiter makes a channel for each: one of a pool could not be used in another
// bubble of testing/synctest.
func newWaiter(m *outgoing) *waiter { return &waiter{m: *m, told: make(chan struct{}, 1)} }

// tell ends the wait.
func (w *waiter) tell(err error) {
	w.state, w.err = isOver, err
	w.told <- struct{}{}
}

// hand ends the wait with the right to write.
func (w *waiter) hand(flow *outflow) {
	w.state, w.flow = isToWrite, flow
	w.told <- struct{}{}
}

// waiters is a list of waiters, in their order.
type waiters struct{ head, last *waiter }

func (l *waiters) empty() bool { return l.head == nil }

func (l *waiters) push(w *waiter) {
	w.before, w.next = l.last, nil
	if l.last == nil {
		l.head = w
	} else {
		l.last.next = w
	}
	l.last = w
}

// pushFront is push before all others.
func (l *waiters) pushFront(w *waiter) {
	w.before, w.next = nil, l.head
	if l.head == nil {
		l.last = w
	} else {
		l.head.before = w
	}
	l.head = w
}

func (l *waiters) remove(w *waiter) {
	if w.before == nil {
		l.head = w.next
	} else {
		w.before.next = w.next
	}
	if w.next == nil {
		l.last = w.before
	} else {
		w.next.before = w.before
	}
	w.before, w.next = nil, nil
}

// tellAll tells all of them, but for one that sends a frame of kept.
func (l *waiters) tellAll(err error, kept *MessageWriter) {
	for w := l.head; w != nil; {
		next := w.next
		if kept == nil || w.m.from != kept {
			l.remove(w)
			if w.ticket == 0 {
				w.tell(w.m.unsent(err))
			} else {
				w.tell(err)
			}
		}
		w = next
	}
}

// wait puts m into the line. What goes on a message that has begun comes before
// all others, which wait for its end.
func (c *Conn) wait(m *outgoing) *waiter {
	w, s := newWaiter(m), &c.sending
	if m.from != nil && m.from == s.writer {
		s.line.pushFront(w)
	} else {
		s.line.push(w)
	}
	if !s.writing { // a batch may be in the way
		s.batched = false
		c.passOn()
	}
	return w
}

// waitWritten has a call wait for what has just got its place.
func (c *Conn) waitWritten(m *outgoing) *waiter {
	w := newWaiter(m)
	w.ticket = c.sending.taken + 1
	c.sending.placed.push(w)
	return w
}

// await waits until w is told, or ctx ends. If it is told to write, it writes.
func (c *Conn) await(ctx context.Context, w *waiter) (placed bool, err error) {
	select {
	case <-w.told:
	case <-ctx.Done():
		switch placed, left := c.leave(w); {
		case left && placed:
			return true, ctx.Err()
		case left:
			return false, notPlaced(ctx.Err())
		}
		<-w.told
	}
	if w.state == isToWrite {
		return true, c.flush(ctx, w.flow)
	}
	return w.ticket != 0 || w.err == nil, w.err
}

// leave takes a waiter out whose context has ended, unless it has been told
// something already. What it was waited for in the line behind it may come now.
func (c *Conn) leave(w *waiter) (placed, left bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &c.sending
	switch {
	case w.state != waits:
		return false, false
	case w.ticket != 0:
		s.placed.remove(w)
		return true, true
	}
	s.line.remove(w)
	c.passOn()
	return false, true
}
