package server

import "time"

// aLongTimeAgo is a deadline that has passed.
var aLongTimeAgo = time.Unix(1, 0)

// open begins a raw connection's opening handshake as enter does. The end of its time or of the server interrupts
// it until opened is called.
//
// All opening handshakes of a server have as long as each other: one timer looks after the first of them, where a
// deadline for each connection would cost it two timers.
func (t *tracker) open(h *opening) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.mayOpen(h.server.MaxHandshakes); err != nil {
		if err == errMaxHandshakes {
			t.counts.dropped++
		}
		return err
	}
	t.active++
	t.opening++
	h.member().opening = h
	t.openings.add(h.member())
	if t.timer == nil {
		t.timer = time.AfterFunc(time.Until(h.deadline), t.expire)
	}
	return nil
}

// expire interrupts the opening handshakes whose time is over.
func (t *tracker) expire() {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	for m := range t.openings.all() {
		if left := m.opening.deadline.Sub(now); left > 0 {
			t.timer.Reset(left)
			return
		}
		m.opening.nc.SetDeadline(aLongTimeAgo)
		m.opening.interrupted = true
		m.unlink()
		t.refusals.add(m)
	}
	t.timer = nil
}

// opened says that h is to be left alone from now on.
func (t *tracker) opened(h *opening) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h.member().unlink()
	h.member().opening = nil
	if h.interrupted {
		h.nc.SetDeadline(time.Time{})
	}
}

// refusing says that only the end of the server is to interrupt h from now on, until opened is called.
func (t *tracker) refusing(h *opening) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h.member().unlink()
	t.refusals.add(h.member())
}
