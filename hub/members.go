package hub

// add makes x a member. It returns what t remembers after a position, and the position behind which x gets all that
// comes. It reports false if t has ended.
func (t *topic) add(x *subscription, after Position) (first []*entry, at Position, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.phase != open {
		return nil, at, false
	}
	t.members = append(t.members, x)
	t.present++
	t.hub.counts.subscriptions.Add(1)
	at = t.record.last
	if after.Epoch == at.Epoch && after.Seq > at.Seq {
		at = after // another process was faster
	}
	x.has = at.Seq
	return t.record.replay(after), at, true
}

// leaves counts a member that has left.
func (t *topic) leaves() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.hub.counts.subscriptions.Add(-1)
	t.present--
	if 2*t.present < len(t.members) {
		t.sweep()
	}
	if t.phase == open {
		t.rest()
	}
}

// sweep forgets those who have left. t.mu is held.
func (t *topic) sweep() {
	stay := make([]*subscription, 0, t.present)
	for _, x := range t.members {
		if x.phase.Load() != left {
			stay = append(stay, x)
		}
	}
	t.members = stay
}

// snapshot returns the members, with some that have left.
func (t *topic) snapshot() []*subscription {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.members
}

func (t *topic) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.present
}
