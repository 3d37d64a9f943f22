package hub_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// model knows what was published: the keys by topic and number.
type model struct {
	mu   sync.Mutex
	keys map[string]map[uint64]string
	last map[string]uint64
}

func (m *model) add(topic string, n uint64, key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.keys[topic] == nil {
		m.keys[topic] = make(map[uint64]string)
	}
	m.keys[topic][n] = key
	m.last[topic] = n
}

// superseded reports whether a message with the same key came after message n.
func (m *model) superseded(topic string, n uint64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := m.keys[topic][n]
	for later := n + 1; key != "" && later <= m.last[topic]; later++ {
		if m.keys[topic][later] == key {
			return true
		}
	}
	return false
}

func (m *model) newest(topic string) uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.last[topic]
}

// viewer is a client that comes and goes, reads slowly, and checks what it gets.
type viewer struct {
	*testing.T
	hub   *hub.Hub
	model *model
	last  map[string]uint64 // the number of what it got last, 0 after a gap
	gaps  int
	cuts  int

	subscriber *hub.Subscriber
	conn       *websocket.Conn
	joined     map[string]bool
	resumed    map[string]int // how often it has, and may be told of a gap
}

func (v *viewer) connect() {
	v.subscriber, v.conn = connectTo(v.T, v.hub)
	v.joined, v.resumed = make(map[string]bool), make(map[string]int)
}

// do does something by chance.
func (v *viewer) do() {
	topic := string('a' + rune(rand.IntN(3)))
	switch n := rand.IntN(100); {
	case n < 20:
		v.join(topic)
	case n < 30:
		v.subscriber.Leave(topic)
		delete(v.joined, topic)
	case n < 33:
		v.conn.CloseNow()
		v.connect()
	case n < 36:
		v.subscriber.Conn().CloseNow()
		v.connect()
	case n < 50:
		time.Sleep(time.Duration(rand.IntN(50)) * time.Millisecond)
	default:
		v.read(rand.IntN(100), time.Millisecond)
	}
}

func (v *viewer) join(topic string) {
	if v.joined[topic] || v.subscriber.Join(v.Context(), topic, v.last[topic]) != nil {
		return
	}
	v.joined[topic] = true
	if v.last[topic] != 0 {
		v.resumed[topic]++
	}
}

// read reads some messages, for no longer than a time.
func (v *viewer) read(n int, d time.Duration) {
	ctx, cancel := context.WithTimeout(v.Context(), d)
	defer cancel()
	for range n {
		_, p, err := v.conn.Read(ctx)
		switch {
		case err == nil:
			v.take(string(p))
			continue
		case closedWith(err) == websocket.CloseTryAgainLater:
			v.cuts++
		case ctx.Err() == nil:
			v.Errorf("read: %v", err)
		}
		if ctx.Err() == nil {
			v.connect()
		}
		return
	}
}

func (v *viewer) take(message string) {
	topic, rest, _ := strings.Cut(message, " ")
	if rest == "gap" {
		if v.resumed[topic] == 0 && v.hub.Full != hub.DropOldest {
			v.Errorf("%s: a gap after %d", topic, v.last[topic])
		}
		v.last[topic] = 0
		v.resumed[topic]--
		v.gaps++
		return
	}
	n, last := number(v.T, message), v.last[topic]
	if last != 0 && n <= last {
		return // it was on its way before a new joining
	}
	for missing := last + 1; last != 0 && missing < n; missing++ {
		if !v.model.superseded(topic, missing) {
			v.Errorf("%s: got %d after %d", topic, n, last)
		}
	}
	v.last[topic] = n
}

// Viewers that come and go, and read slowly, against a model: nothing is missing without a word, nothing comes twice or
// out of order, the newest comes to all in the end, and queues keep to their bounds.
func TestHubModel(t *testing.T) {
	const (
		viewers    = 12
		publishers = 3
		maxQueue   = 5
		history    = 20
	)
	for _, policy := range []hub.Policy{hub.CloseSlow, hub.DropOldest, hub.Block} {
		t.Run(fmt.Sprint(policy), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				known := &model{keys: make(map[string]map[uint64]string), last: make(map[string]uint64)}
				h := numbered(&hub.Hub{MaxQueue: maxQueue, Full: policy, Patience: time.Hour, History: history, HistoryFor: time.Hour})
				prepare, padding := h.Prepare, []byte(strings.Repeat(".", 4<<10))
				h.Prepare = func(topic string, m hub.Message) *websocket.PreparedMessage {
					known.add(topic, m.Seq, m.Key)
					return prepare(topic, m)
				}
				var publishing, viewing sync.WaitGroup
				done := make(chan struct{})
				for range publishers {
					publishing.Go(func() {
						for range 500 {
							key := []string{"", "", "x", "y"}[rand.IntN(4)]
							m := hub.Message{Type: websocket.Text, Key: key, Data: padding}
							if err := h.Publish(t.Context(), string('a'+rune(rand.IntN(3))), m); err != nil {
								t.Error(err)
							}
							time.Sleep(time.Duration(rand.IntN(5)) * time.Millisecond)
							if n := h.Stats().Queued; n > viewers*(maxQueue+3*(history+1)+3) {
								t.Errorf("%d messages are queued", n)
							}
						}
					})
				}
				all := make([]*viewer, viewers)
				for i := range all {
					v := &viewer{T: t, hub: h, model: known, last: make(map[string]uint64)}
					all[i] = v
					v.connect()
					viewing.Go(func() {
						for {
							select {
							case <-done:
								v.settle()
								return
							default:
								v.do()
							}
						}
					})
				}
				publishing.Wait()
				close(done)
				viewing.Wait()
				gaps, cuts := 0, 0
				for _, v := range all {
					gaps, cuts = gaps+v.gaps, cuts+v.cuts
				}
				t.Logf("policy %d: %d gaps, %d cut, %+v", policy, gaps, cuts, h.Stats())
				if (cuts > 0) != (policy == hub.CloseSlow) {
					t.Errorf("%d cut", cuts)
				}
				if dropped := h.Stats().Dropped; (dropped > 0) != (policy == hub.DropOldest) {
					t.Errorf("%d dropped", dropped)
				}
			})
		})
	}
}

// settle joins all topics and reads until nothing comes any more.
func (v *viewer) settle() {
	for _, topic := range []string{"a", "b", "c"} {
		v.read(1000, time.Millisecond)
		v.join(topic)
	}
	v.read(1000, time.Second)
	for topic, last := range v.last {
		dropped := v.hub.Full == hub.DropOldest && last == 0 // the newest, for the sake of other topics
		if newest := v.model.newest(topic); v.joined[topic] && last != newest && !dropped {
			v.Errorf("%s: ends with %d, published was %d", topic, last, newest)
		}
	}
	if len(v.joined) != 3 {
		v.Errorf("in %v at the end", v.joined)
	}
}
