package hub

// add makes x a member and returns what the topic remembers after a position. It reports false if t has ended.
func (t *topic) add(x *subscription, after Position) (first []*entry, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.phase != open {
		return nil, false
	}
	t.members = append(t.members, x)
	t.present++
	t.hub.counts.subscriptions.Add(1)
	x.at = t.record.last
	if after.Epoch == x.at.Epoch && after.Seq > x.at.Seq {
		x.at = after // another process was faster
	}
	x.has = x.at.Seq
	return t.record.replay(after), true
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
