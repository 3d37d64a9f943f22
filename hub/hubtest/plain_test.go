package hubtest

import (
	"context"
	"slices"

	"github.com/seed372fb791/rfc6455/hub"
)

// plain passes messages on, and can do nothing else.
type plain struct{ hub.Backplane }

func (p plain) Publish(ctx context.Context, topic string, m ...hub.Message) (hub.Position, error) {
	m = slices.Clone(m)
	for i := range m {
		m[i].ID = ""
	}
	_, err := p.Backplane.Publish(ctx, topic, m...)
	return hub.Position{}, err
}

func (p plain) Subscribe(ctx context.Context, r hub.Receiver, topics ...string) error {
	return p.Backplane.Subscribe(ctx, unnumbered{r}, topics...)
}

func (p plain) Unsubscribe(r hub.Receiver, topics ...string) {
	p.Backplane.Unsubscribe(unnumbered{r}, topics...)
}

// unnumbered hides positions.
type unnumbered struct{ hub.Receiver }

func (r unnumbered) Subscribed(topic string, _ hub.Position) {
	r.Receiver.Subscribed(topic, hub.Position{})
}

func (r unnumbered) Deliver(topic string, m ...hub.Message) {
	m = slices.Clone(m)
	for i := range m {
		m[i].At = hub.Position{}
	}
	r.Receiver.Deliver(topic, m...)
}
