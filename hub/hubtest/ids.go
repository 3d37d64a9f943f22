package hubtest

import (
	"fmt"
	"strings"
	"sync"

	"github.com/seed372fb791/rfc6455/hub"
)

func withID(id, s string) hub.Message {
	m := text(s)
	m.ID = id
	return m
}

// A message with an ID that was sent is not sent again, whoever publishes it, and has the position of the first.
func testIDs(c *testcase) {
	all := c.startAll(2)
	topic := c.topic("ids")
	for _, p := range all {
		p.subscribe(topic)
	}
	if !c.Can.IDs {
		all[0].publish(topic, withID("id", "first"))
		all[0].publish(topic, withID("id", "second"))
		if came := all[0].settle(topic, all[0]); len(came) != 2 {
			c.Errorf("IDs are not declared, and of 2 messages with the same one come %d", len(came))
		}
		return
	}
	first := all[0].publish(topic, withID("id", "first"))
	all[0].publish(topic, text("between"))
	for _, p := range all {
		sameAsFirst(p, first, p.publish(topic, withID("id", "again")))
	}
	all[1].publish(topic, text("before"), withID("id", "in the midst"), text("behind"))
	sameAsFirst(all[1], first, all[1].publish(topic, text("in front"), withID("id", "at the end")))
	for i, came := range settleAll(topic, all) {
		all[i].expect(topic, came, "first", "between", "before", "behind", "in front")
	}
}

func sameAsFirst(p *process, first, at hub.Position) {
	p.Helper()
	if !at.IsZero() && at != first {
		p.Errorf("%s: publishing an ID again returns position %q, that of the first is %q", p.name, at, first)
	}
}

// IDs are any string of 64 bytes at most, and each topic has its own.
func testOddIDs(c *testcase) {
	p := c.start()
	one, other := c.topic("one"), c.topic("other")
	p.subscribe(one, other)
	ids := []string{"a", "A", "a ", " a", "a\r\n", "a\n", "*", ">", "a.b", "{a}", "\x00", "\xff", "ä", "a\u0308", ":", one, other,
		strings.Repeat("x", 64), strings.Repeat("x", 63) + "y", strings.Repeat("\U0001F600", 16)}
	var want []string
	for range 2 {
		for i, id := range ids {
			if len(id) > 64 {
				c.Fatalf("the case has an ID of %d bytes", len(id))
			}
			p.publish(one, withID(id, fmt.Sprint(i)))
			p.publish(other, withID(id, fmt.Sprint(i)))
		}
	}
	for i := range ids {
		want = append(want, fmt.Sprint(i))
	}
	if !c.Can.IDs {
		want = append(want, want...)
	}
	p.expect(one, p.settle(one, p), want...)
	p.expect(other, p.settle(other, p), want...)
}

// Two processes that publish the same ID at once have one message sent, and learn the same position.
func testRacingIDs(c *testcase) {
	if !c.Can.IDs {
		return // see testIDs
	}
	const n = 50
	all := c.startAll(2)
	topic := c.topic("racing")
	all[0].subscribe(topic)
	at := make([][n]hub.Position, len(all))
	var publishing sync.WaitGroup
	for i, p := range all {
		publishing.Go(func() {
			for j := range n {
				at[i][j] = p.publish(topic, withID(fmt.Sprint("id ", j), fmt.Sprint("message ", j)))
			}
		})
	}
	publishing.Wait()
	came := all[0].settle(topic, all[0])
	seen := make(map[string]hub.Position)
	for _, m := range came {
		if _, twice := seen[string(m.Data)]; twice {
			c.Errorf("%q comes twice, published by two processes at once with the same ID", m.Data)
		}
		seen[string(m.Data)] = m.At
	}
	for j := range n {
		for i, p := range all {
			sameAsFirst(p, seen[fmt.Sprint("message ", j)], at[i][j])
		}
	}
	if len(seen) != n && !c.Failed() {
		c.Errorf("%d of %d messages have come, published by two processes at once with the same IDs", len(seen), n)
	}
}
