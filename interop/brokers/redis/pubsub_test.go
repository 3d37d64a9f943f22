package redis

import (
	"testing"

	"github.com/seed372fb791/rfc6455/hub/hubtest"
)

func TestPubSub(t *testing.T) {
	s := startServer(t)
	hubtest.Run(t, hubtest.Broker{
		New: pubSub(to(s.proxy)),
		Can: pubSubCan,
		Faults: []hubtest.Fault{
			{Name: "killed", Break: s.kill, Mend: s.restart, Disconnects: true},
			{Name: "paused", Break: s.pause, Mend: s.resume},
		},
	})
}
