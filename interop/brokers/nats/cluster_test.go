package nats

import (
	"testing"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/hub/hubtest"
	broker "github.com/seed372fb791/rfc6455/hub/nats"
)

// stream is the name of the stream.
const stream = "hub"

var replicated = broker.StreamOptions{Stream: stream, Keep: keeps, Replicas: 3}

func TestCluster(t *testing.T) {
	c := startCluster(t)
	t.Run("core", c.testCore)
	t.Run("connected", c.testConnected)
	t.Run("anywhere", c.testAnywhere)
}

// The server is lost that all clients are connected to.
func (c *cluster) testCore(t *testing.T) {
	first := func(testing.TB) *process { return c.servers[0] }
	hubtest.Run(t, hubtest.Broker{
		New: func(t testing.TB) hub.Backplane { return newCore(t, c.connect(t)) },
		Can: hubtest.Abilities{Status: true, MaxData: maxData},
		Faults: []hubtest.Fault{
			{Name: "killed", Break: c.kill(first), Mend: c.start, Disconnects: true},
			{Name: "paused", Break: c.pause(first), Mend: c.resume, Disconnects: true},
		},
	})
}

// It is the stream's leader, too.
func (c *cluster) testConnected(t *testing.T) {
	both := func(t testing.TB) *process { return c.leader(t, stream, true) }
	hubtest.Run(t, hubtest.Broker{
		New: func(t testing.TB) hub.Backplane { return newJetStream(t, c.connect(t), replicated) },
		Can: abilities,
		Faults: []hubtest.Fault{
			{Name: "killed", Break: c.kill(both), Mend: c.start, Disconnects: true},
			{Name: "paused", Break: c.pause(both), Mend: c.resume, Disconnects: true},
		},
	})
}

// Clients are connected to all servers. The stream's leader is lost, or another server.
func (c *cluster) testAnywhere(t *testing.T) {
	leader := func(t testing.TB) *process { return c.leader(t, stream, false) }
	other := func(t testing.TB) *process { c.leader(t, stream, false); return c.servers[0] }
	hubtest.Run(t, hubtest.Broker{
		New: func(t testing.TB) hub.Backplane { return newJetStream(t, c.connectAnywhere(t), replicated) },
		Can: abilities,
		Faults: []hubtest.Fault{
			{Name: "leader killed", Break: c.kill(leader), Mend: c.start},
			{Name: "leader paused", Break: c.pause(leader), Mend: c.resume},
			{Name: "another killed", Break: c.kill(other), Mend: c.start},
			{Name: "another paused", Break: c.pause(other), Mend: c.resume},
		},
	})
}
