//go:build !race

package load

import (
	"runtime"
	"testing"
	"time"
)

// Not under the race detector: there, pools drop what they hold at random.
func TestMessagesAllocateNothing(t *testing.T) {
	url := echoServer(t)
	for name, change := range map[string]func(*Load){
		"closed loop":    func(*Load) {},
		"in a pipeline":  func(l *Load) { l.Pipeline = 16 },
		"open loop":      func(l *Load) { l.Rate = 20_000 },
		"large messages": func(l *Load) { l.Size = smallFlight + 1 },
	} {
		t.Run(name, func(t *testing.T) {
			l := through(url, 0)
			l.Conns, l.Duration = 4, 300*time.Millisecond
			change(&l)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			r := l.Run(t.Context())
			runtime.ReadMemStats(&after)
			// Some thousand are for connections, histograms and the result.
			if n := after.Mallocs - before.Mallocs; float64(n) > 3000+0.02*float64(r.Messages.Sent) {
				t.Errorf("%d allocations for %d messages", n, r.Messages.Sent)
			}
		})
	}
}
