package chaos

import (
	"fmt"
	"slices"
)

// judge looks at what happened, and returns the rules that were broken.
func (w *world) judge() []Violation {
	l := w.log
	for end := range w.conns {
		w.judgeOnce(end)
		w.judgeBrief(end)
		w.judgeOrder(end)
		w.judgeComplete(end)
		w.judgeReaders(end)
		w.judgeStats(end)
		w.judgeSilence(end)
	}
	for _, c := range l.calls {
		w.judgeError(c)
		w.judgeBound(c)
	}
	return slices.Clone(l.faults)
}

// judgeOnce: a message arrives once, and only if it was sent.
func (w *world) judgeOnce(end int) {
	seen := make(map[*sent]*got)
	for _, g := range w.log.got[end] {
		if before := seen[g.m]; before != nil {
			w.log.violate("twice", "%v arrived twice, by %s and %s", g.m.id, before.by, g.by)
		}
		seen[g.m] = g
		switch {
		case g.m.fate == refused, g.m.fate == halved && g.whole:
			w.log.violate("refused", "%v of %d bytes arrived by %s (whole: %v), but the sender was told that it was not sent",
				g.m.id, g.m.size, g.by, g.whole)
		case g.end < g.m.start:
			w.log.violate("early", "%v arrived before it was sent", g.m.id)
		case g.whole && w.tooBig(end, g.m.size):
			w.log.violate("limit", "%v of %d bytes is above every MaxMessage", g.m.id, g.m.size)
		}
	}
}

// tooBig reports whether a message was above every limit of the receiver.
func (w *world) tooBig(end, size int) bool {
	const byDefault = 1 << 20
	first := w.p.Options[end].MaxMessage
	if first == 0 {
		first = byDefault
	}
	for _, limit := range append([]int64{first}, w.log.limits[end]...) {
		if limit < 0 || int64(size) <= limit {
			return false
		}
	}
	return true
}

// judgeBrief: of anonymous messages no more arrive than may have been sent.
func (w *world) judgeBrief(end int) {
	for key, t := range w.log.brief[1-end] {
		if t.got > t.begun-t.refused {
			w.log.violate("twice", "%d of %d messages of %d bytes arrived, %d were not sent", t.got, t.begun, key.size, t.refused)
		}
	}
}

// judgeOrder: messages arrive in the order in which they were sent, and none
// arrives before which one is missing. Two calls at the same time have no order.
func (w *world) judgeOrder(end int) {
	arrived := w.arrived(end)
	missing := make(map[*sent]bool)
	for _, g := range w.log.got[end] {
		for _, m := range w.log.sent {
			if int(m.id.end) == end || m.fate != placed || m.end > g.m.start {
				continue
			}
			switch before := arrived[m]; {
			case before == nil:
				missing[m] = true
			case g.end < before.start:
				w.log.violate("order", "%v arrived before %v, which was sent earlier", g.m.id, m.id)
			}
		}
	}
	if len(missing) > w.log.unseen[end] && !w.log.discards[end] {
		w.log.violate("gap", "the %s did not get %s, but got later messages (%d were skipped unseen)",
			endNames[end], namesOf(missing), w.log.unseen[end])
	}
}

// arrived returns what an end received.
func (w *world) arrived(end int) map[*sent]*got {
	all := make(map[*sent]*got)
	for _, g := range w.log.got[end] {
		all[g.m] = g
	}
	return all
}

func namesOf(messages map[*sent]bool) string {
	var names []string
	for m := range messages {
		names = append(names, fmt.Sprintf("%v of %d bytes", m.id, m.size))
	}
	slices.Sort(names)
	if n := len(names); n > 5 {
		names = append(names[:5], fmt.Sprint("and ", n-5, " more"))
	}
	return fmt.Sprint(names)
}
