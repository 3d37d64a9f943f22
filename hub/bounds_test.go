package hub_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// The bytes that wait for a subscriber are bounded, with each policy. The first message is always with the goroutine
// that writes.
func TestHubMaxQueueBytes(t *testing.T) {
	const maxBytes = 10
	for _, test := range []struct {
		name      string
		policy    hub.Policy
		published string // those that end with k have it as their key
		want      string // what the deaf one gets
		dropped   int64
		cut       bool
	}{
		{"close, full", hub.CloseSlow, "w aaaaa bbbbb", "w aaaaa bbbbb", 0, false},
		{"close", hub.CloseSlow, "w aaaaa bbbbbb", "", 0, true},
		{"close, a long one", hub.CloseSlow, "w aaaaaaaaaaaaaaa", "w aaaaaaaaaaaaaaa", 0, false},
		{"close, after a long one", hub.CloseSlow, "w aaaaaaaaaaaaaaa b", "", 0, true},
		{"close, before a long one", hub.CloseSlow, "w a bbbbbbbbbbbbbbb", "", 0, true},
		{"close, by key", hub.CloseSlow, "w aaaak bbbbb cccck ddddk", "w bbbbb ddddk", 0, false},
		{"close, by a longer key", hub.CloseSlow, "w aaaak bbbbb cccccck", "", 0, true},
		{"drop, full", hub.DropOldest, "w aaaaa bbbbb", "w aaaaa bbbbb", 0, false},
		{"drop", hub.DropOldest, "w aaaa bbbb cccc", "w gap bbbb cccc", 1, false},
		{"drop for a long one", hub.DropOldest, "w aaaa bbbb ccccccccccccccc", "w gap ccccccccccccccc", 2, false},
		{"drop a long one", hub.DropOldest, "w aaaaaaaaaaaaaaa b", "w gap b", 1, false},
		{"drop, by key", hub.DropOldest, "w aaaak bbbbb ccccccccck", "w gap ccccccccck", 1, false},
		{"block", hub.Block, "w aaaaa bbbbbb c", "", 0, true},
		{"block, a long one", hub.Block, "w aaaaaaaaaaaaaaa", "w aaaaaaaaaaaaaaa", 0, false},
		{"block, by key", hub.Block, "w aaaak bbbbb cccck", "w bbbbb cccck", 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &hub.Hub{MaxQueueBytes: maxBytes, Full: test.policy, Patience: time.Second}
				h.Gap = func(*hub.Subscriber, string) *websocket.PreparedMessage { return text("gap") }
				s, c := deaf(t, h, "a")
				other, reader := connectTo(t, h)
				join(t, other, "a", fromTheStart)
				begin := time.Now()
				for _, data := range strings.Fields(test.published) {
					publishKey(t, h, "a", strings.Trim(data, "abcdw"), data)
					synctest.Wait()
				}
				held := time.Since(begin)
				if want := test.cut && test.policy == hub.Block; want != (held == time.Second) || !want && held != 0 {
					t.Errorf("held up for %v", held)
				}
				if got, err := received(t, reader); words(got) != test.published || err != nil {
					t.Errorf("the reader got %q, %v", words(got), err)
				}
				got, err := afterStuffing(t, c)
				if test.cut {
					checkCut(t, h, s, "Hub.MaxQueueBytes", err)
				} else if words(got) != test.want {
					t.Errorf("got %q, want %q", words(got), test.want)
				}
				if stats := h.Stats(); stats.Dropped != test.dropped || stats.Queued != 0 || stats.QueuedBytes != 0 {
					t.Errorf("%+v", stats)
				}
			})
		})
	}
}

// Without a word of the application, a subscriber that does not read has 1 MiB wait for it, and a topic keeps as much.
// What counts is what is sent, not what was published.
func TestHubBoundsMemory(t *testing.T) {
	const clients, mib = 16, 1 << 20
	synctest.Test(t, func(t *testing.T) {
		h := &hub.Hub{Full: hub.DropOldest, History: 1000, Linger: time.Second}
		h.Prepare = func(_ string, m hub.Message) *websocket.PreparedMessage {
			return text(string(m.Data) + strings.Repeat(".", 100<<10-1))
		}
		for i := range clients {
			deaf(t, h, fmt.Sprint(i))
		}
		for range 20 {
			for i := range clients {
				publish(t, h, fmt.Sprint(i), "m")
			}
		}
		if n := h.Stats().QueuedBytes; n != clients*10*100<<10 {
			t.Errorf("%d bytes wait", n)
		}
		s, c := connectTo(t, h)
		join(t, s, "0", fromTheStart)
		if got, err := received(t, c); len(got) != mib/(100<<10) || err != nil {
			t.Errorf("a history of %d messages, %v", len(got), err)
		}
	})
}

// The bytes of a history are bounded.
func TestHubMaxHistoryBytes(t *testing.T) {
	for _, test := range []struct{ published, want string }{
		{"aaaaa bbbbb", "aaaaa bbbbb"},
		{"aaaaa bbbbb c", "bbbbb c"},
		{"aaaa bbbb cccc dddd", "cccc dddd"},
		{"a bbbbbbbbbbbbbbb", "bbbbbbbbbbbbbbb"},
		{"aaaaaaaaaaaaaaa b", "b"},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := &hub.Hub{History: 100, MaxHistoryBytes: 10, Linger: time.Second}
			h.Gap = func(*hub.Subscriber, string) *websocket.PreparedMessage { return text("gap") }
			for _, data := range strings.Fields(test.published) {
				publish(t, h, "a", data)
			}
			for after, gap := range map[hub.Position]string{fromTheStart: "", {Epoch: "another", Seq: 1}: "gap "} {
				s, c := connectTo(t, h)
				join(t, s, "a", after)
				if got, _ := received(t, c); words(got) != gap+test.want {
					t.Errorf("%s: got %q, want %q", test.published, words(got), gap+test.want)
				}
				s.Close()
			}
		})
	}
}

// A subscriber gets histories only as fast as it reads them: Join waits.
func TestHubJoinWaitsForHistories(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hub.Hub{History: 100, Linger: time.Hour, MaxQueueBytes: 10}
		const topics, all = "abcdefgh", 8 * 10
		for _, topic := range topics {
			publish(t, h, string(topic), "....."+string(topic))
			publish(t, h, string(topic), "....")
		}
		s, c := deaf(t, h, "z")
		join(t, s, "a", fromTheStart) // it is with the goroutine that writes
		synctest.Wait()
		join(t, s, "b", fromTheStart)

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.Join(ctx, "new", fromTheStart); err != context.DeadlineExceeded {
			t.Errorf("joined: %v", err)
		}
		ended := make(chan error)
		for _, topic := range topics[2:] {
			go func() { ended <- tryJoin(t.Context(), s, string(topic)) }()
		}
		synctest.Wait()
		publish(t, h, "z", "1234567890") // has room all the same
		if n := h.Stats().QueuedBytes; n != 20 || h.Count("c") != 0 {
			t.Errorf("%d bytes wait, %d joined", n, h.Count("c"))
		}
		got, err := afterStuffing(t, c)
		for range topics[2:] {
			if err := <-ended; err != nil {
				t.Errorf("join: %v", err)
			}
		}
		more, _ := received(t, c)
		if got = append(got, more...); len(strings.Join(got, "")) != all+10 || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
		s.Close()
		time.Sleep(time.Hour)
		synctest.Wait()
		if s := h.Stats(); s.Topics != 0 {
			t.Errorf("left: %+v", s)
		}
	})
}

// Who waits to join is let go with the end of the subscriber.
func TestHubJoinWaitsNoLongerThanTheSubscriber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hub.Hub{History: 1, Linger: time.Second, MaxQueueBytes: 1}
		s, _ := deaf(t, h, "z")
		for _, topic := range []string{"a", "b"} {
			publish(t, h, topic, "....")
			join(t, s, topic, fromTheStart)
			synctest.Wait()
		}
		time.AfterFunc(time.Second, s.Close)
		if _, err := s.Join(t.Context(), "c", fromTheStart); err != websocket.ErrClosed {
			t.Errorf("joined: %v", err)
		}
		for _, topic := range []string{"a", "b", "c", "z"} {
			if n := h.Count(topic); n != 0 {
				t.Errorf("%d in %s", n, topic)
			}
		}
	})
}

// checkCut checks the end of a connection that was closed for being behind.
func checkCut(t *testing.T, h *hub.Hub, s *hub.Subscriber, option string, err error) {
	t.Helper()
	if closedWith(err) != websocket.CloseTryAgainLater {
		t.Errorf("the client's connection ended with %v", err)
	}
	var limit *hub.Error
	if !errors.As(s.Err(), &limit) || limit.Option != option {
		t.Errorf("the subscriber ended with %v", s.Err())
	}
	if h.Stats().Closed != 1 || h.Count("a") != 1 {
		t.Errorf("%+v, %d left", h.Stats(), h.Count("a"))
	}
}

// A queue holds no message that has been written, also while others wait behind it.
func TestHubQueueForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const messages, read = 40, 20
		var sent []weak.Pointer[websocket.PreparedMessage]
		h := &hub.Hub{}
		h.Prepare = func(_ string, m hub.Message) *websocket.PreparedMessage {
			p := text(string(m.Data))
			sent = append(sent, weak.Make(p))
			return p
		}
		_, c := deaf(t, h, "a")
		data := strings.Repeat(".", 20<<10)
		for range messages {
			publish(t, h, "a", data)
			synctest.Wait()
		}
		for range 1 + read { // the stuffing too
			if _, _, err := c.Read(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		runtime.GC()
		for i, p := range sent[:read] {
			if p.Value() != nil {
				t.Errorf("message %d is held", i)
			}
		}
		if n := h.Stats().Queued; n == 0 {
			t.Error("nothing waits")
		}
	})
}
