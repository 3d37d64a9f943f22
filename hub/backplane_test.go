package hub_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// broker is a backplane with a connection of its own for each process, which can be lost. It delivers on a goroutine
// for each topic, and twice what it is told to.
type broker struct {
	hub.MemoryBackplane
	mu    sync.Mutex
	lines []*line
}

// line is a process's connection to a broker.
type line struct {
	*broker
	mu    sync.Mutex
	lost  bool
	wires map[string]*wire
}

// wire is a subscription through a line.
type wire struct {
	line *line
	in   chan func()
	hub.Receiver
}

// forgetful hides that a backplane remembers.
type forgetful struct{ hub.Backplane }

var errNoBroker = errors.New("no broker")

func (b *broker) connect() *line {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := &line{broker: b, wires: make(map[string]*wire)}
	b.lines = append(b.lines, l)
	return l
}

func (l *line) set(lost bool) {
	l.mu.Lock()
	l.lost = lost
	wires := maps.Clone(l.wires)
	l.mu.Unlock()
	for topic, w := range wires {
		if lost {
			w.in <- func() { w.Receiver.Lost(topic, errNoBroker) }
			continue
		}
		l.broker.Unsubscribe(w, topic)
		l.broker.Subscribe(context.Background(), w, topic)
	}
}

func (l *line) isLost() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lost
}

func (l *line) Publish(ctx context.Context, topic string, m ...hub.Message) (hub.Position, error) {
	if l.isLost() {
		return hub.Position{}, errNoBroker
	}
	var sent []hub.Message
	for _, m := range m { // they go over a wire
		sent = append(sent, hub.Message{Type: m.Type, Key: m.Key, Data: slices.Clone(m.Data)})
	}
	return l.broker.Publish(ctx, topic, sent...)
}

func (l *line) History(ctx context.Context, topic string, since hub.Position, limit int) ([]hub.Message, hub.Position, error) {
	if l.isLost() {
		return nil, hub.Position{}, errNoBroker
	}
	return l.broker.History(ctx, topic, since, limit)
}

func (l *line) Subscribe(ctx context.Context, r hub.Receiver, topics ...string) error {
	if l.isLost() {
		return errNoBroker
	}
	for _, topic := range topics {
		w := &wire{l, make(chan func(), 1000), r}
		go w.run()
		l.mu.Lock()
		l.wires[topic] = w
		l.mu.Unlock()
		l.broker.Subscribe(ctx, w, topic)
	}
	return nil
}

func (l *line) Unsubscribe(_ hub.Receiver, topics ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, topic := range topics {
		l.broker.Unsubscribe(l.wires[topic], topic)
		close(l.wires[topic].in)
		delete(l.wires, topic)
	}
}

func (l *line) isSubscribed(topic string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.wires[topic] != nil
}

func (w *wire) Subscribed(topic string, at hub.Position) {
	w.in <- func() { w.Receiver.Subscribed(topic, at) }
}

// Deliver takes messages from the broker, or loses them.
func (w *wire) Deliver(topic string, m ...hub.Message) {
	if !w.line.isLost() {
		w.in <- func() { w.Receiver.Deliver(topic, m...) }
		w.in <- func() { w.Receiver.Deliver(topic, m...) }
	}
}

func (w *wire) run() {
	for f := range w.in {
		f()
	}
}

func TestHubsShareTopics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b broker
		var hubs []*hub.Hub
		var clients []*websocket.Conn
		for i := range 3 {
			h := numbered(&hub.Hub{Backplane: b.connect(), MaxQueue: 1000})
			hubs = append(hubs, h)
			for range i + 1 {
				s, c := connectTo(t, h)
				join(t, s, "a", fromTheStart)
				clients = append(clients, c)
			}
		}
		var publishing sync.WaitGroup
		for i, h := range hubs {
			publishing.Go(func() {
				for n := range 100 {
					publish(t, h, "a", fmt.Sprintf("%d.%d", i, n))
				}
			})
		}
		publishing.Wait()
		var first string
		for i, c := range clients {
			got, _ := received(t, c)
			if i == 0 {
				first = words(got)
			} else if words(got) != first || len(got) != 300 {
				t.Errorf("client %d got %d messages, %.100q, client 0 %.100q", i, len(got), words(got), first)
			}
		}
		for i, h := range hubs {
			if !b.lines[i].isSubscribed("a") {
				t.Errorf("hub %d has not subscribed", i)
			}
			for s := range h.Subscribers("a") {
				s.Close()
			}
			time.Sleep(11 * time.Second) // it lingers
			if b.lines[i].isSubscribed("a") {
				t.Errorf("hub %d is still subscribed", i)
			}
		}
	})
}

// A hub that has lost the broker for a while tells its subscribers, and those who come to it from elsewhere.
func TestHubIsToldOfLosses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		t.Cleanup(func() { time.Sleep(time.Hour) }) // the history is forgotten, and subscriptions end
		var b broker
		here := numbered(&hub.Hub{Backplane: forgetful{b.connect()}, History: 10})
		there := numbered(&hub.Hub{Backplane: forgetful{b.connect()}, History: 10})
		s, c := connectTo(t, here)
		join(t, s, "a", fromTheStart)
		s, other := connectTo(t, there)
		join(t, s, "a", fromTheStart)

		publish(t, there, "a", "1")
		synctest.Wait()
		b.lines[0].set(true)
		if _, err := here.Publish(t.Context(), "a", hub.Message{Type: websocket.Text}); !errors.Is(err, errNoBroker) {
			t.Errorf("published: %v", err)
		}
		publish(t, there, "a", "2")
		publish(t, there, "a", "3")
		synctest.Wait()
		b.lines[0].set(false)
		synctest.Wait()
		all, _ := received(t, other)
		resume := func(after hub.Position) *websocket.Conn {
			s, c := connectTo(t, here)
			join(t, s, "a", after)
			return c
		}
		before := resume(place(t, all[0]))
		publish(t, there, "a", "4")
		publish(t, there, "a", "5")

		want := func(who string, c *websocket.Conn, want string) {
			t.Helper()
			if got, _ := received(t, c); words(got) != want {
				t.Errorf("%s got %q, want %q", who, words(got), want)
			}
		}
		want("who was there", c, "1 gap 4 5")
		want("who was elsewhere", other, "4 5")
		want("who resumed before the next", before, "gap 4 5")
		want("who has 1", resume(place(t, all[0])), "gap 4 5")
		want("who has 2", resume(place(t, all[1])), "gap 4 5")
		want("who has 3", resume(place(t, all[2])), "4 5")
		want("who has nothing", resume(fromTheStart), "1 gap 4 5")
	})
}

// A broker that does not answer is no reason to stop trying, nor to wait longer than one wants to.
func TestHubSubscribesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b broker
		h := numbered(&hub.Hub{Backplane: b.connect()})
		s, c := connectTo(t, h)
		b.lines[0].set(true)
		if _, err := s.Join(t.Context(), "a", fromTheStart); !errors.Is(err, errNoBroker) {
			t.Errorf("joined: %v", err)
		}
		b.lines[0].set(false)
		join(t, s, "a", fromTheStart)
		publish(t, h, "a", "1")
		if got, _ := received(t, c); words(got) != "1" {
			t.Errorf("got %q", got)
		}
	})
}

// slowBroker takes a second to subscribe.
type slowBroker struct{ hub.MemoryBackplane }

func (b *slowBroker) Subscribe(ctx context.Context, r hub.Receiver, topics ...string) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Second):
		return b.MemoryBackplane.Subscribe(ctx, r, topics...)
	}
}

func TestHubGetsWhatTheBrokerHasKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &slowBroker{hub.MemoryBackplane{Keep: 5}}
		var last hub.Position
		for i := range byte(6) {
			last, _ = b.Publish(t.Context(), "a", hub.Message{Type: websocket.Text, Data: []byte{'1' + i}})
		}
		h := numbered(&hub.Hub{Backplane: b, History: 3})
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		for _, test := range []struct {
			ctx   context.Context
			after hub.Position
			want  string
			err   error
		}{
			{ctx, fromTheStart, "", context.DeadlineExceeded}, // it is the one who subscribes
			{t.Context(), fromTheStart, "4 5 6 7", nil},
			{t.Context(), plus(-3)(last), "4 5 6 7", nil},
			{t.Context(), plus(-4)(last), "gap 4 5 6 7", nil},
			{t.Context(), plus(-1)(last), "6 7", nil},
			{t.Context(), hub.NoHistory, "7", nil},
		} {
			s, c := connectTo(t, h)
			go func() {
				if _, err := s.Join(test.ctx, "a", test.after); err != test.err {
					t.Errorf("join: %v", err)
				}
			}()
			defer func() {
				if got, _ := received(t, c); words(got) != test.want {
					t.Errorf("after %v: got %q, want %q", test.after, words(got), test.want)
				}
			}()
		}
		time.Sleep(3 * time.Second)
		publish(t, h, "a", "7")
	})
}

// Who leaves while it joins, and joins again, has left the first time only, also when that has failed.
func TestHubLeavesWhileJoining(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hub.Hub{Backplane: new(slowBroker)}
		s, _ := connectTo(t, h)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		ended := make(chan error)
		go func() { ended <- tryJoin(ctx, s, "a") }()
		synctest.Wait()
		s.Leave("a")
		go func() { ended <- tryJoin(t.Context(), s, "a") }()
		if first, second := <-ended, <-ended; first != context.DeadlineExceeded || second != nil {
			t.Errorf("joined: %v, %v", first, second)
		}
		if n := h.Count("a"); n != 1 {
			t.Errorf("%d are in", n)
		}
		s.Leave("a")
		if n := h.Count("a"); n != 0 {
			t.Errorf("%d are left", n)
		}
	})
}

// Messages published together stay together.
func TestHubPublishesSeveral(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := numbered(&hub.Hub{History: 100, MaxQueue: 1000})
		s, c := connectTo(t, h)
		join(t, s, "a", fromTheStart)
		var all sync.WaitGroup
		const each, size = 20, 3
		for range 5 {
			all.Go(func() {
				for range each {
					var m []hub.Message
					for i := range size {
						m = append(m, hub.Message{Type: websocket.Text, Data: []byte{'0' + byte(i)}})
					}
					if _, err := h.Publish(t.Context(), "a", m...); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		if _, err := h.Publish(t.Context(), "a"); err != nil {
			t.Errorf("nothing: %v", err)
		}
		got, _ := received(t, c)
		if want := strings.Repeat(" 0 1 2", 5*each); " "+words(got) != want {
			t.Errorf("got %q", words(got))
		}
	})
}
