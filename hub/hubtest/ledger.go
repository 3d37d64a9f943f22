package hubtest

import (
	"fmt"
	"slices"

	"github.com/seed372fb791/rfc6455/hub"
)

// settle has messages published until each listener has one of the last of each writer of its topic. Earlier ones have
// come then, or do not.
func (tr *traffic) settle() {
	tr.Helper()
	begun := tr.counts()
	tr.more(1)
	for _, l := range tr.listeners {
		for _, w := range tr.writers {
			for n := 0; w.topic == l.topic && !l.hasLater(w, begun[w]); n++ {
				if n > 100 {
					tr.Fatalf("%s gets nothing any more of what %s publishes to %q", l.name, w.name, w.topic)
				}
				tr.more(1)
			}
		}
	}
	tr.end()
}

// counts returns how many messages the writers have published.
func (tr *traffic) counts() map[*writer]int {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	n := make(map[*writer]int)
	for _, w := range tr.writers {
		n[w] = len(w.sent)
	}
	return n
}

// hasLater waits a while for a message of w after the first n.
func (l listener) hasLater(w *writer, n int) bool {
	w.mu.Lock()
	later := make(map[string]bool)
	for _, a := range w.sent[n:] {
		later[a.data] = true
	}
	w.mu.Unlock()
	return l.within(w.patience/100, func() bool {
		return slices.ContainsFunc(l.log(), func(n note) bool { return later[string(n.Data)] })
	})
}

// check checks what all listeners have got, once it is settled.
func (tr *traffic) check(forgets bool) {
	tr.Helper()
	given := make(map[place]string)
	for _, w := range tr.writers {
		for _, a := range w.sent {
			tr.isGivenOnce(given, place{w.topic, a.at}, a.data)
		}
	}
	for _, l := range tr.listeners {
		l.mu.Lock()
		log := slices.Clone(l.log())
		l.mu.Unlock()
		for _, n := range log {
			tr.isGivenOnce(given, place{l.topic, n.At}, string(n.Data))
		}
		for _, wrong := range tr.account(l.topic, log, forgets) {
			tr.Errorf("%s, topic %q: %s", l.name, l.topic, wrong)
		}
	}
}

// place is a position of a topic.
type place struct {
	topic string
	at    hub.Position
}

// isGivenOnce checks that a position is that of one message only.
func (tr *traffic) isGivenOnce(given map[place]string, p place, data string) {
	tr.Helper()
	if p.at.IsZero() || data == "" {
		return
	}
	if other, known := given[p]; known && other != data {
		tr.Errorf("position %q of topic %q is that of two messages, %q and %q: numbers come again in the same epoch",
			p.at, p.topic, other, data)
	}
	given[p] = data
}

// account compares a log with what was published: each message has come once, in the order of its writer, or a gap was
// told where it is missing. If the broker forgets, a message may come again behind a gap.
func (tr *traffic) account(topic string, log []note, forgets bool) (wrong []string) {
	gaps := 0
	seen := make(map[string]int)  // after how many gaps
	next := make(map[*writer]int) // the first attempt that may come
	last := make(map[*writer]int) // the gaps before that
	isWrong := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	for _, n := range log {
		if n.gap {
			gaps++
			continue
		}
		data := string(n.Data)
		w, i := tr.find(topic, data)
		then, twice := seen[data]
		switch {
		case w == nil:
			isWrong("%q comes, which nobody has published", data)
			continue
		case w.sent[i].fate == refused:
			isWrong("%q comes, and Publish has returned an error that is not ErrUncertain", data)
		case twice && !(forgets && gaps > then):
			isWrong("%q comes twice", data)
		case !twice && i < next[w] && w.sent[i].fate == published && !(forgets && gaps > last[w]):
			isWrong("%q comes after later ones", data)
		}
		if i >= next[w] {
			for _, a := range w.sent[next[w]:i] {
				if a.fate == published && gaps == last[w] {
					isWrong("%q is lost, and no gap is told", a.data)
				}
			}
			next[w], last[w] = i+1, gaps
		}
		seen[data] = gaps
	}
	return wrong
}

// find returns whose message it is.
func (tr *traffic) find(topic, data string) (*writer, int) {
	for _, w := range tr.writers {
		i := slices.IndexFunc(w.sent, func(a *attempt) bool { return a.data == data })
		if w.topic == topic && i >= 0 {
			return w, i
		}
	}
	return nil, 0
}
