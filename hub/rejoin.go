package hub

import (
	"context"
	"errors"
	"log/slog"
	"sort"
	"time"
)

// readFor is how long reading a history may take.
const readFor = 10 * time.Second

// query is what t has to read before it goes on.
type query struct {
	topic *topic
	since Position // zero: for the history, as a new topic
	limit int
	at    Position // where the backplane goes on
}

// goOn continues where the backplane does. It returns what has to be read before that, or nil.
func (t *topic) goOn(at Position) *query {
	h, last := t.hub, t.record.last
	remembers := h.rememberer() != nil && at.Epoch != ""
	switch {
	case last.Epoch == "" || at.Epoch != "" && at.Epoch != last.Epoch:
		if remembers && h.History > 0 {
			// One more than is kept: so it is known where the history begins.
			return &query{t, Position{}, h.History + 1, at}
		}
		t.begin(at)
		t.isOpen()
	case at.Epoch == "":
		t.gap(h.numbers.Add(1))
	case at.Seq <= last.Seq:
	case remembers:
		return &query{t, last, or(h.MaxQueue, defaultMaxQueue), at}
	default:
		t.gap(at.Seq)
	}
	return nil
}

// begin begins with a numbering, and nothing before it.
func (t *topic) begin(at Position) {
	if at.Epoch == "" {
		// A number of its own: who has been here before, while the topic was open the last time, is below it.
		at = Position{t.hub.epoch, t.hub.numbers.Add(1)}
	}
	t.remember(record{last: at, floor: at.Seq})
}

// remember begins with a numbering of which r is remembered: at once, so that who joins finds all of that. If it is not
// the first numbering, nobody knows what subscribers have missed: it is a gap.
func (t *topic) remember(r record) {
	t.mu.Lock()
	another := t.record.last.Epoch != ""
	t.record = r
	for _, x := range t.members {
		x.has = 0
	}
	t.mu.Unlock()
	if another {
		t.tellGap()
	}
}

func (t *topic) isOpen() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.opened(nil)
}

// gap notes that messages up to a number may be missing, and tells subscribers.
func (t *topic) gap(to uint64) {
	t.mu.Lock()
	t.record.add(t.hub, &entry{seq: to})
	t.mu.Unlock()
	t.tellGap()
}

// tellGap tells all subscribers of a gap.
func (t *topic) tellGap() {
	t.hub.log(slog.LevelWarn, "the hub's backplane has lost messages", "topic", t.name)
	for _, x := range t.snapshot() {
		x.missed()
	}
}

// run reads, and goes on with the turn that it was given.
func (q *query) run(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, readFor)
	defer cancel()
	t := q.topic
	m, end, err := t.hub.rememberer().History(ctx, t.name, q.since, q.limit)
	incomplete := errors.Is(err, ErrGap)
	failed := err != nil && !incomplete
	switch {
	case failed && !t.wasOpen():
		t.abandon(err)
		return
	case failed && q.since.IsZero():
		t.begin(q.at)
	case failed:
		t.gap(q.at.Seq)
	case q.since.IsZero():
		t.fill(q, m, end)
	default:
		t.catchUp(m, end, incomplete)
	}
	t.isOpen()
	t.work()
}

func (t *topic) wasOpen() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.phase == open
}

// fill has t remember what the backplane has kept. Subscribers that t has already, after another epoch, were not told
// of a gap yet: behind that they get only what is newer than where the backplane goes on.
func (t *topic) fill(q *query, m []Message, end Position) {
	at := q.at
	if end.Epoch != "" && end.Epoch != at.Epoch {
		at = end
	}
	floor := min(end.Seq, at.Seq)
	switch {
	case len(m) == q.limit:
		floor, m = min(m[0].At.Seq, at.Seq), m[1:]
	case len(m) > 0:
		floor = min(m[0].At.Seq-1, at.Seq)
	}
	old := sort.Search(len(m), func(i int) bool { return m[i].At.Seq > at.Seq })
	r := record{last: Position{at.Epoch, floor}, floor: floor}
	for _, e := range t.prepare(r.last, m[:old]) {
		r.take(t.hub, e)
	}
	r.last.Seq = max(r.last.Seq, at.Seq)
	t.remember(r)
	if old < len(m) {
		t.deliver(m[old:])
	}
}

// catchUp hands out what was missed. If the numbering is another one by now t goes on with that.
func (t *topic) catchUp(m []Message, end Position, incomplete bool) {
	switch {
	case end.Epoch != "" && end.Epoch != t.record.last.Epoch:
		t.first(news{goesOn: true, at: end})
		return
	case incomplete && len(m) > 0:
		t.gap(m[0].At.Seq - 1)
	case incomplete:
		t.gap(end.Seq)
	}
	if len(m) > 0 {
		t.deliver(m)
	}
	t.reach(end.Seq)
}

// reach notes that t has all messages up to a number.
func (t *topic) reach(seq uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.record.last.Seq = max(t.record.last.Seq, seq)
}
