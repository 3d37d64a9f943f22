package redis

import (
	"testing"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/hub/hubtest"
)

// In a cluster a topic's keys and channel are in one slot. One server is lost, and all of them.
func TestCluster(t *testing.T) {
	c := startCluster(t, 3)
	test := func(connect func(testing.TB) hub.Backplane, can hubtest.Abilities) func(*testing.T) {
		return func(t *testing.T) {
			hubtest.Run(t, hubtest.Broker{
				New: connect,
				Can: can,
				Faults: []hubtest.Fault{
					{Name: "one killed", Break: c[0].kill, Mend: c[0].restart},
					{Name: "all killed", Break: c.killAll, Mend: c.restartAll, Disconnects: true},
				},
			})
		}
	}
	t.Run("PUB SUB", test(pubSub(c.connect), pubSubCan))
	t.Run("Streams", test(streams(c.connect), streamsCan))
}
