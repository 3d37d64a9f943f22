package hub_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// With Close a Hub is subscribed to nothing, its subscribers have left, and its methods say so.
func TestHubCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b broker
		h := numbered(&hub.Hub{Backplane: b.connect()})
		var told []string
		h.Left = func(_ *hub.Subscriber, topic string) { told = append(told, topic) }
		s, c := connectTo(t, h)
		join(t, s, "a", fromTheStart)
		for range 2 {
			if err := h.Close(t.Context()); err != nil {
				t.Errorf("closed: %v", err)
			}
		}
		synctest.Wait()
		if len(told) != 1 || s.Err() != websocket.ErrClosed || b.lines[0].isSubscribed("a") || h.Stats().Topics != 0 {
			t.Errorf("told %q, %v, %+v", told, s.Err(), h.Stats())
		}
		_, publishing := h.Publish(t.Context(), "a", hub.Message{Type: websocket.Text})
		another := h.Subscriber(t.Context(), s.Conn())
		for what, err := range map[string]error{"publish": publishing, "join": tryJoin(t.Context(), another, "a")} {
			if !errors.Is(err, net.ErrClosed) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := s.Conn().Write(t.Context(), websocket.Text, []byte("1")); err != nil {
			t.Errorf("the connection: %v", err)
		}
		if got, _ := received(t, c); words(got) != "1" {
			t.Errorf("got %q", got)
		}
	})
}

// Close lets those go who wait for the backplane, and ends the reading of histories.
func TestHubClosesWhileJoining(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &slowScript{script: script{first: scripted("e0").At}, read: make(chan struct{})}
		h := &hub.Hub{Backplane: b, History: 10}
		s, _ := connectTo(t, h)
		joining := make(chan error)
		go func() { joining <- tryJoin(t.Context(), s, "a") }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := h.Close(ctx); err != context.DeadlineExceeded {
			t.Errorf("closed while a history is read: %v", err)
		}
		if err := <-joining; !errors.Is(err, net.ErrClosed) {
			t.Errorf("joined: %v", err)
		}
		close(b.read)
	})
}

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

// Under Block messages that others have published have twice the room, and end who has none.
func TestHubBlockBoundsOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &script{first: scripted("e0").At}
		h := &hub.Hub{Backplane: b, MaxQueue: 2, Full: hub.Block}
		s, _ := deaf(t, h, "a")
		for i, line := range []string{"del e1", "del e2", "del e3", "del e4", "del e5", "del e6"} { // one is being written
			b.do(t, line)
			if err := s.Err(); (err != nil) != (i == 5) {
				t.Errorf("after %s: %v", line, err)
			}
		}
	})
}

// What waits for a history is not the backplane's memory.
func TestHubCopiesWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &slowScript{script: script{first: scripted("e0").At}, read: make(chan struct{})}
		h := numbered(&hub.Hub{Backplane: b, History: 10})
		s, c := connectTo(t, h)
		joining := make(chan error)
		go func() { joining <- tryJoin(t.Context(), s, "a") }()
		synctest.Wait()
		m := scripted("e1")
		b.to.Deliver("a", m)
		copy(m.Data, "xx")
		close(b.read)
		if err := <-joining; err != nil {
			t.Error(err)
		}
		if got, _ := received(t, c); words(got) != "e1" {
			t.Errorf("got %q", words(got))
		}
	})
}

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
