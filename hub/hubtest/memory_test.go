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
