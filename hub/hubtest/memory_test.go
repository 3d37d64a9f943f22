package hubtest

import (
	"os"
	"testing"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/internal/leak"
)

// TestMain fails the tests if a goroutine or a file descriptor outlives them.
func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// perTest returns for each test one that is new.
func perTest[T any](fresh func() T) func(testing.TB) T {
	all := make(map[testing.TB]T)
	return func(t testing.TB) T {
		b, ok := all[t]
		if !ok {
			b = fresh()
			all[t] = b
		}
		return b
	}
}

// The reference passes, with a history and without one.
func TestMemoryBackplane(t *testing.T) {
	for _, test := range []struct {
		name string
		keep int
	}{{"nothing kept", 0}, {"history", 100}} {
		t.Run(test.name, func(t *testing.T) {
			Run(t, Broker{
				New: perTest(func() hub.Backplane { return &hub.MemoryBackplane{Keep: test.keep} }),
				Can: Abilities{Numbers: true, Order: true, IDs: true, History: test.keep},
			})
		})
	}
}

var all = Abilities{Numbers: true, Order: true, IDs: true, History: 300, Status: true}

// withFaults returns a broker that can be lost, with the Backplanes that connect to it.
func withFaults(can Abilities, connect func(*line) hub.Backplane) Broker {
	b := newBroker()
	return Broker{
		New: func(testing.TB) hub.Backplane { return connect(b.connect()) },
		Can: can,
		Faults: []Fault{
			{Name: "killed", Disconnects: true, Break: b.kill, Mend: b.start},
			{Name: "wiped", Disconnects: true, Forgets: true, Break: b.wipe, Mend: b.start},
			{Name: "failed over", Disconnects: true, Break: b.failOver},
			{Name: "failed over to a replica that is behind", Disconnects: true, Forgets: true, Prepare: b.hold, Break: b.failOver},
			{Name: "paused", Break: b.pause, Mend: b.resume},
		},
	}
}

// A broker that is lost passes, and so does one that numbers nothing and knows no IDs.
func TestFaults(t *testing.T) {
	t.Run("with all", func(t *testing.T) { Run(t, withFaults(all, func(l *line) hub.Backplane { return l })) })
	t.Run("with nothing", func(t *testing.T) {
		Run(t, withFaults(Abilities{Order: true}, func(l *line) hub.Backplane { return plain{l} }))
	})
}
