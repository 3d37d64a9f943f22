package hub_test

import (
	"context"
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

// presence has a hub publish who comes and goes, and how many are there.
func presence(h *hub.Hub) {
	tell := func(what string) func(*hub.Subscriber, string) {
		return func(s *hub.Subscriber, topic string) {
			m := hub.Message{Type: websocket.Text, Data: fmt.Appendf(nil, "%v%s%d", s.Value, what, h.Count(topic))}
			h.Publish(context.Background(), topic, m)
		}
	}
	h.Joined, h.Left = tell("+"), tell("-")
}

func TestHubTellsWhoIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := numbered(&hub.Hub{})
		presence(h)
		var subscribers []*hub.Subscriber
		var clients []*websocket.Conn
		for i := range 5 {
			s, c := connectTo(t, h)
			s.Value = i
			join(t, s, "a", fromTheStart)
			subscribers, clients = append(subscribers, s), append(clients, c)
		}
		var there []string
		for s := range h.Subscribers("a") {
			there = append(there, fmt.Sprint(s.Value))
			if len(there) == 4 {
				break
			}
		}
		if got := strings.Join(there, " "); got != "0 1 2 3" {
			t.Errorf("there are %s", got)
		}
		subscribers[1].Leave("a")
		subscribers[1].Leave("a")
		clients[2].Close(t.Context(), websocket.CloseNormal, "")
		synctest.Wait()
		clients[3].CloseNow()
		synctest.Wait()
		subscribers[4].Close()
		const want = "0+1 1+2 2+3 3+4 4+5 1-4 2-3 3-2 4-1"
		if got, _ := received(t, clients[0]); words(got) != want {
			t.Errorf("got %q, want %q", words(got), want)
		}
		if h.Count("a") != 1 || h.Count("b") != 0 || len(slices.Collect(h.Subscribers("b"))) != 0 {
			t.Errorf("%d are left in a", h.Count("a"))
		}
	})
}

// A hook may join, leave and close: what it does is told when it has returned.
func TestHubHooksMayCallTheHub(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []string
		h := &hub.Hub{}
		h.Joined = func(s *hub.Subscriber, topic string) {
			told = append(told, "+"+topic)
			switch topic {
			case "a":
				join(t, s, "b", fromTheStart)
			case "b":
				s.Leave("a")
				s.Close()
			}
			told = append(told, "end")
		}
		h.Left = func(_ *hub.Subscriber, topic string) { told = append(told, "-"+topic) }
		s, _ := connectTo(t, h)
		s.Join(t.Context(), "a", fromTheStart)
		if got := strings.Join(told, " "); got != "+a end +b end -a -b" {
			t.Errorf("told %s", got)
		}
	})
}

// The hub hears of the end of a connection whose handler does not end.
func TestHubFindsTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := websocket.Pipe(websocket.Options{}, websocket.Options{})
		h := &hub.Hub{}
		left := make(chan string, 1)
		h.Left = func(_ *hub.Subscriber, topic string) { left <- topic }
		join(t, h.Subscriber(context.Background(), s), "a", fromTheStart)
		s.CloseNow()
		c.CloseNow()
		publish(t, h, "a", "")
		if topic := <-left; topic != "a" || h.Count("a") != 0 {
			t.Errorf("left %s, %d are left", topic, h.Count("a"))
		}
	})
}

// Connections end while others publish to them, and hooks publish.
func TestHubUnderConcurrency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := numbered(&hub.Hub{MaxQueue: 2, History: 3, Linger: time.Millisecond})
		presence(h)
		var all sync.WaitGroup
		for i := range 30 {
			all.Go(func() {
				for range 20 {
					s, c := connectTo(t, h)
					s.Value = i
					var using sync.WaitGroup
					for range 3 {
						topic := string('a' + rune(rand.IntN(5)))
						using.Go(func() {
							s.Join(t.Context(), topic, []hub.Position{fromTheStart, {Epoch: "another", Seq: 1}}[rand.IntN(2)])
						})
						using.Go(func() { h.Publish(t.Context(), topic, hub.Message{Type: websocket.Text}) })
						using.Go(func() { s.Leave(topic) })
					}
					switch rand.IntN(4) {
					case 0:
						c.CloseNow()
					case 1:
						s.Conn().CloseNow()
					case 2:
						s.Close()
					}
					using.Wait()
					s.Close()
				}
			})
		}
		all.Wait()
		time.Sleep(time.Second)
		if s := h.Stats(); s.Topics != 0 || s.Subscriptions != 0 || s.Queued != 0 {
			t.Errorf("left: %+v", s)
		}
	})
}
