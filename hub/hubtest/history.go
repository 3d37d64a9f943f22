package hubtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed372fb791/rfc6455/hub"
)

// recall reads the history. Only ErrGap is an error that it may return.
func (p *process) recall(topic string, since hub.Position, limit int) (m []hub.Message, end hub.Position, gap bool) {
	p.Helper()
	r, ok := p.Backplane.(hub.Rememberer)
	if !ok {
		p.Fatalf("History of %d messages is declared, and the Backplane is no Rememberer", p.Can.History)
	}
	ctx, cancel := p.bounded()
	defer cancel()
	m, end, err := r.History(ctx, topic, since, limit)
	if gap = errors.Is(err, hub.ErrGap); err != nil && !gap {
		p.Fatalf("%s: History of %.40q: %v", p.name, topic, err)
	}
	for _, m := range m {
		p.mu.Lock()
		p.checkNumber(topic, hub.Position{}, m)
		p.mu.Unlock()
	}
	return m, end, gap
}

// remembers reads the history, without the last messages of settle. None may be missing.
func (p *process) remembers(topic string, since hub.Position, limit int) ([]hub.Message, hub.Position) {
	p.Helper()
	m, end, gap := p.recall(topic, since, limit)
	if gap {
		p.Errorf("%s: the history of %.40q after %q has a gap, and nothing is missing", p.name, topic, since)
	}
	return slices.DeleteFunc(m, func(m hub.Message) bool { return strings.HasPrefix(string(m.Data), lastOnes) }), end
}

// The history is what came after a position, the newest of it; what is missing there is told.
func testHistory(c *testcase) {
	publisher, p := c.start(), c.start()
	topic := c.topic("history")
	if c.Can.History == 0 {
		p.remembersNothing(topic)
		return
	}
	if m, _ := p.remembers(topic, hub.Position{}, 10); len(m) > 0 {
		c.Errorf("a topic that nobody has published to has a history of %q", data(m))
	}
	published := contents()
	for i := range published {
		published[i].At = publisher.publish(topic, published[i])
	}
	last := published[len(published)-1].At
	for _, from := range []int{0, 1, 17, len(published) - 1, len(published)} {
		since := hub.Position{}
		if from > 0 {
			since = published[from-1].At
		}
		m, end := p.remembers(topic, since, 100)
		if !slices.EqualFunc(m, published[from:], sameMessage) {
			c.Errorf("History after %q is %.200q, published were %.200q", since, data(m), data(published[from:]))
		}
		if end != last {
			c.Errorf("History says that the topic ends at %q, the last message is at %q", end, last)
		}
	}
	p.remembersNewest(topic, published)
	p.tellsOfGap(topic, "another epoch", hub.Position{Epoch: last.Epoch + "x", Seq: last.Seq}, published)
	p.tellsOfGap(topic, "another epoch, with a great number", hub.Position{Epoch: "x", Seq: last.Seq + 1000}, published)
}

// remembersNewest checks that with a limit the newest messages come.
func (p *process) remembersNewest(topic string, published []hub.Message) {
	p.Helper()
	for _, limit := range []int{1, 10} {
		newest := published[len(published)-limit:]
		m, _, gap := p.recall(topic, hub.Position{}, limit)
		if !slices.EqualFunc(m, newest, sameMessage) || gap {
			p.Errorf("History of the newest %d is %.200q, published were %.200q; with ErrGap: %v, want false",
				limit, data(m), data(newest), gap)
		}
		m, _, gap = p.recall(topic, published[len(published)-limit-2].At, limit)
		if !slices.EqualFunc(m, newest, sameMessage) || !gap {
			p.Errorf("History of %d, with one more since then, is %.200q, the newest are %.200q; with ErrGap: %v, want true",
				limit, data(m), data(newest), gap)
		}
		m, _, gap = p.recall(topic, published[len(published)-limit-1].At, limit)
		if !slices.EqualFunc(m, newest, sameMessage) || gap {
			p.Errorf("History of %d, which is all since then, is %.200q, published were %.200q; with ErrGap: %v, want false",
				limit, data(m), data(newest), gap)
		}
	}
}

func (p *process) tellsOfGap(topic, why string, since hub.Position, want []hub.Message) {
	p.Helper()
	m, _, gap := p.recall(topic, since, 100)
	if !gap {
		p.Errorf("History after a position of %s returns no ErrGap", why)
	}
	if !slices.EqualFunc(m, want, sameMessage) {
		p.Errorf("History after a position of %s is %.200q, what there is is %.200q", why, data(m), data(want))
	}
}

// remembersNothing checks that there is no history, as declared.
func (p *process) remembersNothing(topic string) {
	at := p.publish(topic, texts("%d", 10)...)
	if _, ok := p.Backplane.(hub.Rememberer); !ok {
		return
	}
	if m, _, _ := p.recall(topic, hub.Position{}, 10); len(m) > 0 {
		p.Errorf("no History is declared, and %d messages are kept", len(m))
	}
	if _, _, gap := p.recall(topic, hub.Position{Epoch: at.Epoch, Seq: at.Seq - 1}, 10); !gap {
		p.Errorf("nothing is kept, and History returns no ErrGap")
	}
}

// The history has as many messages as are declared, and forgets old ones. What is missing is told.
func testForgetting(c *testcase) {
	if c.Can.History == 0 {
		return // see testHistory
	}
	if c.Can.History < 100 {
		c.Fatalf("History of %d is declared: it has to be 100 or more, or none", c.Can.History)
	}
	p := c.start()
	topic := c.topic("forgetting")
	first := p.publish(topic, text("first"))
	const together = 50
	for n := 1; ; n += together {
		m, _, gap := p.recall(topic, first, n+together)
		switch {
		case !gap && len(m) != n-1:
			c.Fatalf("History after the first of %d messages has %d, and no ErrGap", n, len(m))
		case gap && n <= c.Can.History:
			c.Fatalf("of %d messages the second is forgotten, and History of %d is declared", n, c.Can.History)
		case gap && len(m) < c.Can.History:
			c.Fatalf("after the first message was forgotten there are %d, and History of %d is declared", len(m), c.Can.History)
		case gap:
			return
		case n > 10*c.Can.History:
			c.Fatalf("%d messages are kept, and History of %d is declared", n, c.Can.History)
		}
		p.publish(topic, texts(fmt.Sprint(n, ": %d"), together)...)
	}
}
