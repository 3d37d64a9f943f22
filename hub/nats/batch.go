package nats

import "github.com/seed372fb791/rfc6455/hub"

// batch is messages that have come together, by their topics.
type batch struct {
	order  []string
	topics map[string][]hub.Message
}

func (b *batch) add(topic string, m hub.Message) {
	if b.topics == nil {
		b.topics = make(map[string][]hub.Message)
	}
	if b.topics[topic] == nil {
		b.order = append(b.order, topic)
	}
	b.topics[topic] = append(b.topics[topic], m)
}

// deliver delivers them, and empties b.
func (b *batch) deliver(to *subscriptions) {
	for _, topic := range b.order {
		m := b.topics[topic]
		for _, s := range to.of(topic) {
			if s.live {
				s.at = m[len(m)-1].At
				s.receiver.Deliver(topic, m...)
			}
		}
	}
	*b = batch{}
}
