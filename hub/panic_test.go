package hub_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// record is what is logged during a test.
type record struct {
	mu   sync.Mutex
	text strings.Builder
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

// panics returns how many panics with "oh" have been logged.
func (r *record) panics() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Count(r.text.String(), "hub: oh\n")
}

func recordLog(t *testing.T) *record {
	r := new(record)
	before := log.Writer()
	log.SetOutput(r)
	t.Cleanup(func() { log.SetOutput(before) })
	return r
}

// touchy is a hub whose Prepare panics where it is told to.
func touchy(h *hub.Hub) *hub.Hub {
	numbered(h)
	prepare := h.Prepare
	h.Prepare = func(topic string, m hub.Message) *websocket.PreparedMessage {
		if strings.HasPrefix(string(m.Data), "!") {
			panic(string(m.Data[1:]))
		}
		return prepare(topic, m)
	}
	return h
}

// say publishes messages, and returns what they have panicked with.
func say(h *hub.Hub, messages ...string) (panicked string, err error) {
	var all []hub.Message
	for _, m := range messages {
		all = append(all, hub.Message{Type: websocket.Text, Data: []byte(m)})
	}
	_, err = h.Publish(context.Background(), "a", all...)
	var e *hub.PanicError
	if errors.As(err, &e) {
		panicked = e.Value.(string)
		if !strings.Contains(string(e.Stack), "touchy") || !strings.Contains(e.Error(), panicked) {
			err = fmt.Errorf("no stack: %w", err)
		}
	}
	return panicked, err
}

// A panic in Prepare is an error of the message's publisher: not of another one that delivers it, nor of those whose
// messages are delivered with it.
func TestHubPreparePanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		logged := recordLog(t)
		h := touchy(&hub.Hub{History: 10})
		prepare, first := h.Prepare, make(chan struct{})
		h.Prepare = func(topic string, m hub.Message) *websocket.PreparedMessage {
			if string(m.Data) == "1" {
				<-first
			}
			return prepare(topic, m)
		}
		s, c := connectTo(t, h)
		join(t, s, "a", fromTheStart)
		var all sync.WaitGroup
		for _, call := range []struct{ messages, want string }{
			{"1", ""}, // while it is prepared the others wait, and are delivered together
			{"2", ""},
			{"!a", "a"},
			{"3", ""},
			{"4 !b 5 !c 6", "b"},
			{"7", ""},
		} {
			all.Go(func() {
				got, err := say(h, strings.Fields(call.messages)...)
				if got != call.want || (err != nil) != (call.want != "") {
					t.Errorf("%s: %v", call.messages, err)
				}
			})
			synctest.Wait()
		}
		close(first)
		all.Wait()
		late, other := connectTo(t, h)
		join(t, late, "a", fromTheStart)
		for _, c := range []*websocket.Conn{c, other} {
			if got, err := received(t, c); words(got) != "1 2 3 4 5 6 7" || err != nil {
				t.Errorf("got %q, %v", words(got), err)
			}
		}
		if n := logged.panics(); n != 0 {
			t.Errorf("%d panics logged", n)
		}
	})
}

// later is a backplane of one process that delivers when its Publish has returned.
type later struct {
	hub.MemoryBackplane
	publishing sync.WaitGroup
}

func (b *later) Publish(_ context.Context, topic string, m ...hub.Message) (hub.Position, error) {
	b.publishing.Go(func() {
		time.Sleep(time.Second) // of a bubble: the publisher has gone
		b.MemoryBackplane.Publish(context.Background(), topic, m...)
	})
	return hub.Position{}, nil
}

// Where there is no publisher to tell, a panic in Prepare is logged, and whoever delivers goes on.
func TestHubPreparePanicsWithoutPublisher(t *testing.T) {
	for _, backplane := range []hub.Backplane{new(later), new(broker).connect()} {
		synctest.Test(t, func(t *testing.T) {
			logged := recordLog(t)
			h := touchy(&hub.Hub{Backplane: backplane})
			s, c := connectTo(t, h)
			join(t, s, "a", fromTheStart)
			if _, err := say(h, "1", "!oh", "2"); err != nil {
				t.Errorf("published: %v", err)
			}
			time.Sleep(2 * time.Second)
			if got, err := received(t, c); words(got) != "1 2" || err != nil {
				t.Errorf("got %q, %v", words(got), err)
			}
			if n := logged.panics(); n != 1 {
				t.Errorf("%d panics logged", n)
			}
			s.Close()
			time.Sleep(time.Minute) // the broker's connection ends with the topic
		})
	}
}

// unsure is a backplane that delivers, and does not know.
type unsure struct{ hub.MemoryBackplane }

func (b *unsure) Publish(ctx context.Context, topic string, m ...hub.Message) (hub.Position, error) {
	b.MemoryBackplane.Publish(ctx, topic, m...)
	return hub.Position{}, errNoBroker
}

// Hubs that share a backplane each prepare for themselves. The publisher is told of the panic in another one too, and
// of an error of the backplane besides.
func TestHubPreparePanicsElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b unsure
		there, here := touchy(&hub.Hub{Backplane: &b}), &hub.Hub{Backplane: &b}
		s, _ := connectTo(t, there)
		join(t, s, "a", fromTheStart)
		s, c := connectTo(t, here)
		join(t, s, "a", fromTheStart)
		if got, err := say(here, "!oh"); got != "oh" || !errors.Is(err, errNoBroker) {
			t.Errorf("published: %v", err)
		}
		if got, err := received(t, c); words(got) != "!oh" || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

// A panic in a hook ends the subscriber that it was called for, and nobody else: no lock stays taken, nobody waits, and
// what happens later is told.
func TestHubHooksPanic(t *testing.T) {
	for _, test := range []struct {
		name string
		hub  func(oh func(*hub.Subscriber, string)) *hub.Hub
		do   func(s *hub.Subscriber) error
	}{
		{"Joined", func(oh func(*hub.Subscriber, string)) *hub.Hub { return &hub.Hub{Joined: oh} },
			func(s *hub.Subscriber) error { return tryJoin(context.Background(), s, "b") }},
		{"Left", func(oh func(*hub.Subscriber, string)) *hub.Hub { return &hub.Hub{Left: oh} },
			func(s *hub.Subscriber) error { s.Leave("b"); return s.Err() }},
		{"Gap", func(oh func(*hub.Subscriber, string)) *hub.Hub {
			return &hub.Hub{Gap: func(s *hub.Subscriber, topic string) *websocket.PreparedMessage { oh(s, topic); return nil }}
		}, func(s *hub.Subscriber) error {
			s.Join(context.Background(), "b", hub.Position{Epoch: "another", Seq: 1})
			synctest.Wait()
			return s.Err()
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				logged := recordLog(t)
				var touchy *hub.Subscriber
				h := test.hub(func(s *hub.Subscriber, topic string) {
					if s == touchy && topic == "b" {
						panic("oh")
					}
				})
				var left atomic.Int32
				leaving := h.Left
				h.Left = func(s *hub.Subscriber, topic string) {
					left.Add(1)
					if leaving != nil {
						leaving(s, topic)
					}
				}
				var clients []*websocket.Conn
				for range 3 {
					s, c := connectTo(t, h)
					touchy, clients = s, append(clients, c)
					join(t, s, "a", fromTheStart)
				}
				if test.name == "Left" {
					join(t, touchy, "b", fromTheStart)
				}
				err := test.do(touchy)
				var panicked *hub.PanicError
				if !errors.As(err, &panicked) || panicked.Value != "oh" || touchy.Err() != err {
					t.Errorf("it ended with %v", err)
				}
				synctest.Wait()
				publish(t, h, "a", "1")
				publish(t, h, "b", "2")
				for i, c := range clients {
					got, err := received(t, c)
					if i == 2 && closedWith(err) != websocket.CloseInternalError {
						t.Errorf("the client's connection ended with %v", err)
					} else if i < 2 && (words(got) != "1" || err != nil) {
						t.Errorf("client %d got %q, %v", i, got, err)
					}
				}
				if n := left.Load(); n != 2 || h.Count("a") != 2 || h.Count("b") != 0 {
					t.Errorf("told of leaving %d times, there are %d and %d", n, h.Count("a"), h.Count("b"))
				}
				if n := logged.panics(); n != 1 {
					t.Errorf("%d panics logged", n)
				}
			})
		})
	}
}

// Nothing is lost on what happens while a hook is about to panic, and who has ended stays as it is.
func TestHubHooksPanicAndGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		logged := recordLog(t)
		var told []string
		h := &hub.Hub{}
		h.Left = func(s *hub.Subscriber, topic string) {
			told = append(told, topic)
			s.Leave("b") // while this call goes on, so it is told afterwards
			s.Close()
			panic("oh")
		}
		s, c := connectTo(t, h)
		join(t, s, "a", fromTheStart)
		join(t, s, "b", fromTheStart)
		join(t, s, "c", fromTheStart)
		s.Leave("a")
		if got := strings.Join(told, ""); got != "abc" || s.Err() != websocket.ErrClosed {
			t.Errorf("told of %s, ended with %v", got, s.Err())
		}
		if _, err := received(t, c); err != nil {
			t.Errorf("the client's connection ended with %v", err)
		}
		if n := logged.panics(); n != 3 {
			t.Errorf("%d panics logged", n)
		}
	})
}
