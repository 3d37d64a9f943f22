package hubtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
)

// testcase is what a case has at hand.
type testcase struct {
	testing.TB
	Broker
	prefix  string // of its topics
	started int    // processes
}

func newCase(t testing.TB, b Broker) *testcase {
	if b.patience == 0 {
		b.patience = time.Minute
	}
	return &testcase{TB: t, Broker: b, prefix: rand.Text()[:10]}
}

// topic returns a topic that nobody else uses.
func (c *testcase) topic(name string) string { return c.prefix + " " + name }

// bounded returns the context of a call that has to end.
func (c *testcase) bounded() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), c.patience)
}

// process is a Backplane, and a Receiver that notes what it is told.
type process struct {
	hub.Backplane
	*testcase
	name string

	changes
	calls  map[string]int // of the Receiver under way, by topic
	topics map[string]*story
	wrong  []string
}

// story is what a Receiver was told of a topic.
type story struct {
	log      []note
	at       hub.Position // where Subscribed says that messages go on
	last     hub.Position // of the last message, or at
	live     bool         // between Subscribed and Lost
	begun    int          // how often Subscribed came
	stale    int          // how often Unsubscribe was called: a call may have been under way each time
	finished bool         // no call is under way any more
}

// note is a message, or that some may be missing.
type note struct {
	gap bool
	hub.Message
}

// start starts a process. It ends with the case.
func (c *testcase) start() *process {
	c.started++
	p := &process{
		testcase: c,
		name:     fmt.Sprint("process ", c.started),
		calls:    make(map[string]int),
		topics:   make(map[string]*story),
	}
	p.changes.init()
	p.Backplane = c.New(c.TB)
	c.Cleanup(p.end)
	return p
}

func (c *testcase) startAll(n int) (all []*process) {
	for range n {
		all = append(all, c.start())
	}
	return all
}

// end closes the Backplane and tells what was wrong.
func (p *process) end() {
	ctx, cancel := p.bounded()
	defer cancel()
	if err := p.Backplane.Close(ctx); err != nil {
		p.Errorf("%s: Close: %v", p.name, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, what := range p.wrong {
		p.Errorf("%s: %s", p.name, what)
	}
}

// publish publishes, which has to succeed.
func (p *process) publish(topic string, m ...hub.Message) hub.Position {
	p.Helper()
	ctx, cancel := p.bounded()
	defer cancel()
	at, err := p.Publish(ctx, topic, m...)
	if err != nil {
		p.Fatalf("%s: Publish to %.40q: %v", p.name, topic, err)
	}
	if at.IsZero() == p.Can.Numbers && m[len(m)-1].ID == "" {
		p.Errorf("%s: Publish to %.40q returns position %q, and Numbers are declared: %v", p.name, topic, at, p.Can.Numbers)
	}
	return at
}

// subscribe subscribes to topics, and returns when Subscribed has come for all of them.
func (p *process) subscribe(topics ...string) {
	p.Helper()
	p.beginSubscribe(topics...)
	for _, topic := range topics {
		p.awaitSubscribed(topic)
	}
}

// beginSubscribe subscribes to topics.
func (p *process) beginSubscribe(topics ...string) {
	p.Helper()
	p.mu.Lock()
	for _, topic := range topics {
		s := p.topics[topic]
		if s == nil {
			s = new(story)
			p.topics[topic] = s
		}
		*s = story{log: s.log, stale: s.stale, live: s.live}
	}
	p.mu.Unlock()
	ctx, cancel := p.bounded()
	defer cancel()
	if err := p.Subscribe(ctx, p, topics...); err != nil {
		p.Fatalf("%s: Subscribe to %d topics, the first %.40q: %v", p.name, len(topics), topics[0], err)
	}
}

// awaitSubscribed waits for Subscribed, and returns its position.
func (p *process) awaitSubscribed(topic string) (at hub.Position) {
	p.Helper()
	p.await(fmt.Sprintf("Subscribed to %.40q", topic), func() bool {
		s := p.topics[topic]
		at = s.at
		return s.begun > 0
	})
	return at
}

// unsubscribe unsubscribes from topics. Nothing may come of them once a later Subscribe has settled.
func (p *process) unsubscribe(topics ...string) {
	p.mu.Lock()
	for _, topic := range topics {
		p.topics[topic].stale++
	}
	p.mu.Unlock()
	p.Unsubscribe(p, topics...)
}

// settled says that no call of the Receiver can be under way for a topic that was unsubscribed from.
func (p *process) settled(topic string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.topics[topic].finished = true
}

// messages returns what was delivered of a topic.
func (p *process) messages(topic string) (m []hub.Message) {
	for _, n := range p.notes(topic) {
		if !n.gap {
			m = append(m, n.Message)
		}
	}
	return m
}

// notes returns what the Receiver was told of a topic.
func (p *process) notes(topic string) []note {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.topics[topic]; s != nil {
		return slices.Clone(s.log)
	}
	return nil
}

// told is a call of the Receiver, which f notes.
func (p *process) told(topic, method string, f func(*story)) {
	p.mu.Lock()
	defer p.change()
	defer p.mu.Unlock()
	s := p.topics[topic]
	switch {
	case s == nil:
		p.isWrong("%s comes for topic %.40q, which it has not subscribed to", method, topic)
		return
	case s.finished:
		p.isWrong("%s comes for topic %.40q after Unsubscribe", method, topic)
		return
	case p.calls[topic] > 0:
		p.isWrong("the Receiver is called by two at a time for topic %.40q", topic)
	}
	p.calls[topic]++
	p.mu.Unlock()
	runtime.Gosched() // for others, who must not come
	p.mu.Lock()
	p.calls[topic]--
	f(s)
}

func (p *process) isWrong(format string, args ...any) {
	if what := fmt.Sprintf(format, args...); len(p.wrong) < 10 {
		p.wrong = append(p.wrong, what)
	}
}

// Subscribed notes where messages go on.
func (p *process) Subscribed(topic string, at hub.Position) {
	p.told(topic, "Subscribed", func(s *story) {
		switch {
		case s.live && s.stale == 0:
			p.isWrong("Subscribed comes again for topic %.40q, without Lost", topic)
		case (at.Epoch != "") != p.Can.Numbers:
			p.isWrong("Subscribed says position %q for topic %.40q, and Numbers are declared: %v", at, topic, p.Can.Numbers)
		}
		s.live, s.at, s.last, s.stale = true, at, at, max(0, s.stale-1)
		s.begun++
	})
}

// Deliver notes messages.
func (p *process) Deliver(topic string, m ...hub.Message) {
	p.told(topic, "Deliver", func(s *story) {
		switch {
		case len(m) == 0:
			p.isWrong("no messages are delivered of topic %.40q", topic)
		case !s.live && s.stale == 0 && s.begun == 0:
			p.isWrong("messages of topic %.40q are delivered before Subscribed", topic)
		case !s.live && s.stale == 0:
			p.isWrong("messages of topic %.40q are delivered after Lost, before Subscribed", topic)
		}
		for _, m := range m {
			p.checkNumber(topic, s.last, m)
			s.last = m.At
			m.Data = slices.Clone(m.Data)
			s.log = append(s.log, note{Message: m})
		}
	})
}

func (p *process) checkNumber(topic string, last hub.Position, m hub.Message) {
	switch {
	case !p.Can.Numbers && !m.At.IsZero():
		p.isWrong("message %.40q of topic %.40q has position %q, and Numbers are not declared", m.Data, topic, m.At)
	case p.Can.Numbers && (m.At.Epoch == "" || m.At.Seq == 0):
		p.isWrong("message %.40q of topic %.40q has no position", m.Data, topic)
	case p.Can.Numbers && m.At.Epoch == last.Epoch && m.At.Seq <= last.Seq:
		p.isWrong("position %q of message %.40q of topic %.40q is not after %q", m.At, m.Data, topic, last)
	}
}

// Lost notes that messages may be missing.
func (p *process) Lost(topic string, cause error) {
	p.told(topic, "Lost", func(s *story) {
		if cause == nil {
			p.isWrong("Lost has no cause for topic %.40q", topic)
		}
		s.live = false
		s.log = append(s.log, note{gap: true})
	})
}
