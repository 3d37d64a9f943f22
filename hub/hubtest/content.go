package hubtest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// oddTopics are topics that brokers may have a meaning for.
var oddTopics = []string{
	"", " ", "  ", ".", "..", "a", "A", "a.b", "a.", ".a", "*", "a.*", ">", "a.>", "a b", "a b ", "a\tb", "a\r\nb",
	"?", "a?", "[a-z]", "#", "+", "$", "$SYS", "{", "}", "{}", "{a}", "{a}b", "a:b", "a/b", `a\b`, `"`, "'", "%", "%41", "%00",
	"_", "-", "=", "==", "a=", "\U0001F600", "ä", "a\u0308", "\x00", "a\x00", "\x7f", "\xff", "\xff\xfe", "0", "null",
	strings.Repeat("x", 300), strings.Repeat("x", 299) + "y", strings.Repeat("\U0001F600", 75),
}

// Any string is a topic, of its own.
func testOddTopics(c *testcase) {
	p, publisher := c.start(), c.start()
	unlike := c.topic("unlike any")
	p.subscribe(append([]string{unlike}, oddTopics...)...)
	for _, topic := range oddTopics {
		publisher.publish(topic, text(c.prefix+topic))
	}
	publisher.publish(unlike, text("last"))
	for _, topic := range oddTopics {
		p.expect(topic, p.settle(topic, publisher), c.prefix+topic)
	}
	p.expect(unlike, p.settle(unlike, publisher), "last")
}

// A pattern is a topic like others: who has subscribed to it gets nothing else.
func testPatterns(c *testcase) {
	p, publisher := c.start(), c.start()
	patterns := []string{"*", ">", "a.*", "a.>", "?", "a?", "[a-z]", "#", "+", c.topic("*"), c.topic(">"), c.prefix + "*"}
	p.subscribe(patterns...)
	for _, topic := range append(oddTopics, c.topic("a"), c.topic("b")) {
		publisher.publish(topic, text(c.prefix+topic))
	}
	for _, topic := range patterns {
		p.settle(topic, publisher)
		for _, m := range p.messages(topic) {
			if !strings.HasPrefix(string(m.Data), lastOnes) && string(m.Data) != c.prefix+topic {
				c.Errorf("message %.40q comes for topic %q", m.Data, topic)
			}
		}
	}
}

// One Subscribe takes many topics.
func testManyTopics(c *testcase) {
	const n = 1000
	p, publisher := c.start(), c.start()
	var topics []string
	for i := range n {
		topics = append(topics, c.topic(fmt.Sprint("many ", i)))
	}
	p.subscribe(topics...)
	for _, topic := range topics {
		publisher.publish(topic, text(topic))
	}
	for _, topic := range topics {
		p.await("the message of "+topic, func() bool { return len(p.topics[topic].log) > 0 })
		p.expect(topic, p.messages(topic), topic)
	}
	p.unsubscribe(topics[1:]...)
	p.subscribe(c.topic("later"))
	for _, topic := range topics[1:] {
		p.settled(topic)
	}
	publisher.publish(topics[n-1], text("nobody gets it"))
	p.expect(topics[0], p.settle(topics[0], publisher), topics[0])
}

// contents are messages that have to come as they were published.
func contents() (all []hub.Message) {
	var every []byte
	for i := range 256 {
		every = append(every, byte(i))
	}
	const text, binary, plain = websocket.Text, websocket.Binary, websocket.Plain
	for _, typ := range []websocket.Type{text, binary, text | plain, binary | plain} {
		for _, key := range []string{"", "key", "a b\r\n: \x00\xff ä", strings.Repeat("k", 300)} {
			for _, data := range [][]byte{nil, []byte("text"), []byte("\r\n"), {0}, []byte("ä\U0001F600")} {
				all = append(all, hub.Message{Type: typ, Key: key, Data: data})
			}
		}
		if typ&^plain == binary {
			all = append(all, hub.Message{Type: typ, Data: every})
		}
	}
	return all
}

// What was published is what comes.
func testContent(c *testcase) {
	p, publisher := c.start(), c.start()
	topic := c.topic("content")
	p.subscribe(topic)
	want := contents()
	for i := range want {
		publisher.publish(topic, want[i])
	}
	publisher.publish(topic, want...)
	want = append(want, want...)
	came := p.settle(topic, publisher)
	if len(came) != len(want) {
		c.Fatalf("%d of %d messages have come", len(came), len(want))
	}
	for i, m := range came {
		m.At = hub.Position{}
		if !sameMessage(m, want[i]) {
			c.Errorf("a message of type %v, key %.40q, data %.40q comes with type %v, key %.40q, data %.40q",
				want[i].Type, want[i].Key, want[i].Data, m.Type, m.Key, m.Data)
		}
	}
}

// The longest Data that is declared is sent. A longer one is an error, and nobody gets it.
func testLarge(c *testcase) {
	const most = 1 << 20
	p, publisher := c.start(), c.start()
	topic := c.topic("large")
	p.subscribe(topic)
	longest := most
	if c.Can.MaxData > 0 {
		longest = c.Can.MaxData
	}
	large := hub.Message{Type: websocket.Binary, Data: bytes.Repeat([]byte{1, 2, 3, 0}, most/4)}
	if longest < most {
		ctx, cancel := c.bounded()
		defer cancel()
		_, err := publisher.Publish(ctx, topic, large)
		switch {
		case err == nil:
			c.Errorf("%d bytes can be published, and MaxData %d is declared", most, longest)
		case errors.Is(err, hub.ErrUncertain):
			c.Errorf("%d bytes cannot be published, for certain, and the error matches ErrUncertain: %v", most, err)
		}
		large.Data = large.Data[:longest]
	}
	publisher.publish(topic, large)
	publisher.publish(topic, text("small"))
	p.expect(topic, p.settle(topic, publisher), string(large.Data), "small")
}

// The caller of Publish has its Data back when that returns.
func testData(c *testcase) {
	p, publisher := c.start(), c.start()
	topic := c.topic("data")
	p.subscribe(topic)
	buf := make([]byte, 8)
	var want []string
	for i := range 50 {
		s := fmt.Sprintf("%08d", i)
		copy(buf, s)
		want = append(want, s)
		publisher.publish(topic, hub.Message{Type: websocket.Text, Data: buf})
		clear(buf)
	}
	p.expect(topic, p.settle(topic, publisher), want...)
	if c.Can.History > 0 {
		m, _ := publisher.remembers(topic, hub.Position{}, 100)
		p.expect(topic, m, want...)
	}
}
