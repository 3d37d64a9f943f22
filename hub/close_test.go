package hub_test

import (
	"context"
	"errors"
	"net"
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
