package demo

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// A process announces who is in a room with it when that has changed, when it hears of another process there, and, if it
// is not alone, every announceEvery: one that has died says nothing, and its people are forgotten after forgetAfter.
const (
	announceEvery = 5 * time.Second
	forgetAfter   = 3 * announceEvery
)

// hereKey begins the Key of an announcement: to who is behind only the last one of a process matters.
const hereKey = "here "

// announceAll announces what has changed, until ctx ends.
func (c *chat) announceAll(ctx context.Context) {
	again := time.NewTicker(announceEvery)
	defer again.Stop()
	for {
		select {
		case <-c.changed.some:
		case <-again.C:
			if c.broker.Place != "" {
				c.changed.note(c.people.everywhere()...)
			}
		case <-ctx.Done():
			c.announce(context.WithoutCancel(ctx)) // that nobody is here any more
			return
		}
		c.announce(ctx)
	}
}

// announce announces who is in the rooms in which something has changed. What does not get through the next one tells.
func (c *chat) announce(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, longestCall)
	defer cancel()
	for _, room := range c.changed.take() {
		a := announcement{From: c.process}
		a.People, a.Count = c.people.in(room)
		c.around.Publish(ctx, room, hub.Message{Type: websocket.Text, Key: hereKey + c.process, Data: encode(a)})
	}
}

// typing has a room know that p types, if that gets through.
func (c *chat) typing(ctx context.Context, p *person) {
	data := encode(toPage{Kind: "types", Name: p.name})
	c.around.Publish(ctx, p.room, hub.Message{Type: websocket.Text, Key: "types " + p.name, Data: data})
}

// prepareAround makes an announcement a list of those present, and passes on what else there is.
func (c *chat) prepareAround(room string, m hub.Message) *websocket.PreparedMessage {
	if !strings.HasPrefix(m.Key, hereKey) {
		p, _ := websocket.Prepare(m.Type, m.Data)
		return p
	}
	var a announcement
	if json.Unmarshal(m.Data, &a) != nil {
		return nil
	}
	if c.elsewhere.note(room, a) && a.From != c.process {
		c.changed.note(room) // for the new one to hear
	}
	return c.here(room)
}

func (c *chat) missed(_ *hub.Subscriber, room string) *websocket.PreparedMessage {
	return c.here(room)
}

// here is the list of those present in a room.
func (c *chat) here(room string) *websocket.PreparedMessage {
	all, count := c.elsewhere.in(room)
	var names []string
	for _, x := range all[:min(len(all), shownNames)] {
		names = append(names, x.Name)
	}
	return prepared(toPage{Kind: "here", Names: names, Count: count})
}

// changes is the rooms in which something has changed.
type changes struct {
	some chan struct{} // has a value while there are any

	mu    sync.Mutex
	rooms map[string]bool
}

func newChanges() *changes {
	return &changes{some: make(chan struct{}, 1), rooms: make(map[string]bool)}
}

func (c *changes) note(rooms ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, room := range rooms {
		c.rooms[room] = true
	}
	select {
	case c.some <- struct{}{}:
	default:
	}
}

// take returns them, and there are none any more.
func (c *changes) take() (rooms []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for room := range c.rooms {
		rooms = append(rooms, room)
	}
	clear(c.rooms)
	return rooms
}
