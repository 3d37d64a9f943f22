package redis

import (
	"context"
	"errors"

	"github.com/redis/go-redis/v9"
)

var errClient = errors.New("websocket: a backplane takes a *redis.Client or a *redis.ClusterClient, which is not nil")

// servers is a client, and what depends on its kind.
type servers struct {
	client  redis.UniversalClient
	cluster *redis.ClusterClient // nil if it leads to one server
	command string               // the command that publishes
}

func newServers(client redis.UniversalClient) (servers, error) {
	single, _ := client.(*redis.Client)
	cluster, _ := client.(*redis.ClusterClient)
	switch {
	case single != nil:
		return servers{client, nil, "publish"}, nil
	case cluster != nil:
		return servers{client, cluster, "spublish"}, nil
	}
	return servers{}, errClient
}

// node returns the client of the server that has the slot of a channel.
func (s *servers) node(ctx context.Context, channel string) (*redis.Client, error) {
	if s.cluster != nil {
		return s.cluster.MasterForKey(ctx, channel)
	}
	return s.client.(*redis.Client), nil
}

// reload has a cluster say anew where its slots are.
func (s *servers) reload(ctx context.Context) {
	if s.cluster != nil {
		s.cluster.ReloadState(ctx)
	}
}

// subscribe has a connection subscribe to channels. In a cluster one command must not ask for channels of several slots.
func (s *servers) subscribe(ctx context.Context, to *redis.PubSub, channels []string) error {
	if s.cluster == nil {
		return to.Subscribe(ctx, channels...)
	}
	return each(channels, func(channel string) error { return to.SSubscribe(ctx, channel) })
}

// unsubscribe is the opposite.
func (s *servers) unsubscribe(ctx context.Context, from *redis.PubSub, channels []string) error {
	if s.cluster == nil {
		return from.Unsubscribe(ctx, channels...)
	}
	return each(channels, func(channel string) error { return from.SUnsubscribe(ctx, channel) })
}

func each(channels []string, do func(string) error) error {
	for _, channel := range channels {
		if err := do(channel); err != nil {
			return err
		}
	}
	return nil
}
