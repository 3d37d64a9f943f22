package redis

import (
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/hub/hubtest"
	broker "github.com/seed372fb791/rfc6455/hub/redis"
)

// keeps is how many messages of a topic Streams keep in the tests.
const keeps = 300

// What the backplanes can do.
var (
	pubSubCan  = hubtest.Abilities{Order: true, Status: true}
	streamsCan = hubtest.Abilities{Numbers: true, Order: true, IDs: true, History: keeps, Status: true}
)

// pubSub and streams return what makes backplanes, each with a client of its own.
func pubSub(connect func() redis.UniversalClient) func(testing.TB) hub.Backplane {
	return func(t testing.TB) hub.Backplane {
		b, err := broker.NewPubSub(connected(t, connect), broker.PubSubOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
}

func streams(connect func() redis.UniversalClient) func(testing.TB) hub.Backplane {
	return func(t testing.TB) hub.Backplane {
		b, err := broker.NewStreams(connected(t, connect), broker.StreamsOptions{Keep: keeps})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
}

func connected(t testing.TB, connect func() redis.UniversalClient) redis.UniversalClient {
	client := connect()
	t.Cleanup(func() { client.Close() })
	return client
}

// to returns what connects to one server.
func to(p *proxy) func() redis.UniversalClient {
	return func() redis.UniversalClient { return redis.NewClient(&redis.Options{Addr: p.addr()}) }
}
