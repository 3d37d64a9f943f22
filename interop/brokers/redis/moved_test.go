package redis

import (
	"testing"

	"github.com/seed372fb791/rfc6455/hub"
)

// When a topic's slot moves to another server of a cluster, its messages come from there. The others go on.
func TestMoved(t *testing.T) {
	c := startCluster(t, 2)
	for name, new := range map[string]func(testing.TB) hub.Backplane{"PUB SUB": pubSub(c.connect), "Streams": streams(c.connect)} {
		t.Run(name, func(t *testing.T) {
			b := started(t, new)
			r := subscribe(t, b, name)
			publish(t, b, name, "before")
			r.expect(t, "before")
			slot := c[0].do(t, "cluster", "keyslot", "hub:{"+name+"}").(int64)
			from, to := c[0], c[1]
			if slot >= slots/2 {
				from, to = to, from
			}
			move(t, slot, from, to)
			r.expect(t, "lost", "subscribed")
			publish(t, b, name, "after")
			r.expect(t, "after")
			if _, ok := b.(hub.Rememberer); ok {
				expectHistory(t, b, name, hub.Position{}, nil, "before", "after")
			}
		})
	}
}
