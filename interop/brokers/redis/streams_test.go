package redis

import (
	"testing"

	"github.com/seed372fb791/rfc6455/hub/hubtest"
)

// A server that keeps nothing on its disk.
func TestStreams(t *testing.T) {
	s := startServer(t)
	hubtest.Run(t, hubtest.Broker{
		New: streams(to(s.proxy)),
		Can: streamsCan,
		Faults: []hubtest.Fault{
			{Name: "killed", Break: s.kill, Mend: s.restart, Disconnects: true, Forgets: true},
			{Name: "paused", Break: s.pause, Mend: s.resume},
		},
	})
}

// A server that writes all to its disk forgets nothing.
func TestAppendOnly(t *testing.T) {
	s := startServer(t, "--appendonly", "yes", "--appendfsync", "everysec")
	hubtest.Run(t, hubtest.Broker{
		New:    streams(to(s.proxy)),
		Can:    streamsCan,
		Faults: []hubtest.Fault{{Name: "killed", Break: s.kill, Mend: s.restart, Disconnects: true}},
	})
}
