package nats

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/seed372fb791/rfc6455/hub"
	broker "github.com/seed372fb791/rfc6455/hub/nats"
	"github.com/seed372fb791/rfc6455/websocket"
)

// The newest of many messages come, whatever lies between.
func TestNewest(t *testing.T) {
	const n = 700
	s := startEmbedded(t)
	b := newJetStream(t, connect(t, s.ClientURL()), broker.StreamOptions{Keep: 2 * n})
	defer b.Close(context.Background())
	var at []hub.Position
	for i := range n {
		p, err := b.Publish(t.Context(), "a", hub.Message{Type: websocket.Text, Data: fmt.Append(nil, i)})
		if err != nil {
			t.Fatal(err)
		}
		at = append(at, p)
		for range i % 3 { // others
			if _, err := b.Publish(t.Context(), "b", hub.Message{Type: websocket.Text}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, after := range []int{-1, 0, 1, 100, n - 300, n - 11, n - 1} {
		for _, limit := range []int{0, 1, 10, 255, 256, 257, n, n + 1} {
			since := hub.Position{}
			if after >= 0 {
				since = at[after]
			}
			m, end, err := b.History(t.Context(), "a", since, limit)
			all := n - 1 - after
			want := min(all, limit)
			if len(m) != want || end != at[n-1] {
				t.Errorf("after message %d, limit %d: %d messages up to %v, want %d up to %v", after, limit, len(m), end, want, at[n-1])
				continue
			}
			for i, m := range m {
				if k := n - want + i; string(m.Data) != fmt.Sprint(k) || m.At != at[k] {
					t.Fatalf("after message %d, limit %d: message %d is %q at %v, want %d", after, limit, i, m.Data, m.At, k)
				}
			}
			if gap := errors.Is(err, hub.ErrGap); gap != (after >= 0 && all > limit) || err != nil && !gap {
				t.Errorf("after message %d, limit %d: %v", after, limit, err)
			}
		}
	}
}
