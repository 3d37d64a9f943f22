package redis

import (
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/hub/hubtest"
)

// A replica takes over that has all, or has not. The client is told nothing: it connects to the same address again.
func TestFailover(t *testing.T) {
	p := startPair(t)
	connect := to(p.front)
	t.Run("PUB SUB", func(t *testing.T) { p.test(t, pubSub(connect), pubSubCan) })
	t.Run("Streams", func(t *testing.T) { p.test(t, streams(connect), streamsCan) })
}

// The same by redis-sentinel, which the client asks for the address. It takes a while until somebody finds out about a
// primary that stands still.
func TestSentinel(t *testing.T) {
	test := func(what func(func() redis.UniversalClient) func(testing.TB) hub.Backplane, can hubtest.Abilities) func(*testing.T) {
		return func(t *testing.T) {
			t.Parallel()
			p := startPair(t)
			p.watch(t)
			p.test(t, what(func() redis.UniversalClient {
				return redis.NewFailoverClient(&redis.FailoverOptions{MasterName: pairName, SentinelAddrs: []string{p.sentinel.addr}})
			}), can)
		}
	}
	t.Run("PUB SUB", test(pubSub, pubSubCan))
	t.Run("Streams", test(streams, streamsCan))
}

func (p *pair) test(t *testing.T, connect func(testing.TB) hub.Backplane, can hubtest.Abilities) {
	hubtest.Run(t, hubtest.Broker{
		New: connect,
		Can: can,
		Faults: []hubtest.Fault{
			{Name: "failed over", Break: p.failOver, Disconnects: true},
			{Name: "behind", Prepare: p.hold, Break: p.failOver, Disconnects: true, Forgets: can.History > 0},
			{Name: "paused", Break: p.failOverPaused, Mend: p.returns, Disconnects: true},
		},
	})
}
