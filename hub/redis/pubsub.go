package redis

import (
	"context"

	"github.com/redis/go-redis/v9"

	"github.com/seed372fb791/rfc6455/hub"
)

// PubSub is a [hub.Backplane] on Redis PUB/SUB: PUBLISH by a *redis.Client, to one server or by sentinels, and sharded
// PUB/SUB, SPUBLISH, by a *redis.ClusterClient. Messages have no numbers, and nobody keeps them or knows their IDs: what
// comes while a process has lost its server is a gap for its subscribers. It is a [hub.Status].
type PubSub struct{ subscriptions }

// PubSubOptions are options of a PubSub.
type PubSubOptions struct {
	// Prefix begins the names of channels. Processes with the same one are connected, in whatever database: channels know
	// of none. "" means "hub:".
	Prefix string
}

// NewPubSub returns a PubSub on a client, which must stay open until the PubSub is closed. It is either a *redis.Client,
// such as redis.NewClient and redis.NewFailoverClient return, or a *redis.ClusterClient; a redis.Ring has no place where
// messages of a topic get their order.
func NewPubSub(client redis.UniversalClient, o PubSubOptions) (*PubSub, error) {
	b := &PubSub{}
	if err := b.use(client, o.Prefix); err != nil {
		return nil, err
	}
	b.begin()
	return b, nil
}

// Publish sends messages to all who have subscribed to topic, by one command.
func (b *PubSub) Publish(ctx context.Context, topic string, m ...hub.Message) (hub.Position, error) {
	if err := b.enter(ctx); err != nil {
		return hub.Position{}, err
	}
	defer b.leave()
	if len(m) == 0 {
		return hub.Position{}, nil
	}
	payload := []byte("\n") // behind the position, which it does not have
	for i := range m {
		var err error
		if payload, err = appendFrame(payload, &m[i]); err != nil {
			return hub.Position{}, err
		}
	}
	g := &gate{text: payload}
	_, err := do(ctx, &b.life, b.client, g, b.command, b.names.channel(topic), g)
	return hub.Position{}, err
}
