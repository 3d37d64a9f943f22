package redis

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// receiver is one that writes down what it is told: "subscribed", "lost", and the Data of messages.
type receiver struct {
	told chan string
	at   hub.Position // of Subscribed, behind told
}

func newReceiver() *receiver { return &receiver{told: make(chan string, 1000)} }

func (r *receiver) Subscribed(_ string, at hub.Position) { r.at = at; r.told <- "subscribed" }

func (r *receiver) Lost(_ string, cause error) { r.told <- "lost" }

func (r *receiver) Deliver(_ string, m ...hub.Message) {
	for _, m := range m {
		r.told <- string(m.Data)
	}
}

// expect waits for what has to come next.
func (r *receiver) expect(t *testing.T, want ...string) {
	t.Helper()
	for _, want := range want {
		select {
		case got := <-r.told:
			if got != want {
				t.Fatalf("the Receiver is told %q, want %q", got, want)
			}
		case <-time.After(patience):
			t.Fatalf("the Receiver is not told %q", want)
		}
	}
}

// subscribe subscribes, which has to succeed.
func subscribe(t *testing.T, b hub.Backplane, topics ...string) *receiver {
	t.Helper()
	r := newReceiver()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := b.Subscribe(ctx, r, topics...); err != nil {
		t.Fatal(err)
	}
	for range topics {
		r.expect(t, "subscribed")
	}
	return r
}

// publish publishes texts, which has to succeed.
func publish(t *testing.T, b hub.Backplane, topic string, texts ...string) (at hub.Position) {
	t.Helper()
	for _, s := range texts {
		var err error
		if at, err = b.Publish(t.Context(), topic, text(s)); err != nil {
			t.Fatal(err)
		}
	}
	return at
}

func text(s string) hub.Message { return hub.Message{Type: websocket.Text, Data: []byte(s)} }

// expectHistory checks what is kept after a position.
func expectHistory(t *testing.T, b hub.Backplane, topic string, since hub.Position, wantErr error, want ...string) {
	t.Helper()
	m, _, err := b.(hub.Rememberer).History(t.Context(), topic, since, 100)
	var got []string
	for _, m := range m {
		got = append(got, string(m.Data))
	}
	if err != wantErr || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("History after %q is %q, %v; want %q, %v", since, got, err, want, wantErr)
	}
}
