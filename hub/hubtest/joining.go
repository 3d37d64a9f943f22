package hubtest

import (
	"fmt"
	"slices"
	"sync"

	"github.com/seed372fb791/rfc6455/hub"
)

// Where Subscribed says, live messages begin: the history up to there and they are all messages, without one missing or
// twice. It is tried while messages are published, many times.
func testJoining(c *testcase) {
	const rounds, n = 30, 12
	publisher, p := c.start(), c.start()
	for round := range rounds {
		topic := c.topic(fmt.Sprint("joining ", round))
		published := make([]hub.Message, 0, n)
		var publishing sync.WaitGroup
		halfway := make(chan struct{})
		publishing.Go(func() {
			for i := range n {
				if i == round%n {
					close(halfway)
				}
				m := text(fmt.Sprint(i))
				m.At = publisher.publish(topic, m)
				published = append(published, m)
			}
		})
		<-halfway
		p.subscribe(topic)
		at := p.awaitSubscribed(topic)
		publishing.Wait()
		came := p.settle(topic, publisher)
		if c.Can.Numbers {
			p.goesOnAt(topic, at, published, came)
		}
		p.isEnd(topic, published, came)
		if c.Can.History > 0 {
			old, _ := p.remembers(topic, hub.Position{}, 100)
			old = slices.DeleteFunc(old, func(m hub.Message) bool { return m.At.Seq > at.Seq })
			p.expect(topic, append(old, came...), data(published)...)
		}
		if c.Failed() {
			return
		}
	}
}

// goesOnAt checks that exactly the messages after a position have come.
func (p *process) goesOnAt(topic string, at hub.Position, published, came []hub.Message) {
	p.Helper()
	var after []string
	for _, m := range published {
		if m.At.Seq > at.Seq {
			after = append(after, string(m.Data))
		}
	}
	if got := data(came); !slices.Equal(got, after) {
		p.Errorf("%s: Subscribed says that messages of %q go on after %q: these are %q, and %q come", p.name, topic, at, after, got)
	}
}

// isEnd checks that what has come is the end of what was published.
func (p *process) isEnd(topic string, published, came []hub.Message) {
	p.Helper()
	all, got := data(published), data(came)
	if len(got) > len(all) || !slices.Equal(got, all[len(all)-len(got):]) {
		p.Errorf("%s: messages of %q are missing behind the first that comes, or come twice: %q of %q", p.name, topic, got, all)
	}
}
