package nats

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/seed372fb791/rfc6455/hub"
	broker "github.com/seed372fb791/rfc6455/hub/nats"
	"github.com/seed372fb791/rfc6455/websocket"
)

// gate is the way to a server, while its lock is not held.
type gate struct{ sync.Mutex }

func (g *gate) Dial(network, address string) (net.Conn, error) {
	g.Lock()
	defer g.Unlock()
	return net.Dial(network, address)
}

// While a process is away more messages of topic a are published than are kept, and few of b. It goes on where it was,
// and says so: what is missing of a is told, and nothing of b is.
func TestRemoved(t *testing.T) {
	const kept = 10
	s := startEmbedded(t)
	var way gate
	conn := connect(t, s.ClientURL(), nats.SetCustomDialer(&way))
	o := broker.StreamOptions{Keep: kept}
	b, other := newJetStream(t, conn, o), newJetStream(t, connect(t, s.ClientURL()), o)
	for _, b := range []*broker.JetStream{b, other} {
		defer b.Close(context.Background())
	}
	publish := func(topic, data string) hub.Position {
		t.Helper()
		at, err := other.Publish(t.Context(), topic, hub.Message{Type: websocket.Text, Data: []byte(data)})
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	r := newReceiver()
	if err := b.Subscribe(t.Context(), r, "a", "b"); err != nil {
		t.Fatal(err)
	}
	sinceA, sinceB := publish("a", "first"), publish("b", "first")
	r.await(t, "b: first")

	way.Lock()
	if err := conn.ForceReconnect(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Publish(t.Context(), "a", hub.Message{Type: websocket.Text}); err == nil || errors.Is(err, hub.ErrUncertain) {
		t.Errorf("Publish while there is no connection: %v", err)
	}
	for i := range 2 * kept {
		publish("a", fmt.Sprint(i))
	}
	publish("b", "second")
	way.Unlock()

	for topic, last := range map[string]string{"a": fmt.Sprint(2*kept - 1), "b": "second"} {
		notes := slices.DeleteFunc(r.await(t, topic+": "+last), func(s string) bool { return !strings.HasPrefix(s, topic) })
		for i, prefix := range []string{" subscribed", ": first", " lost: ", " subscribed", " lost: websocket: messages were removed", " subscribed"} {
			if !strings.HasPrefix(notes[i], topic+prefix) {
				t.Errorf("note %d of %q is not %q", i, notes, prefix)
			}
		}
	}
	m, _, err := b.History(t.Context(), "a", sinceA, 100)
	if len(m) != kept || !errors.Is(err, hub.ErrGap) {
		t.Errorf("of topic a %d messages are kept, %v, want %d and ErrGap", len(m), err, kept)
	}
	m, _, err = b.History(t.Context(), "b", sinceB, 100)
	if len(m) != 1 || err != nil {
		t.Errorf("of topic b %d messages are new, %v, want 1", len(m), err)
	}
}
