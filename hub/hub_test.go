package hub_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// numbered has clients get "topic position data" and "topic gap".
func numbered(h *hub.Hub) *hub.Hub {
	h.Prepare = func(topic string, m hub.Message) *websocket.PreparedMessage {
		return text(fmt.Sprintf("%s %s %s", topic, m.At, m.Data))
	}
	h.Gap = func(_ *hub.Subscriber, topic string) *websocket.PreparedMessage { return text(topic + " gap") }
	return h
}

func text(s string) *websocket.PreparedMessage {
	p, err := websocket.Prepare(websocket.Text, []byte(s))
	if err != nil {
		panic(err)
	}
	return p
}

// fromTheStart asks for all that is remembered.
var fromTheStart hub.Position

// connectTo returns a subscriber and its client. Both connections end with the test.
func connectTo(t *testing.T, h *hub.Hub) (*hub.Subscriber, *websocket.Conn) {
	s, c := websocket.Pipe(websocket.Options{}, websocket.Options{Keepalive: -1})
	ctx, cancel := context.WithCancel(context.Background())
	var handling sync.WaitGroup
	handling.Go(func() {
		defer cancel()
		for {
			if _, _, err := s.Read(ctx); err != nil {
				break
			}
		}
		s.Close(context.Background(), websocket.CloseNormal, "")
	})
	t.Cleanup(func() {
		c.CloseNow()
		handling.Wait()
		if err := h.Close(context.Background()); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return h.Subscriber(ctx, s), c
}

func join(t *testing.T, s *hub.Subscriber, topic string, after hub.Position) {
	t.Helper()
	if _, err := s.Join(t.Context(), topic, after); err != nil {
		t.Fatalf("join %s: %v", topic, err)
	}
}

func tryJoin(ctx context.Context, s *hub.Subscriber, topic string) error {
	_, err := s.Join(ctx, topic, fromTheStart)
	return err
}

func publish(t *testing.T, h *hub.Hub, topic, data string) {
	t.Helper()
	publishKey(t, h, topic, "", data)
}

func publishKey(t *testing.T, h *hub.Hub, topic, key, data string) {
	t.Helper()
	m := hub.Message{Type: websocket.Text, Key: key, Data: []byte(data)}
	if _, err := h.Publish(t.Context(), topic, m); err != nil {
		t.Errorf("publish: %v", err)
	}
}

// received returns the messages that a client gets until none comes any more. It is for bubbles of synctest.
func received(t *testing.T, c *websocket.Conn) (all []string, end error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	for {
		_, p, err := c.Read(ctx)
		if err != nil {
			if ctx.Err() != nil {
				err = nil
			}
			return all, err
		}
		all = append(all, string(p))
	}
}

// words returns the last word of each message.
func words(all []string) string {
	var s []string
	for _, m := range all {
		s = append(s, m[strings.LastIndexByte(m, ' ')+1:])
	}
	return strings.Join(s, " ")
}

// place returns the position of a message.
func place(t *testing.T, message string) hub.Position {
	t.Helper()
	words := strings.Split(message, " ")
	if len(words) < 3 {
		t.Fatalf("%q has no position", message)
	}
	at, err := hub.ParsePosition(words[1])
	if err != nil {
		t.Fatalf("%q: %v", message, err)
	}
	return at
}

func number(t *testing.T, message string) uint64 {
	t.Helper()
	return place(t, message).Seq
}

func TestHubHasOneOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := numbered(&hub.Hub{MaxQueue: 1000})
		var clients []*websocket.Conn
		for range 4 {
			s, c := connectTo(t, h)
			join(t, s, "a", fromTheStart)
			join(t, s, "b", fromTheStart)
			clients = append(clients, c)
		}
		const each = 50
		var publishers sync.WaitGroup
		for i := range 4 {
			publishers.Go(func() {
				for n := range each {
					publish(t, h, "a", fmt.Sprintf("%d.%d", i, n))
					publish(t, h, "b", fmt.Sprintf("%d.%d", i, n))
				}
			})
		}
		publishers.Wait()
		var first []string
		for i, c := range clients {
			got, _ := received(t, c)
			slices.SortStableFunc(got, func(a, b string) int { return strings.Compare(a[:1], b[:1]) })
			switch {
			case i == 0:
				first = got
			case !slices.Equal(got, first):
				t.Errorf("client %d: %q, client 0: %q", i, got, first)
			}
		}
		for i := 1; i < len(first); i++ {
			if first[i][0] == first[i-1][0] && number(t, first[i]) != number(t, first[i-1])+1 {
				t.Errorf("%q comes after %q", first[i], first[i-1])
			}
		}
		if len(first) != 2*4*each {
			t.Errorf("%d messages", len(first))
		}
	})
}

func plus(n int) func(hub.Position) hub.Position {
	return func(p hub.Position) hub.Position { return hub.Position{Epoch: p.Epoch, Seq: uint64(int(p.Seq) + n)} }
}

// Who joins gets what it asks for, and is told if that is not there any more.
func TestHubResumes(t *testing.T) {
	const old, last = "1 2 3 4 5 6 7", "7"
	for _, test := range []struct {
		name    string
		history int
		after   func(first hub.Position) hub.Position // that of "1"
		want    string
	}{
		{"all", 3, func(hub.Position) hub.Position { return fromTheStart }, "5 6 7 8"},
		{"nothing", 3, func(hub.Position) hub.Position { return hub.NoHistory }, "8"},
		{"some", 3, plus(5), "7 8"},
		{"just all", 3, plus(3), "5 6 7 8"},
		{"up to date", 3, plus(6), "8"},
		{"one too old", 3, plus(2), "gap 5 6 7 8"},
		{"another life", 3, func(hub.Position) hub.Position { return hub.Position{Epoch: "another", Seq: 5} }, "gap 5 6 7 8"},
		{"ahead", 3, plus(7), ""},
		{"no history, up to date", 0, plus(6), "8"},
		{"no history, too old", 0, plus(5), "gap 8"},
		{"no history", 0, func(hub.Position) hub.Position { return fromTheStart }, "8"},
		{"a long history", 10, plus(-1), "1 2 3 4 5 6 7 8"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := numbered(&hub.Hub{History: test.history})
				s, c := connectTo(t, h)
				join(t, s, "a", fromTheStart)
				for _, data := range strings.Fields(old) {
					publish(t, h, "a", data)
				}
				got, _ := received(t, c)
				late, lateClient := connectTo(t, h)
				join(t, late, "a", test.after(place(t, got[0])))
				publish(t, h, "a", "8")
				if got, _ := received(t, lateClient); words(got) != test.want {
					t.Errorf("got %q, want %q", words(got), test.want)
				}
			})
		})
	}
}

// Who joins while others publish misses nothing and gets nothing twice.
func TestHubJoinsWithoutGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := numbered(&hub.Hub{History: 1000, MaxQueue: 1000})
		const messages = 400
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				for n := range messages / 4 {
					publish(t, h, "a", fmt.Sprintf("%d.%d", i, n))
				}
			})
		}
		for range 20 {
			all.Go(func() {
				var last hub.Position
				for got := 0; got < messages; {
					s, c := connectTo(t, h)
					join(t, s, "a", last)
					for range rand.IntN(messages / 4) {
						if got == messages {
							break
						}
						_, p, err := c.Read(t.Context())
						if err != nil {
							t.Error(err)
							return
						}
						at := place(t, string(p))
						if !last.IsZero() && at.Seq != last.Seq+1 {
							t.Errorf("%v after %v", at, last)
						}
						last = at
						got++
					}
					c.CloseNow()
				}
			})
		}
		all.Wait()
	})
}

// deaf returns the client of a subscriber of topic whose connection takes nothing more, how many messages of the
// topic it has taken and those that are with the goroutine that writes.
func deaf(t *testing.T, h *hub.Hub, topic string) (*hub.Subscriber, *websocket.Conn) {
	s, c := connectTo(t, h)
	join(t, s, topic, hub.NoHistory)
	stuffing := make([]byte, 300<<10) // more than there is room for between the ends
	go s.Conn().Write(context.Background(), websocket.Binary, stuffing)
	synctest.Wait()
	return s, c
}

// afterStuffing returns what a client gets that has been deaf.
func afterStuffing(t *testing.T, c *websocket.Conn) ([]string, error) {
	t.Helper()
	got, err := received(t, c)
	if len(got) == 0 || len(got[0]) != 300<<10 {
		t.Fatalf("no stuffing: %.100q, %v", got, err)
	}
	return got[1:], err
}

func closedWith(err error) websocket.CloseCode {
	var end *websocket.CloseError
	if !errors.As(err, &end) {
		return 0
	}
	return end.Code
}

// A subscriber that does not read holds up nobody, and what becomes of it is up to the policy. The first message is
// always with the goroutine that writes.
func TestHubPolicies(t *testing.T) {
	const maxQueue = 3
	for _, test := range []struct {
		name      string
		policy    hub.Policy
		published string // of one letter with a key, that is its key
		want      string // what the deaf one gets
		dropped   int64
		cut       bool
	}{
		{"close, full", hub.CloseSlow, "1a 2b 3c 4d", "1a 2b 3c 4d", 0, false},
		{"close", hub.CloseSlow, "1a 2b 3c 4d 5e 6f", "", 0, true},
		{"close, by key", hub.CloseSlow, "1a 2b 3c 4b 5c 6b", "1a 5c 6b", 0, false},
		{"drop, full", hub.DropOldest, "1a 2b 3c 4d", "1a 2b 3c 4d", 0, false},
		{"drop", hub.DropOldest, "1a 2b 3c 4d 5e 6f", "1a gap 4d 5e 6f", 2, false},
		{"drop, by key", hub.DropOldest, "1a 2b 3c 4b 5d 6e", "1a gap 4b 5d 6e", 1, false},
		{"block", hub.Block, "1a 2b 3c 4d 5e 6f", "", 0, true},
		{"block, by key", hub.Block, "1a 2b 3c 4b 5c 6b", "1a 5c 6b", 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := numbered(&hub.Hub{MaxQueue: maxQueue, Full: test.policy, Patience: time.Second})
				s, c := deaf(t, h, "a")
				other, reader := connectTo(t, h)
				join(t, other, "a", fromTheStart)
				begin := time.Now()
				for _, data := range strings.Fields(test.published) {
					publishKey(t, h, "a", data[1:], data)
					synctest.Wait()
				}
				var held time.Duration
				if test.cut && test.policy == hub.Block {
					held = time.Second
				}
				if d := time.Since(begin); d != held {
					t.Errorf("held up for %v, want %v", d, held)
				}
				if got, err := received(t, reader); words(got) != test.published || err != nil {
					t.Errorf("the reader got %q, %v", words(got), err)
				}
				got, err := afterStuffing(t, c)
				if test.cut {
					checkCut(t, h, s, "Hub.MaxQueue", err)
				} else if words(got) != test.want {
					t.Errorf("got %q, want %q", words(got), test.want)
				}
				if n := h.Stats().Dropped; n != test.dropped {
					t.Errorf("%d dropped", n)
				}
				if n := h.Stats().Queued; n != 0 {
					t.Errorf("%d queued", n)
				}
			})
		})
	}
}

// What waits of a topic is dropped with leaving it, and its room is there again.
func TestHubLeaveDropsWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := numbered(&hub.Hub{MaxQueue: 4, History: 50})
		s, c := deaf(t, h, "a")
		join(t, s, "b", fromTheStart)
		publish(t, h, "a", "1") // with the goroutine that writes
		synctest.Wait()
		publish(t, h, "a", "2")
		publish(t, h, "b", "3")
		publish(t, h, "a", "4")
		publish(t, h, "b", "5")
		s.Leave("a")
		publish(t, h, "a", "6")
		for range 100 { // the history does not count for the queue, and goes when the topic does
			join(t, s, "a", fromTheStart)
			s.Leave("a")
		}
		if n := h.Stats().Queued; n != 2 {
			t.Errorf("%d queued", n)
		}
		join(t, s, "a", fromTheStart)
		publish(t, h, "b", "7")
		if got, err := afterStuffing(t, c); words(got) != "1 3 5 1 2 4 6 7" || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

// Nor is who has left told of a gap.
func TestHubLeaveForgetsGaps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := numbered(&hub.Hub{MaxQueue: 1, Full: hub.DropOldest})
		s, c := deaf(t, h, "a")
		join(t, s, "b", fromTheStart)
		publish(t, h, "a", "1") // with the goroutine that writes
		synctest.Wait()
		publish(t, h, "a", "2")
		publish(t, h, "b", "3")
		publish(t, h, "a", "4")
		s.Leave("a")
		if got, err := afterStuffing(t, c); words(got) != "1 gap" || got[1] != "b gap" || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

func TestHubLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hub.Hub{MaxTopics: 3, MaxJoined: 2, History: 1}
		s, _ := connectTo(t, h)
		other, _ := connectTo(t, h)
		join(t, s, "a", fromTheStart)
		join(t, s, "a", fromTheStart)
		join(t, s, "b", fromTheStart)
		join(t, other, "c", fromTheStart)
		_, publishing := h.Publish(t.Context(), "d", hub.Message{Type: websocket.Text})
		for _, test := range []struct {
			err    error
			option string
		}{
			{tryJoin(t.Context(), s, "c"), "Hub.MaxJoined"},
			{tryJoin(t.Context(), other, "d"), "Hub.MaxTopics"},
			{publishing, "Hub.MaxTopics"},
		} {
			var limit *hub.Error
			if !errors.As(test.err, &limit) || limit.Option != test.option {
				t.Errorf("%v instead of %s", test.err, test.option)
			}
		}
		s.Leave("b")
		join(t, s, "c", fromTheStart)
		s.Close()
		if _, err := s.Join(t.Context(), "a", fromTheStart); err != websocket.ErrClosed {
			t.Errorf("joined after Close: %v", err)
		}
		var refused *websocket.SendError
		if _, err := h.Publish(t.Context(), "a", hub.Message{Type: websocket.Text, Data: []byte{0xff}}); !errors.As(err, &refused) {
			t.Errorf("published what is no text: %v", err)
		}
	})
}

// Topics end when they have lingered, and do not use a number again: who comes back with the last one is told of a gap
// only if there was a message meanwhile that nobody remembers.
func TestHubTopicsEnd(t *testing.T) {
	for history, back := range []string{"gap x", "y x"} {
		synctest.Test(t, func(t *testing.T) {
			h := numbered(&hub.Hub{History: history, Linger: time.Minute})
			visit := func(after hub.Position, want string) hub.Position {
				t.Helper()
				s, c := connectTo(t, h)
				join(t, s, "a", after)
				publish(t, h, "a", "x")
				got, _ := received(t, c)
				if words(got) != want {
					t.Errorf("history %d, after %v: got %q, want %q", history, after, got, want)
				}
				at := place(t, got[len(got)-1])
				if at.Seq <= after.Seq {
					t.Errorf("%v after %v", at, after)
				}
				for i, topics := range []int{1, 0} {
					s.Leave("a")
					time.Sleep(time.Duration(i) * time.Minute)
					synctest.Wait()
					if n := h.Stats().Topics; n != topics {
						t.Errorf("%d topics, want %d", n, topics)
					}
				}
				return at
			}
			at := visit(fromTheStart, "x")
			at = visit(at, "x")
			publish(t, h, "a", "y")
			visit(at, back)
		})
	}
}

// A history is kept while it is used: by publishing too.
func TestHubHistoryStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := numbered(&hub.Hub{History: 2, Linger: time.Minute})
		for n := range 5 {
			publish(t, h, "a", fmt.Sprint(n))
			time.Sleep(59 * time.Second)
		}
		s, c := connectTo(t, h)
		join(t, s, "a", fromTheStart)
		if got, _ := received(t, c); words(got) != "3 4" {
			t.Errorf("got %q", got)
		}
	})
}
