package hub_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Block never closes a subscriber that reads: whoever waits for room hears of it, whenever it is made. In the bubble a
// lost wake-up takes all of Patience.
func TestHubBlockLosesNoWakeUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const messages = 1000
		h := &hub.Hub{MaxQueue: 1, Full: hub.Block}
		s, c := connectTo(t, h)
		join(t, s, "a", fromTheStart)
		begin := time.Now()
		var publishing sync.WaitGroup
		publishing.Go(func() {
			m := hub.Message{Type: websocket.Binary, Data: make([]byte, 32<<10)}
			for range messages {
				if _, err := h.Publish(t.Context(), "a", m); err != nil {
					t.Error(err)
				}
			}
		})
		for n := range messages {
			if _, _, err := c.Read(t.Context()); err != nil {
				t.Errorf("message %d: %v; %v", n, err, s.Err())
				break
			}
		}
		publishing.Wait()
		if d := time.Since(begin); d != 0 {
			t.Errorf("it took %v", d)
		}
	})
}

// Block goes on when there is room.
func TestHubBlockWaitsForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := numbered(&hub.Hub{MaxQueue: 1, Full: hub.Block})
		_, c := deaf(t, h, "a")
		const messages = 200
		var publishing sync.WaitGroup
		publishing.Go(func() {
			for n := range messages {
				publish(t, h, "a", fmt.Sprint(n))
			}
		})
		synctest.Wait()
		if n := h.Stats().Queued; n != 1 {
			t.Errorf("%d queued", n)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := h.Publish(ctx, "a", hub.Message{Type: websocket.Text}); err != context.DeadlineExceeded {
			t.Errorf("published out of turn: %v", err)
		}
		got, err := afterStuffing(t, c)
		for n, m := range got {
			if words([]string{m}) != fmt.Sprint(n) {
				t.Fatalf("message %d is %q", n, m)
			}
		}
		if len(got) != messages || err != nil {
			t.Errorf("%d messages, %v", len(got), err)
		}
		publishing.Wait()
	})
}

// Those who have to be waited for are waited for together.
func TestHubBlockWaitsTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := numbered(&hub.Hub{MaxQueue: 1, Full: hub.Block, Patience: time.Second})
		for range 10 {
			deaf(t, h, "a")
		}
		begin := time.Now()
		for n := range 4 {
			publish(t, h, "a", fmt.Sprint(n))
			synctest.Wait()
		}
		if d := time.Since(begin); d != time.Second || h.Stats().Closed != 10 {
			t.Errorf("held up for %v, %d closed", d, h.Stats().Closed)
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
