package nats

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/hub"
	broker "github.com/seed372fb791/rfc6455/hub/nats"
	"github.com/seed372fb791/rfc6455/websocket"
)

// A process that stands still while more comes than it has room for: Core drops what waits, and says so in its place.
func TestSlowCore(t *testing.T) {
	s := startEmbedded(t)
	b, r := newCore(t, connect(t, s.ClientURL())), newReceiver()
	stuff(t, b, r)
	notes := r.await(t, "a: last")
	first, lost := slices.Index(notes, "a: first"), slices.IndexFunc(notes, func(s string) bool { return strings.Contains(s, "too slow") })
	if first != 1 || lost < first || notes[lost+1] != "a subscribed" {
		t.Errorf("%d messages have come, and the loss is told in place %d: %.300q", len(notes), lost, notes)
	}
}

// JetStream has what the process has no room for.
func TestSlowJetStream(t *testing.T) {
	s := startEmbedded(t)
	b, r := newJetStream(t, connect(t, s.ClientURL()), broker.StreamOptions{}), newReceiver()
	stuff(t, b, r)
	notes := slices.DeleteFunc(r.await(t, "a: last"), func(s string) bool { return !strings.HasPrefix(s, "a: ") })
	if len(notes) != stuffed+2 || notes[0] != "a: first" {
		t.Errorf("%d of %d messages have come: %.300q", len(notes), stuffed+2, notes)
	}
}

// stuffed is how many messages of a MiB stuff publishes, besides a first and a last one.
const stuffed = 70

// stuff publishes while r stands still.
func stuff(t *testing.T, b hub.Backplane, r *receiver) {
	t.Helper()
	t.Cleanup(func() {
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	publish := func(data []byte) {
		t.Helper()
		if _, err := b.Publish(t.Context(), "a", hub.Message{Type: websocket.Text, Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Subscribe(t.Context(), r, "a"); err != nil {
		t.Fatal(err)
	}
	publish([]byte("first"))
	r.await(t, "a: first")
	r.held.Lock()
	large := []byte(strings.Repeat("x", maxData))
	for range stuffed {
		publish(large)
	}
	r.held.Unlock()
	publish([]byte("last"))
}
