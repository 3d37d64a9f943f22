package hub_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Several topics are joined by one subscription, or none of them.
func TestHubJoinAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &slowBroker{hub.MemoryBackplane{Keep: 10}}
		h := numbered(&hub.Hub{Backplane: b, History: 10, MaxJoined: 100})
		after, last := make(map[string]hub.Position), hub.Position{}
		for i := range 100 {
			topic := fmt.Sprint("topic", i)
			for _, data := range []string{"1", "2"} {
				at, _ := b.Publish(t.Context(), topic, hub.Message{Type: websocket.Text, Data: []byte(data)})
				if after[topic].IsZero() && i%2 == 0 {
					after[topic] = at
				}
				last = at
			}
			if i%2 == 1 {
				after[topic] = hub.NoHistory
			}
		}
		s, c := connectTo(t, h)
		began := time.Now()
		at, err := s.JoinAll(t.Context(), after)
		if took := time.Since(began); err != nil || len(at) != len(after) || took != time.Second {
			t.Errorf("%d joined after %v, %v", len(at), took, err)
		}
		if at["topic99"] != last {
			t.Errorf("joined at %v, want %v", at["topic99"], last)
		}
		if got, _ := received(t, c); words(got) != strings.TrimSpace(strings.Repeat("2 ", 50)) {
			t.Errorf("got %q", words(got))
		}
		other, _ := connectTo(t, h)
		after["one too many"] = fromTheStart
		var full *hub.Error
		if _, err := other.JoinAll(t.Context(), after); !errors.As(err, &full) || full.Option != "Hub.MaxJoined" {
			t.Errorf("joined: %v", err)
		}
		if n := h.Stats().Subscriptions; n != 100 {
			t.Errorf("%d subscriptions", n)
		}
	})
}
