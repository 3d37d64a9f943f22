package hubtest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
)

// outage is a Fault, and who goes on publishing and listening meanwhile.
type outage struct {
	Fault
	*traffic
	busy    []string // topics that are published to all the time
	quiet   string   // one that is not
	raw     *process // a Backplane without a Hub, subscribed to all of them
	leaves  *process // one that is closed while the broker is away
	during  string   // a topic that raw subscribes to while the broker is away
	taken   bool     // and the broker has taken that
	watcher *watcher
	before  map[string]hub.Position // the last message that the broker does not forget, by topic
	kept    map[*writer]int         // how many attempts there were then
	doomed  map[*writer]int         // and those that the broker may forget
}

// testFault loses the broker while Hubs publish and have clients. Each message comes once, or a gap is told in its
// place; what Publish has refused nobody gets; and then all goes on.
func testFault(c *testcase, f Fault) {
	o := &outage{
		Fault:   f,
		traffic: newTraffic(c),
		busy:    []string{c.topic("a"), c.topic("b")},
		quiet:   c.topic("quiet"),
		during:  c.topic("during"),
	}
	o.begin()
	mend := sync.OnceFunc(func() {
		if f.Mend != nil {
			f.Mend(c.TB)
		}
	})
	c.Cleanup(mend) // for the next case, if this one fails
	o.Break(c.TB)
	o.away()
	mend()
	o.back()
	o.settle()
	o.check(f.Forgets)
	o.checkNumbers()
	o.checkHistory()
}

// begin has all going on.
func (o *outage) begin() {
	c := o.testcase
	o.raw, o.leaves = c.start(), c.start()
	all := append(slices.Clone(o.busy), o.quiet)
	o.raw.subscribe(all...)
	o.leaves.subscribe(all...)
	for _, topic := range o.busy {
		o.listeners = append(o.listeners, listener{o.raw.name, topic, &o.raw.changes, func() []note { return o.raw.topics[topic].log }})
	}
	if status, ok := o.raw.Backplane.(hub.Status); ok {
		o.watcher = watch(c, status)
		o.watcher.awaitUp(c, true)
		watch(c, status).stop() // and is told nothing
	}
	for i := range 2 {
		name := fmt.Sprint("hub ", i+1)
		h := c.newHub(i * 100) // the first remembers nothing
		o.listen(h, name, 2, o.busy...)
		o.write(h, name, o.busy...)
	}
	o.raw.publish(o.quiet, text("before"))
	o.raw.await("a message of a quiet topic", func() bool { return len(o.raw.topics[o.quiet].log) > 0 })
	o.more(10)
	o.before, o.kept = o.positions(), o.counts()
	if o.Prepare != nil {
		o.Prepare(c.TB)
	}
	o.more(5)
	o.doomed = o.counts()
	o.flow()
}

// positions returns the greatest position of each topic that Publish has returned, while there is one epoch.
func (o *outage) positions() map[string]hub.Position {
	o.mu.Lock()
	defer o.mu.Unlock()
	last := make(map[string]hub.Position)
	for _, w := range o.writers {
		for _, a := range w.sent {
			if a.at.Seq > last[w.topic].Seq {
				last[w.topic] = a.at
			}
		}
	}
	return last
}

// away is while the broker is.
func (o *outage) away() {
	if o.Disconnects {
		o.isNoticed()
	}
	if o.Mend == nil {
		return
	}
	o.tryWithout()
	begun := o.counts()
	failed := make(map[*writer]int)
	o.mu.Lock()
	for _, w := range o.writers {
		failed[w] = w.failures
	}
	o.mu.Unlock()
	for _, w := range o.writers {
		if !o.within(o.patience, func() bool { return w.failures > failed[w] || len(w.sent) > begun[w]+20 }) {
			o.Fatalf("%s: Publish to %q does not return", w.name, w.topic)
		}
	}
}

// isNoticed checks that Lost comes for all topics, and that the Status says that the broker is away.
func (o *outage) isNoticed() {
	for topic := range o.raw.snapshot() {
		o.raw.await(fmt.Sprintf("Lost of topic %q", topic), func() bool {
			return slices.ContainsFunc(o.raw.topics[topic].log, func(n note) bool { return n.gap })
		})
	}
	if o.watcher != nil && !o.watcher.within(o.patience, func() bool { return o.watcher.wasDown }) {
		o.Fatalf("the Status does not say within %v that the broker is away", o.patience)
	}
}

func (p *process) snapshot() map[string]bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	live := make(map[string]bool)
	for topic, s := range p.topics {
		live[topic] = s.live
	}
	return live
}

// tryWithout subscribes and closes a Backplane while the broker is away: both return, and what the broker has not taken
// there is not.
func (o *outage) tryWithout() {
	ctx, cancel := context.WithTimeout(context.Background(), attemptFor)
	defer cancel()
	o.raw.mu.Lock()
	o.raw.topics[o.during] = new(story)
	o.raw.mu.Unlock()
	err := o.raw.Subscribe(ctx, o.raw, o.during)
	o.taken = err == nil
	if err != nil {
		o.raw.settled(o.during)
	}
	closed := make(chan error, 1)
	go func() { closed <- o.leaves.Close(ctx) }()
	select {
	case <-closed:
	case <-time.After(o.patience):
		o.Errorf("Close does not return within %v, its context has ended after %v", o.patience, attemptFor)
	}
}

// back is when the broker is there again: it is subscribed to, and what is published comes.
func (o *outage) back() {
	o.more(15)
	for topic := range o.raw.snapshot() {
		if topic != o.during || o.taken {
			o.raw.await(fmt.Sprintf("Subscribed again to %q", topic), func() bool { return o.raw.topics[topic].live })
		}
	}
	if o.watcher != nil {
		o.watcher.awaitUp(o.testcase, true)
	}
	o.reaches(o.raw, o.quiet)
	if o.taken {
		o.reaches(o.raw, o.during)
	}
	late := o.testcase.start()
	late.subscribe(o.quiet)
	o.reaches(late, o.quiet)
}

// reaches has p publish to a topic until that comes back.
func (o *outage) reaches(p *process, topic string) {
	o.Helper()
	for i := range 100 {
		ctx, cancel := context.WithTimeout(context.Background(), attemptFor)
		data := fmt.Sprintf("%s, after the fault, %d", p.name, i)
		p.Publish(ctx, topic, text(data)) // perhaps
		cancel()
		if p.within(o.patience/100, func() bool {
			return slices.ContainsFunc(p.topics[topic].log, func(n note) bool { return string(n.Data) == data })
		}) {
			return
		}
	}
	o.Fatalf("%s: nothing comes any more that is published to topic %q", p.name, topic)
}

// checkNumbers checks that there is another epoch where numbers come again.
func (o *outage) checkNumbers() {
	if !o.Can.Numbers || !o.Forgets {
		return
	}
	for _, w := range o.writers {
		last := w.sent[len(w.sent)-1]
		if before := o.before[w.topic]; last.at.Epoch == before.Epoch {
			o.Errorf("the broker has forgotten messages, and topic %q goes on in epoch %q", w.topic, before.Epoch)
		}
	}
}

// checkHistory checks what the broker has kept, and forgotten.
func (o *outage) checkHistory() {
	if o.Can.History == 0 {
		return
	}
	for _, topic := range o.busy {
		m, _, gap := o.raw.recall(topic, o.before[topic], 1<<20)
		kept := make(map[string]int)
		for _, m := range m {
			kept[string(m.Data)]++
		}
		for data, n := range kept {
			if w, i := o.find(topic, data); n > 1 {
				o.Errorf("the history of topic %q has %q %d times", topic, data, n)
			} else if w == nil || w.sent[i].fate == refused {
				o.Errorf("the history of topic %q has %q, which nobody has published", topic, data)
			}
		}
		if o.Forgets && !gap {
			o.Errorf("the broker has forgotten messages, and the history of topic %q has no gap", topic)
		}
		switch {
		case o.Forgets:
			o.hasForgotten(topic, kept)
		case gap && len(m) >= o.Can.History: // so many were published
		default:
			o.hasKept(topic, kept)
		}
	}
}

// hasForgotten checks that the broker forgets, as declared.
func (o *outage) hasForgotten(topic string, kept map[string]int) {
	for _, w := range o.writers {
		for _, a := range w.sent[o.kept[w]:o.doomed[w]] {
			if w.topic == topic && a.fate == published && kept[a.data] == 0 {
				return
			}
		}
	}
	o.Errorf("the fault is declared to make the broker forget, and topic %q has all that was published before", topic)
}

// hasKept checks that all is there that was published.
func (o *outage) hasKept(topic string, kept map[string]int) {
	for _, w := range o.writers {
		for _, a := range w.sent[o.kept[w]:] {
			if w.topic == topic && a.fate == published && kept[a.data] == 0 {
				o.Errorf("the history of topic %q lacks %q, which was published, and the broker is declared not to forget", topic, a.data)
			}
		}
	}
}
