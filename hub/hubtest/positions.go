package hubtest

import (
	"fmt"

	"github.com/seed372fb791/rfc6455/hub"
)

// Positions grow, are of one epoch while the broker has lost nothing, and the same for all processes. Clients can have
// them as strings.
func testPositions(c *testcase) {
	a, b := c.start(), c.start()
	topic := c.topic("positions")
	a.subscribe(topic)
	b.subscribe(topic)
	begin := a.awaitSubscribed(topic)
	last := begin
	for i := range 20 {
		from := a
		if i%2 == 1 {
			from = b
		}
		at := from.publish(topic, texts(fmt.Sprint(i, " %d"), 1+i%2)...)
		if c.Can.Numbers && (at.Epoch != begin.Epoch || at.Seq <= last.Seq) {
			c.Errorf("Publish returns position %q, the one before is %q", at, last)
		}
		last = at
	}
	came := settleAll(topic, []*process{a, b})
	for _, m := range came[0] {
		if parsed, err := hub.ParsePosition(m.At.String()); err != nil || parsed != m.At {
			c.Errorf("position %q is %q after String and ParsePosition: %v", m.At, parsed, err)
		}
		if m.At.Epoch != begin.Epoch {
			c.Errorf("the epoch changes from %q to %q, and nothing has happened", begin.Epoch, m.At.Epoch)
		}
	}
	late := c.start()
	late.subscribe(topic)
	end := a.messages(topic)[len(a.messages(topic))-1].At
	if at := late.awaitSubscribed(topic); at.Epoch != end.Epoch || at.Seq < end.Seq {
		c.Errorf("a process that subscribes later begins at %q, the last message is at %q", at, end)
	}
}
