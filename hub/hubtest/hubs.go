package hubtest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// newHub returns a Hub on a process's Backplane. Clients get messages with their positions, and gaps.
func (c *testcase) newHub(history int) *hub.Hub {
	h := &hub.Hub{
		Backplane: c.start().Backplane,
		History:   history,
		MaxQueue:  1 << 14,
		Prepare: func(_ string, m hub.Message) *websocket.PreparedMessage {
			return prepare(fmt.Appendf(nil, "%d %s%s", len(m.At.String()), m.At, m.Data))
		},
		Gap: func(*hub.Subscriber, string) *websocket.PreparedMessage { return prepare([]byte("gap")) },
	}
	c.Cleanup(func() {
		ctx, cancel := c.bounded()
		defer cancel()
		if err := h.Close(ctx); err != nil {
			c.Errorf("Hub.Close: %v", err)
		}
	})
	return h
}

func prepare(data []byte) *websocket.PreparedMessage {
	p, err := websocket.Prepare(websocket.Binary, data)
	if err != nil {
		panic(err) // Binary may be anything
	}
	return p
}

// parse is the inverse of what newHub's clients get.
func parse(p []byte) (n note, err error) {
	if string(p) == "gap" {
		return note{gap: true}, nil
	}
	length, rest, _ := bytes.Cut(p, []byte(" "))
	size, err := strconv.Atoi(string(length))
	if err != nil || size > len(rest) {
		return note{}, fmt.Errorf("%.40q comes, which nobody has sent", p)
	}
	n.At, err = hub.ParsePosition(string(rest[:size]))
	n.Data = bytes.Clone(rest[size:])
	return n, err
}

// client is a connection that has joined a topic.
type client struct {
	changes
	log    []note
	conn   *websocket.Conn
	served sync.WaitGroup
}

// join connects a client to a Hub and has it join a topic after a position. It ends with the case.
func (c *testcase) join(h *hub.Hub, topic string, after hub.Position) *client {
	c.Helper()
	served, conn := websocket.Pipe(websocket.Options{}, websocket.Options{})
	cl := &client{conn: conn}
	cl.changes.init()
	ctx, cancel := context.WithCancel(context.Background())
	cl.served.Go(func() {
		defer cancel()
		for _, err := range served.Messages(ctx) {
			if err != nil {
				break
			}
		}
	})
	cl.served.Go(func() { cl.read(c) })
	c.Cleanup(cl.end)
	bounded, stop := c.bounded()
	defer stop()
	if _, err := h.Subscriber(ctx, served).Join(bounded, topic, after); err != nil {
		c.Fatalf("Join %q after %q: %v", topic, after, err)
	}
	return cl
}

func (cl *client) read(c *testcase) {
	for {
		_, p, err := cl.conn.Read(context.Background())
		if err != nil {
			return
		}
		n, err := parse(p)
		if err != nil {
			c.Errorf("a Hub's client: %v", err)
			return
		}
		cl.mu.Lock()
		cl.log = append(cl.log, n)
		cl.mu.Unlock()
		cl.change()
	}
}

func (cl *client) end() {
	cl.conn.CloseNow()
	cl.served.Wait()
}

// listen has n clients of a Hub listen to each topic.
func (tr *traffic) listen(h *hub.Hub, name string, n int, topics ...string) {
	tr.Helper()
	for _, topic := range topics {
		for i := range n {
			cl := tr.join(h, topic, hub.NoHistory)
			log := func() []note { return cl.log }
			tr.listeners = append(tr.listeners, listener{fmt.Sprintf("%s, client %d", name, i+1), topic, &cl.changes, log})
		}
	}
}

// gaps returns how many gaps listeners were told of.
func (tr *traffic) gaps() (n int) {
	for _, l := range tr.listeners {
		l.mu.Lock()
		for _, note := range l.log() {
			if note.gap {
				n++
			}
		}
		l.mu.Unlock()
	}
	return n
}

// The clients of several Hubs get all messages, once, and no gap.
func testHubs(c *testcase) {
	tr := newTraffic(c)
	topics := []string{c.topic("a"), c.topic("b")}
	for i := range 3 {
		name := fmt.Sprint("hub ", i+1)
		h := c.newHub(i * 50) // the first remembers nothing
		tr.listen(h, name, 2, topics...)
		tr.write(h, name, topics...)
	}
	tr.more(50)
	tr.settle()
	tr.check(false)
	if n := tr.gaps(); n > 0 {
		c.Errorf("%d gaps are told, and the broker was not lost", n)
	}
}

// A client comes back to another process with the position of the last message that it has: it gets what came since, or
// a gap if the broker does not number or keep messages.
func testResume(c *testcase) {
	const n = 30
	a, b := c.newHub(100), c.newHub(100)
	topic := c.topic("resume")
	first := c.join(a, topic, hub.NoHistory)
	publish := func(from, to int) {
		for i := from; i < to; i++ {
			ctx, cancel := c.bounded()
			if _, err := a.Publish(ctx, topic, text(fmt.Sprint(i))); err != nil {
				c.Fatalf("Publish: %v", err)
			}
			cancel()
		}
	}
	publish(0, n)
	first.awaitMessage(c, fmt.Sprint(n-1))
	first.mu.Lock()
	had := slices.Clone(first.log)
	first.mu.Unlock()
	publish(n, 2*n)
	for i, old := range had {
		back := c.join(b, topic, old.At)
		publish(2*n+i, 2*n+i+1)
		last := fmt.Sprint(2*n + i)
		back.awaitMessage(c, last)
		back.hasResumed(c, i, 2*n+i)
	}
}

func (cl *client) awaitMessage(c *testcase, data string) {
	c.Helper()
	if !cl.within(c.patience, func() bool { return len(cl.log) > 0 && string(cl.log[len(cl.log)-1].Data) == data }) {
		c.Fatalf("message %q does not come to a Hub's client within %v", data, c.patience)
	}
}

// hasResumed checks what a client got that had message i, and has the last now.
func (cl *client) hasResumed(c *testcase, i, last int) {
	c.Helper()
	cl.mu.Lock()
	defer cl.mu.Unlock()
	whole := c.Can.Numbers && c.Can.History > 0
	next := i + 1
	gap := false
	for _, n := range cl.log {
		data := string(n.Data)
		switch {
		case n.gap:
			gap = true
		case !whole && gap: // the first after it may be any
			fmt.Sscan(data, &next)
			next++
			gap = false
		case data != fmt.Sprint(next):
			c.Fatalf("a client comes back that has message %d, and gets %q, want %d: %d to %d were published", i, data, next, i+1, last)
		default:
			next++
		}
	}
	if whole && gap {
		c.Errorf("a client comes back that has message %d, and is told of a gap, while the broker has all", i)
	}
}
