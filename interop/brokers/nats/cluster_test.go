package nats

import (
	"testing"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/hub/hubtest"
	broker "github.com/seed372fb791/rfc6455/hub/nats"
)

func TestCoreInCluster(t *testing.T) {
	c := startCluster(t)
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

// stream is the name of the stream.
const stream = "hub"

var replicated = broker.StreamOptions{Stream: stream, Keep: keeps, Replicas: 3}

// The server is lost that all clients are connected to, and is the stream's leader or not.
func TestJetStreamInCluster(t *testing.T) {
	c := startCluster(t)
	first := func(t testing.TB) *process { c.leader(t, stream, false); return c.servers[0] }
	both := func(t testing.TB) *process { return c.leader(t, stream, true) }
	hubtest.Run(t, hubtest.Broker{
		New: func(t testing.TB) hub.Backplane { return newJetStream(t, c.connect(t), replicated) },
		Can: abilities,
		Faults: []hubtest.Fault{
			{Name: "connected killed", Break: c.kill(first), Mend: c.start, Disconnects: true},
			{Name: "connected paused", Break: c.pause(first), Mend: c.resume, Disconnects: true},
			{Name: "both killed", Break: c.kill(both), Mend: c.start, Disconnects: true},
			{Name: "both paused", Break: c.pause(both), Mend: c.resume, Disconnects: true},
		},
	})
}

// Clients are connected to all servers, and the stream's leader is lost.
func TestJetStreamAcrossCluster(t *testing.T) {
	c := startCluster(t)
	leader := func(t testing.TB) *process { return c.leader(t, stream, false) }
	hubtest.Run(t, hubtest.Broker{
		New: func(t testing.TB) hub.Backplane { return newJetStream(t, c.connectAnywhere(t), replicated) },
		Can: abilities,
		Faults: []hubtest.Fault{
			{Name: "leader killed", Break: c.kill(leader), Mend: c.start},
			{Name: "leader paused", Break: c.pause(leader), Mend: c.resume},
		},
	})
}
