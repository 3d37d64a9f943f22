package chaos

import (
	"fmt"
	"strings"
	"time"
)

// String returns what happened: the calls with their stamps and times, what
// arrived, and what was sent.
func (l *ledger) String() string {
	var b strings.Builder
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, c := range l.calls {
		if i > 0 && c.op == opReader && c.err == nil && l.calls[i-1].step == c.step {
			continue // one of many reads of a message
		}
		fmt.Fprintf(&b, "%s %d  %d..%d  %v..%v  %s: %v\n", endNames[c.end], c.routine, c.start, c.stop,
			l.at(c.began), l.at(c.ended), c.step, c.err)
	}
	for end, all := range l.got {
		for _, g := range all {
			fmt.Fprintf(&b, "%s got %v of %d bytes by %s  %d..%d whole %v\n", endNames[end], g.m.id, g.m.size, g.by, g.start, g.end, g.whole)
		}
	}
	for i, m := range l.sent {
		fmt.Fprintf(&b, "sent %v of %d bytes  %d..%d  %s\n", i, m.size, m.start, m.end, fateNames[m.fate])
	}
	fmt.Fprintf(&b, "contexts ended at %v, the server was done at %v, the client at %v\n", l.at(l.runEnd), l.at(l.done[server]), l.at(l.done[client]))
	return b.String()
}

var fateNames = [...]string{unknown: "unknown", placed: "placed", refused: "refused", halved: "halved"}

// at returns a time from the beginning, a dash if there is none.
func (l *ledger) at(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Sub(l.born).String()
}
