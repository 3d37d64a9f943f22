//go:build !race

package hub_test

import (
	"context"
	"testing"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// A broadcast to 10,000 subscribers allocates no more than one to a hundred. Not under the race detector: there, pools
// drop what they hold at random.
func TestHubTenThousand(t *testing.T) {
	few, many := broadcastAllocations(t, 100), broadcastAllocations(t, 10_000)
	if many > few {
		t.Errorf("%v allocations for 10,000 subscribers, %v for 100", many, few)
	}
}

func broadcastAllocations(t *testing.T, subscribers int) float64 {
	var h hub.Hub
	for range subscribers {
		s, c := websocket.Pipe(websocket.Options{Keepalive: -1}, websocket.Options{Keepalive: -1})
		t.Cleanup(func() { s.CloseNow(); c.CloseNow() })
		if _, err := h.Subscriber(t.Context(), s).Join(t.Context(), "a", fromTheStart); err != nil {
			t.Fatal(err)
		}
	}
	broadcast := func(size int) {
		m := hub.Message{Type: websocket.Binary, Data: make([]byte, size)}
		if _, err := h.Publish(context.Background(), "a", m); err != nil {
			t.Fatal(err)
		}
	}
	broadcast(1040) // leaves room for more in the Pipe's buffers
	return testing.AllocsPerRun(5, func() { broadcast(1) })
}
