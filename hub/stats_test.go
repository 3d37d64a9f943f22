package hub_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// watched is a backplane that knows about its broker.
type watched struct {
	hub.MemoryBackplane
	tell    func(bool, error)
	stopped int
}

func (b *watched) Watch(f func(bool, error)) (stop func()) {
	b.tell = f
	f(true, nil)
	return func() { b.stopped++ }
}

// The operator hears of the broker, of those who are behind, and can count the rest.
func TestHubSaysHowItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		b := new(watched)
		h := numbered(&hub.Hub{Backplane: b, MaxQueue: 1, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		s, _ := deaf(t, h, "a")
		s.Value = "Ann"
		other, _ := connectTo(t, h)
		join(t, other, "a", fromTheStart)
		b.tell(false, errNoBroker)
		if stats := h.Stats(); stats.Up || stats.Cause != errNoBroker {
			t.Errorf("%+v", stats)
		}
		b.tell(true, nil)
		for range 3 {
			publish(t, h, "a", "x")
			synctest.Wait()
		}
		stats := h.Stats()
		// Of three messages the deaf one has one with the goroutine that writes and one in the queue.
		if !stats.Up || stats.Published != 3 || stats.Delivered != 5 || stats.HandOuts != 3 || stats.Closed != 1 || stats.Subscriptions != 1 {
			t.Errorf("%+v", stats)
		}
		h.Close(t.Context())
		h.Close(t.Context())
		if b.stopped != 1 {
			t.Errorf("the watching was stopped %d times", b.stopped)
		}
		h.Publish(t.Context(), "a", hub.Message{Type: websocket.Text})
		if n := h.Stats().Failed; n != 1 {
			t.Errorf("%d failed", n)
		}
		for _, want := range []string{"broker cannot be reached", "broker is back", "value=Ann", "Hub.MaxQueue"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log does not say %q:\n%s", want, &log)
			}
		}
	})
}
