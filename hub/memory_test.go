package hub_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// A message is known by its ID for 2 minutes, in its topic.
func TestMemoryBackplaneKnowsIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := hub.MemoryBackplane{Keep: 10}
		publish := func(topic, id string) hub.Position {
			at, err := b.Publish(t.Context(), topic, hub.Message{ID: id})
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		first := publish("a", "1")
		for i, again := range []hub.Position{publish("a", "1"), publish("a", "2"), publish("a", "")} {
			if (again == first) != (i == 0) {
				t.Errorf("%d: at %v, first at %v", i, again, first)
			}
		}
		publish("b", "1")
		time.Sleep(2*time.Minute + 1)
		if again := publish("a", "1"); again == first {
			t.Errorf("known after two minutes")
		}
		for topic, kept := range map[string]int{"a": 4, "b": 1} {
			if m, _, err := b.History(t.Context(), topic, fromTheStart, 10); len(m) != kept || err != nil {
				t.Errorf("%s: %d kept, %v", topic, len(m), err)
			}
		}
	})
}

// An ID that is too long is an error.
func TestHubMessageID(t *testing.T) {
	var h hub.Hub
	var wrong *hub.Error
	for n, want := range map[int]bool{64: false, 65: true} {
		_, err := h.Publish(t.Context(), "a", hub.Message{ID: strings.Repeat("i", n), Type: websocket.Text})
		if errors.As(err, &wrong) != want {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

// held is a receiver that does not return from Deliver until it may.
type held struct {
	began, end chan struct{}
	got        []string
}

func (h *held) Deliver(_ string, m ...hub.Message) {
	h.began <- struct{}{}
	<-h.end
	for _, m := range m {
		h.got = append(h.got, string(m.Data))
	}
}

func (h *held) Subscribed(string, hub.Position) {}
func (h *held) Lost(string, error)              {}

// Publishers that come while another one has its turn are served together, unless their contexts have ended.
func TestMemoryBackplanePublishesTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b hub.MemoryBackplane
		h := &held{began: make(chan struct{}), end: make(chan struct{})}
		err := b.Subscribe(t.Context(), h, "a")
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		say := func(ctx context.Context, data string, want error) {
			all.Go(func() {
				if _, err := b.Publish(ctx, "a", hub.Message{Data: []byte(data)}); err != want {
					t.Errorf("%s: %v, want %v", data, err, want)
				}
			})
			synctest.Wait()
		}
		first, endFirst := context.WithCancel(t.Context())
		second, endSecond := context.WithCancel(t.Context())
		say(first, "1", nil)
		<-h.began
		say(first, "2", context.Canceled)
		say(second, "3", nil)
		say(t.Context(), "4", nil)
		endFirst()
		say(first, "5", context.Canceled)
		h.end <- struct{}{}
		<-h.began
		endSecond()
		h.end <- struct{}{}
		all.Wait()
		if got := fmt.Sprint(h.got); got != "[1 3 4]" {
			t.Errorf("got %s", got)
		}
		b.Unsubscribe(h, "a")
		b.Unsubscribe(h, "a")
		say(t.Context(), "6", nil) // to nobody
	})
}

// leaving is the context of a publisher that goes away when it begins to wait.
type leaving struct{ context.Context }

func (leaving) Done() <-chan struct{} {
	done := make(chan struct{})
	close(done)
	return done
}

// A publisher that goes away in the moment when its turn comes passes it on.
func TestMemoryBackplanePassesTurnsOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b hub.MemoryBackplane
		h := &held{began: make(chan struct{}, 1000), end: make(chan struct{})}
		err := b.Subscribe(t.Context(), h, "a")
		if err != nil {
			t.Fatal(err)
		}
		defer b.Unsubscribe(h, "a")
		close(h.end)
		const times = 50
		for range times {
			b.Publish(leaving{t.Context()}, "a", hub.Message{}) // is sent, or not
			b.Publish(t.Context(), "a", hub.Message{Data: []byte("x")})
		}
		if got := strings.Join(h.got, ""); got != strings.Repeat("x", times) {
			t.Errorf("got %q", got)
		}
	})
}
