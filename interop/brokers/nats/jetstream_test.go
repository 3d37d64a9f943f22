package nats

import (
	"testing"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/hub/hubtest"
	broker "github.com/seed372fb791/rfc6455/hub/nats"
)

// keeps is how many messages of each topic streams keep in the tests.
const keeps = 100

// abilities are those of a JetStream.
var abilities = hubtest.Abilities{Numbers: true, Order: true, IDs: true, History: keeps, Status: true, MaxData: maxData}

func TestJetStream(t *testing.T) {
	s := startEmbedded(t)
	var restore func(testing.TB)
	hubtest.Run(t, hubtest.Broker{
		New: func(t testing.TB) hub.Backplane {
			return newJetStream(t, connect(t, s.ClientURL()), broker.StreamOptions{Keep: keeps})
		},
		Can: abilities,
		Faults: []hubtest.Fault{
			{Name: "stopped", Break: s.stop, Mend: s.start, Disconnects: true},
			{
				Name:        "restored from an older copy",
				Prepare:     func(t testing.TB) { restore = s.save(t) },
				Break:       func(t testing.TB) { s.stop(t); restore(t) },
				Mend:        s.start,
				Forgets:     true,
				Disconnects: true,
			},
			{
				Name:        "wiped",
				Break:       func(t testing.TB) { s.stop(t); s.wipe(t) },
				Mend:        s.start,
				Forgets:     true,
				Disconnects: true,
			},
		},
	})
}
