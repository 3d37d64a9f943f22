package hubtest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

func text(s string) hub.Message { return hub.Message{Type: websocket.Text, Data: []byte(s)} }

func texts(format string, n int) (m []hub.Message) {
	for i := range n {
		m = append(m, text(fmt.Sprintf(format, i+1)))
	}
	return m
}

func data(m []hub.Message) (all []string) {
	for _, m := range m {
		all = append(all, string(m.Data))
	}
	return all
}

// The last messages to a topic: those before have come, or do not.
const lastOnes = "\x00last of "

// settle has publishers send a last message each, and returns what has come to p before.
func (p *process) settle(topic string, publishers ...*process) []hub.Message {
	p.Helper()
	for _, from := range publishers {
		from.publish(topic, text(lastOnes+from.name))
	}
	return p.awaitLast(topic, publishers...)
}

func (p *process) awaitLast(topic string, publishers ...*process) (m []hub.Message) {
	p.Helper()
	for _, from := range publishers {
		last := lastOnes + from.name
		p.await(fmt.Sprintf("the last message of %.40q", topic), func() bool {
			return slices.ContainsFunc(p.topics[topic].log, func(n note) bool { return string(n.Data) == last })
		})
	}
	return slices.DeleteFunc(p.messages(topic), func(m hub.Message) bool { return strings.HasPrefix(string(m.Data), lastOnes) })
}

// settleAll is settle for all processes, which have all subscribed.
func settleAll(topic string, all []*process) (came [][]hub.Message) {
	for _, p := range all {
		p.Helper()
		p.publish(topic, text(lastOnes+p.name))
	}
	for _, p := range all {
		came = append(came, p.awaitLast(topic, all...))
	}
	return came
}

// expect checks that messages have come in an order.
func (p *process) expect(topic string, came []hub.Message, want ...string) {
	p.Helper()
	got := data(came)
	if slices.Equal(got, want) {
		return
	}
	count := make(map[string]int)
	for _, s := range got {
		count[s]++
	}
	for _, s := range want {
		switch n := count[s]; {
		case n == 0:
			p.Errorf("%s: message %.40q of topic %.40q is lost", p.name, s, topic)
		case n > 1:
			p.Errorf("%s: message %.40q of topic %.40q comes %d times", p.name, s, topic, n)
		}
		delete(count, s)
	}
	for s := range count {
		p.Errorf("%s: message %.40q of topic %.40q must not come", p.name, s, topic)
	}
	if !p.Failed() {
		p.Errorf("%s: messages of topic %.40q come in the order %.40q, published were %.40q", p.name, topic, got, want)
	}
}

// Several processes publish at once: each message comes to all, once, in the order of its publisher, which is one order
// for all, and has the position that Publish has returned.
func testOrder(c *testcase) {
	const calls = 60
	topic := c.topic("order")
	all := c.startAll(3)
	published := make([]map[string]hub.Position, len(all))
	want := make([][]string, len(all))
	for _, p := range all {
		p.subscribe(topic)
	}
	var publishing sync.WaitGroup
	for i, p := range all {
		published[i] = make(map[string]hub.Position)
		publishing.Go(func() {
			for j := range calls {
				m := texts(fmt.Sprintf("%d: %d.%%d", i, j), 1+j%3)
				want[i] = append(want[i], data(m)...)
				published[i][string(m[len(m)-1].Data)] = p.publish(topic, m...)
			}
		})
	}
	publishing.Wait()
	came := settleAll(topic, all)
	for i, p := range all {
		for from := range all {
			of := slices.DeleteFunc(slices.Clone(came[i]), func(m hub.Message) bool {
				return !strings.HasPrefix(string(m.Data), fmt.Sprint(from, ":"))
			})
			p.expect(topic, of, want[from]...)
			for _, m := range of {
				if at, last := published[from][string(m.Data)]; last && at != m.At {
					p.Errorf("%s: message %q has position %q, Publish has returned %q", p.name, m.Data, m.At, at)
				}
			}
		}
		if c.Can.Order && !c.Failed() && !slices.EqualFunc(came[i], came[0], sameMessage) {
			p.Errorf("%s gets the messages in another order than %s: %.200q and %.200q",
				p.name, all[0].name, data(came[i]), data(came[0]))
		}
	}
}

func sameMessage(a, b hub.Message) bool {
	return a.At == b.At && a.Type == b.Type && a.Key == b.Key && bytes.Equal(a.Data, b.Data)
}

// Who has not subscribed to a topic gets nothing of it. Nor does who publishes to it, who need not have subscribed.
func testInterest(c *testcase) {
	a, b, publisher := c.start(), c.start(), c.start()
	one, other, both := c.topic("one"), c.topic("other"), c.topic("both")
	a.subscribe(one, both)
	b.subscribe(other, both)
	for i := range 20 {
		publisher.publish(one, text(fmt.Sprint("one ", i)))
		publisher.publish(other, text(fmt.Sprint("other ", i)))
		publisher.publish(both, text(fmt.Sprint("both ", i)))
	}
	for _, p := range []*process{a, b} {
		if came := p.settle(both, publisher); len(came) != 20 {
			p.Errorf("%s: %d of 20 messages of a topic that two have subscribed to have come", p.name, len(came))
		}
	}
	if n := len(a.settle(one, publisher)); n != 20 {
		c.Errorf("%d of 20 messages have come to whom has subscribed", n)
	}
	if n := len(b.settle(other, publisher)); n != 20 {
		c.Errorf("%d of 20 messages have come to whom has subscribed", n)
	}
}

// After Unsubscribe nothing comes, once what was under way has, and the other topics go on. Who subscribes again gets
// what is published from then on.
func testUnsubscribe(c *testcase) {
	p, publisher := c.start(), c.start()
	left, stays, later := c.topic("left"), c.topic("stays"), c.topic("later")
	p.subscribe(left, stays)
	publisher.publish(left, text("before"))
	p.expect(left, p.settle(left, publisher), "before")
	p.unsubscribe(left)
	p.subscribe(later) // which comes after it
	p.settled(left)
	publisher.publish(left, texts("between %d", 10)...)
	publisher.publish(stays, text("stays"))
	publisher.publish(later, text("later"))
	p.expect(stays, p.settle(stays, publisher), "stays")
	p.expect(later, p.settle(later, publisher), "later")
	p.subscribe(left)
	publisher.publish(left, text("after"))
	p.await("a message after subscribing again", func() bool {
		log := p.topics[left].log
		return len(log) > 0 && string(log[len(log)-1].Data) == "after"
	})
	p.expect(left, p.messages(left), "before", lastOnes+publisher.name, "after")
}

// Who subscribes and unsubscribes in a hurry has one subscription at last, or none.
func testHurry(c *testcase) {
	p, publisher := c.start(), c.start()
	in, out, later := c.topic("in"), c.topic("out"), c.topic("later")
	for range 30 {
		p.beginSubscribe(in, out)
		p.unsubscribe(in, out)
	}
	p.subscribe(in)
	p.subscribe(later)
	p.mu.Lock()
	p.topics[out].finished = true
	p.mu.Unlock()
	want := data(texts("%d", 20))
	for i := range want {
		publisher.publish(in, text(want[i]))
		publisher.publish(out, text(want[i]))
	}
	p.expect(in, p.settle(in, publisher), want...)
	p.settle(later, publisher)
}
