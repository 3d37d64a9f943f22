package replay

import (
	"fmt"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/transcript"
)

// compare says how the answers that came differ from those that were recorded. It
// is called with Replay.mu held.
func (t *talk) compare() {
	want, got := 0, 0
	for _, p := range align(t.want, t.got) {
		t.gap(want, p.want, t.got[got:p.got])
		want, got = p.want+1, p.got+1
	}
	t.gap(want, len(t.want), t.got[got:])
	if t.excess {
		t.differs(1, t.before(len(t.want)), "after all of them: more than makes sense, cut there")
	}
}

// gap says what stands between two answers that are the same: got in place of the
// wanted ones from one to another. Those of both are told in pairs, then what is
// left of either.
func (t *talk) gap(from, to int, got []answer) {
	for from < to && len(got) > 0 {
		want := t.want[from]
		t.differs(1, want.at, fmt.Sprintf("answer %d differs: %s", from+1, differ(want, got[0])))
		from, got = from+1, got[1:]
	}
	if n := len(got); n > 0 && same(got[n-1], theEnd) { // a transcript may lack the end
		got = got[:n-1]
	}
	switch missing := t.want[from:to]; {
	case len(missing) > 1:
		t.differs(len(missing), missing[0].at, fmt.Sprintf("answers %d to %d are missing: %s", from+1, to, several(missing)))
	case len(missing) == 1:
		t.differs(1, missing[0].at, fmt.Sprintf("answer %d is missing: %s", to, several(missing)))
	case len(got) > 0:
		t.differs(len(got), t.before(to), fmt.Sprintf("after answer %d, new: %s", to, several(got)))
	}
}

// before is when the last of the first n answers came in the recording.
func (t *talk) before(n int) time.Duration {
	if n == 0 {
		return 0
	}
	return t.want[n-1].at
}

// mostShown is how many lines are shown.
const mostShown = 100

// differs shows a line about some differences.
func (t *talk) differs(n int, at time.Duration, what string) {
	t.differences += n
	t.shown++
	switch {
	case t.shown == mostShown+1:
		fmt.Fprintln(t.Lines, "there are more differences")
	case t.shown <= mostShown:
		fmt.Fprintf(t.Lines, "%s %d %s\n", transcript.Seconds(at), t.number, what)
	}
}
