package nats

import (
	"testing"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/hub/hubtest"
)

func TestCore(t *testing.T) {
	s := startEmbedded(t)
	hubtest.Run(t, hubtest.Broker{
		New: func(t testing.TB) hub.Backplane { return newCore(t, connect(t, s.ClientURL())) },
		Can: hubtest.Abilities{Status: true, MaxData: maxData},
		Faults: []hubtest.Fault{
			{Name: "stopped", Break: s.stop, Mend: s.start, Disconnects: true},
		},
	})
}
