package chaos

import "time"

// slack is how late a call may be where time is virtual.
const slack = time.Millisecond

// judgeBound: a call ends at the latest with its context, with the connection,
// and Close within its timeout.
func (w *world) judgeBound(c *call) {
	if c.stop == 0 {
		return // it hangs, which another rule finds
	}
	if by := w.boundOf(c); w.p.Transport.inBubble() && !by.IsZero() && c.ended.After(by.Add(slack)) {
		w.log.violate("late", "%s goroutine %d, %s: returned %v after it had to, with %v (called at %v, connection closed at %v)",
			endNames[c.end], c.routine, c.step, c.ended.Sub(by), c.err, c.began.Sub(w.log.born), w.log.done[c.end].Sub(w.log.born))
	}
}

// boundOf returns when the call had to return, zero if never.
func (w *world) boundOf(c *call) time.Time {
	by := w.log.done[c.end]
	if c.ctx != nil && c.ctx.kind != ctxBackground {
		by = earlier(by, w.log.runEnd)
		by = earlier(by, c.ctx.ends)
	}
	switch c.op {
	case opClose:
		by = earlier(by, c.began.Add(orDefault(w.p.Options[c.end].CloseTimeout, 5*time.Second)))
	case opCloseNow, opTryPrepared, opDiscard:
		return c.began
	}
	if by.Before(c.began) && !by.IsZero() {
		return c.began
	}
	return by
}

// judgeSilence: a peer that shows no life while somebody reads is given up after
// four times Keepalive at most: two until a Ping goes out, two if it cannot be
// written; one that takes nothing of a write is after WriteTimeout.
func (w *world) judgeSilence(end int) {
	if w.memory[end] == nil {
		return
	}
	in, out, o := w.memory[end].in, w.memory[end].out, w.p.Options[end]
	if limit := orDefault(o.WriteTimeout, 30*time.Second); limit > 0 && out.stuck > limit+slack {
		w.log.violate("stuck", "a write of the %s waited for %v, with a WriteTimeout of %v", endNames[end], out.stuck, limit)
	}
	keepalive := orDefault(o.Keepalive, 20*time.Second)
	if keepalive < 0 {
		return
	}
	active := latest(w.log.born, in.taken, out.put)
	if by := w.closingBound(end, active.Add(4*keepalive)); w.log.done[end].After(by.Add(slack)) && w.readsFrom(end, active) {
		w.log.violate("silent", "the %s was done at %v, with a Keepalive of %v, after the last byte was read or written at %v",
			endNames[end], w.log.at(w.log.done[end]), keepalive, w.log.at(active))
	}
}

// readsFrom reports whether a call that reads waited from a time on until the
// connection was done.
func (w *world) readsFrom(end int, from time.Time) bool {
	for _, c := range w.log.calls {
		if c.end == end && c.isRead() && !c.began.After(from) && !c.ended.Before(w.log.done[end]) {
			return true
		}
	}
	return false
}

// closingBound returns when an end has to be done at the latest if it begins to
// close before the time given; otherwise that time. What the peer began may have
// been taken long before the read returned.
func (w *world) closingBound(end int, by time.Time) time.Time {
	last := by
	for _, c := range w.log.calls {
		switch {
		case c.end != end:
		case c.isRead() && kindOf(c.err)&(isPeer|isProtocol) != 0:
			return latest(by, w.log.done[end])
		case c.op == opClose && !c.began.After(by):
			last = latest(last, c.began.Add(orDefault(w.p.Options[end].CloseTimeout, 5*time.Second)))
		}
	}
	return last
}

// earlier returns the earlier of two times, of which zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
