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

// model knows what was published: the keys by topic and number.
type model struct {
	mu   sync.Mutex
	keys map[string]map[uint64]string
	none map[string]map[uint64]bool // Prepare has panicked
	last map[string]uint64
}

func newModel() *model {
	m := &model{keys: make(map[string]map[uint64]string), none: make(map[string]map[uint64]bool), last: make(map[string]uint64)}
	for _, topic := range []string{"a", "b", "c"} {
		m.keys[topic], m.none[topic] = make(map[uint64]string), make(map[uint64]bool)
	}
	return m
}

func (m *model) add(topic string, n uint64, key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keys[topic][n] = key
	m.last[topic] = n
}

func (m *model) panicked(topic string, n uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.none[topic][n] = true
}

// pointless reports whether nobody needs message n: there is none, or one with the same key came after it.
func (m *model) pointless(topic string, n uint64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.none[topic][n] {
		return true
	}
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
	last  map[string]hub.Position // that of what it got last, zero after a gap
	gaps  int
	cuts  int

	subscriber *hub.Subscriber
	conn       *websocket.Conn
	joined     map[string]bool
	left       map[string]bool
	anew       map[string]int // how often it has joined for what there is while messages from before were on their way
	resumed    map[string]int // how often it has, and may be told of a gap
}

func (v *viewer) connect() {
	v.subscriber, v.conn = connectTo(v.T, v.hub)
	v.joined, v.left = make(map[string]bool), make(map[string]bool)
	v.anew, v.resumed = make(map[string]int), make(map[string]int)
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
		v.left[topic] = true
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

// join joins, unless it would have to read histories first.
func (v *viewer) join(topic string) {
	ctx, cancel := context.WithTimeout(v.Context(), time.Millisecond)
	defer cancel()
	if v.joined[topic] || !v.tryJoin(ctx, topic) {
		return
	}
	v.joined[topic] = true
	if !v.last[topic].IsZero() {
		v.resumed[topic]++
	} else if v.left[topic] {
		v.anew[topic]++
	}
}

func (v *viewer) tryJoin(ctx context.Context, topic string) bool {
	_, err := v.subscriber.Join(ctx, topic, v.last[topic])
	return err == nil
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
			v.Errorf("%s: a gap after %v", topic, v.last[topic])
		}
		v.last[topic] = fromTheStart
		v.resumed[topic]--
		v.gaps++
		return
	}
	at := place(v.T, message)
	n, last := at.Seq, v.last[topic].Seq
	if last != 0 && n <= last {
		return // it was on its way before a new joining
	}
	v.last[topic] = at
	for missing := last + 1; last != 0 && missing < n; missing++ {
		switch {
		case v.model.pointless(topic, missing):
			continue
		case v.anew[topic] > 0: // what it has joined for begins here
			v.anew[topic]--
		default:
			v.Errorf("%s: got %d after %d", topic, n, last)
		}
		return
	}
}

// publishAny publishes one message of any length, and sometimes ones for which Prepare panics: it must be told of its
// own, which have a name.
func publishAny(t *testing.T, h *hub.Hub, name string, longest int) {
	topic, key := string('a'+rune(rand.IntN(3))), []string{"", "", "x", "y"}[rand.IntN(4)]
	size := 1 + rand.IntN(4<<10)
	if rand.IntN(20) == 0 {
		size = longest
	}
	all := []hub.Message{{Type: websocket.Text, Key: key, Data: []byte(strings.Repeat(".", size))}}
	want := ""
	if rand.IntN(10) == 0 {
		all = slices.Insert(all, rand.IntN(2), hub.Message{Type: websocket.Text, Key: key, Data: []byte(name)})
		want = name
	}
	got := ""
	_, err := h.Publish(t.Context(), topic, all...)
	if panicked, ok := err.(*hub.PanicError); ok {
		got, err = panicked.Value.(string), nil
	}
	if got != want || err != nil {
		t.Errorf("panicked with %q, want %q; %v", got, want, err)
	}
}

// What the model's hubs are bound to.
const (
	viewers    = 12
	publishers = 3
	maxQueue   = 5
	maxBytes   = 16 << 10
	longest    = 20 << 10 // of some messages
	history    = 20
	// A subscriber has its queue, the histories that Join has not waited for, and one more.
	mostQueued = viewers * (maxQueue + 3*(history+1) + 3)
	mostBytes  = viewers * (longest + maxBytes + longest + longest)
)

// Viewers that come and go, and read slowly, against a model: nothing is missing without a word, nothing comes twice or
// out of order, the newest comes to all in the end, and queues keep to their bounds.
func TestHubModel(t *testing.T) {
	for _, policy := range []hub.Policy{hub.CloseSlow, hub.DropOldest, hub.Block} {
		t.Run(fmt.Sprint(policy), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				known := newModel()
				h := known.hub(policy)
				var publishing, viewing sync.WaitGroup
				for i := range publishers {
					publishing.Go(func() { publishForAWhile(t, h, i) })
				}
				done := make(chan struct{})
				all := make([]*viewer, viewers)
				for i := range all {
					v := &viewer{T: t, hub: h, model: known, last: make(map[string]hub.Position)}
					all[i] = v
					v.connect()
					viewing.Go(func() { v.until(done) })
				}
				publishing.Wait()
				close(done)
				viewing.Wait()
				checkPolicy(t, h, policy, all)
			})
		})
	}
}

// hub returns a hub whose messages the model knows. Prepare panics for some.
func (k *model) hub(policy hub.Policy) *hub.Hub {
	h := numbered(&hub.Hub{
		MaxQueue: maxQueue, MaxQueueBytes: maxBytes, Full: policy, Patience: time.Hour,
		History: history, MaxHistoryBytes: maxBytes, Linger: time.Hour,
	})
	prepare := h.Prepare
	h.Prepare = func(topic string, m hub.Message) *websocket.PreparedMessage {
		if m.Data[0] == '!' {
			k.panicked(topic, m.At.Seq)
			panic(string(m.Data))
		}
		k.add(topic, m.At.Seq, m.Key)
		return prepare(topic, m)
	}
	return h
}

// publishForAWhile publishes, and looks at what is queued meanwhile.
func publishForAWhile(t *testing.T, h *hub.Hub, publisher int) {
	for n := range 500 {
		publishAny(t, h, fmt.Sprintf("!%d.%d", publisher, n), longest-100)
		time.Sleep(time.Duration(rand.IntN(5)) * time.Millisecond)
		if s := h.Stats(); s.Queued > mostQueued || s.QueuedBytes > mostBytes {
			t.Errorf("%d messages of %d bytes are queued", s.Queued, s.QueuedBytes)
		}
	}
}

// until does what viewers do until done, and then reads to the end.
func (v *viewer) until(done <-chan struct{}) {
	for {
		select {
		case <-done:
			v.settle()
			return
		default:
			v.do()
		}
	}
}

// checkPolicy checks that the policy, and no other, has shown.
func checkPolicy(t *testing.T, h *hub.Hub, policy hub.Policy, all []*viewer) {
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
}

// settle joins all topics and reads until nothing comes any more.
func (v *viewer) settle() {
	for _, topic := range []string{"a", "b", "c"} {
		v.read(1000, time.Millisecond)
		v.join(topic)
	}
	v.read(1000, time.Second)
	for topic, last := range v.last {
		dropped := v.hub.Full == hub.DropOldest && last.IsZero() // the newest, for the sake of other topics
		if newest := v.model.newest(topic); v.joined[topic] && last.Seq != newest && !dropped {
			v.Errorf("%s: ends with %v, published was %d", topic, last, newest)
		}
	}
	if len(v.joined) != 3 {
		v.Errorf("in %v at the end", v.joined)
	}
}
