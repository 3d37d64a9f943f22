package demo

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// chat is people who talk in rooms. What is said is kept a while, for those who join later or come back; who is here
// and who types is only of interest now. So there are two hubs, with a room as a topic in each.
//
// A page joins with the position of the last message that it has, and gets what came after. What it says it sends again
// when the connection is lost before it hears itself, under the same id, and also when the server was started again and
// has forgotten it: so nothing is lost, and by the id nothing is shown twice.
type chat struct {
	talk, around hub.Hub
	people       people
	said         seen
}

// fromPage is a message of a page.
type fromPage struct {
	Kind string // "join" is the first one; then come "say", "type" and "name"

	// To join, and the name also for "name".
	Room  string
	Name  string
	Who   string // a secret of the page: its new connection takes the place of its old one
	After string // the position of the last message that it has

	// To say something.
	ID   string // chosen at random
	Text string
}

// toPage is a message to a page.
type toPage struct {
	Kind  string   `json:"kind"`            // "you", "said", "known", "gap", "here" or "types"
	At    string   `json:"at,omitempty"`    // the position of what was said
	ID    string   `json:"id,omitempty"`    // of what was said or known
	Name  string   `json:"name,omitempty"`  // who said it, or types, or what you are called
	Text  string   `json:"text,omitempty"`  // what was said
	Time  int64    `json:"time,omitempty"`  // when, in milliseconds since 1970
	Names []string `json:"names,omitempty"` // of those who are here, not more than shownNames
	Count int      `json:"count,omitempty"` // how many are here
}

const (
	mostRooms    = 256
	keptMessages = 100
	keptIDs      = 10_000
	longestName  = 30   // in characters
	longestText  = 2000 // in characters
	shownNames   = 50
	defaultRoom  = "lobby"
	defaultName  = "Guest"
)

func newChat() room {
	c := new(chat)
	// A page that reads too slowly is disconnected, comes back and gets what is missing.
	c.talk = hub.Hub{History: keptMessages, MaxTopics: mostRooms, Prepare: c.prepareTalk, Gap: forgotten}
	// A page that reads too slowly misses something, and gets the list of those present instead.
	c.around = hub.Hub{Full: hub.DropOldest, MaxQueue: 16, MaxTopics: mostRooms, Prepare: c.prepareAround, Gap: c.missed}
	return room{
		Path:  "chat",
		Title: "Chat",
		About: "Rooms, names, who is here and who is typing. A lost connection comes back to where it was, without a message lost or shown twice.",
		File:  "chat.go",
		serve: c.serve,
		hubs:  map[string]*hub.Hub{"chat": &c.talk, "chat around": &c.around},
	}
}

// serve is a connection's time in a room.
func (c *chat) serve(ctx context.Context, conn *websocket.Conn) error {
	_, data, err := conn.Read(ctx)
	if err != nil {
		return err
	}
	var join fromPage
	if json.Unmarshal(data, &join) != nil || join.Kind != "join" {
		return conn.Close(ctx, websocket.ClosePolicyViolation, "join first")
	}
	after, err := hub.ParsePosition(join.After)
	if err != nil {
		return conn.Close(ctx, websocket.ClosePolicyViolation, "join first")
	}
	p := c.people.enter(conn, join)
	defer c.leave(p)
	if err := c.welcome(ctx, p, after); err != nil {
		return err
	}
	slow := pace{every: 100 * time.Millisecond, burst: 20}
	for m, err := range conn.Messages(ctx) {
		if err != nil {
			return err
		}
		var f fromPage
		if json.Unmarshal(m.Data, &f) != nil {
			return conn.Close(ctx, websocket.ClosePolicyViolation, "no JSON")
		}
		slow.wait(ctx)
		if err := c.hear(ctx, p, f); err != nil {
			return err
		}
	}
	return nil
}

// welcome has p hear what is said after a position, and the others hear of p.
func (c *chat) welcome(ctx context.Context, p *person, after hub.Position) error {
	if err := p.tell(ctx, toPage{Kind: "you", Name: p.name}); err != nil {
		return err
	}
	if _, err := c.talk.Subscriber(ctx, p.conn).Join(ctx, p.room, after); err != nil {
		return err
	}
	if _, err := c.around.Subscriber(ctx, p.conn).Join(ctx, p.room, hub.NoHistory); err != nil {
		return err
	}
	return c.tellAround(p.room, "here", nil)
}

// leave has the others hear that p has gone.
func (c *chat) leave(p *person) {
	c.people.leave(p)
	c.tellAround(p.room, "here", nil)
}

// hear does what a page asks for. What it does not know it ignores.
func (c *chat) hear(ctx context.Context, p *person, f fromPage) error {
	switch f.Kind {
	case "say":
		return c.say(p, f)
	case "type":
		return c.tellAround(p.room, "types "+p.name, &toPage{Kind: "types", Name: p.name})
	case "name":
		c.people.rename(p, f.Name)
		if err := p.tell(ctx, toPage{Kind: "you", Name: p.name}); err != nil {
			return err
		}
		return c.tellAround(p.room, "here", nil)
	}
	return nil
}

// say hands out what p says, to p as well. That does not end with p's connection.
func (c *chat) say(p *person, f fromPage) error {
	text := strings.TrimSpace(bounded(f.Text, longestText))
	if text == "" || f.ID == "" || len(f.ID) > 64 {
		return nil
	}
	data := encode(toPage{Kind: "said", ID: f.ID, Name: p.name, Text: text, Time: time.Now().UnixMilli()})
	_, err := c.talk.Publish(context.Background(), p.room, hub.Message{Type: websocket.Text, Data: data})
	return err
}

// prepareTalk numbers what is said. What has been said before becomes a word to who said it, in the same order: it is
// known, and need not be sent again. The hub calls this for one message of a room after the other, so there is no moment
// between being looked for and being known.
func (c *chat) prepareTalk(room string, m hub.Message) *websocket.PreparedMessage {
	var said toPage
	if json.Unmarshal(m.Data, &said) != nil {
		return nil
	}
	if !c.said.first(room + "\n" + said.ID) {
		return prepared(toPage{Kind: "known", ID: said.ID})
	}
	said.At = m.At.String()
	return prepared(said)
}

// forgotten tells a page that the history does not reach back to what it has: much was said meanwhile, or the server was
// started again and knows nothing.
func forgotten(*hub.Subscriber, string) *websocket.PreparedMessage {
	return prepared(toPage{Kind: "gap"})
}

// tellAround tells a room what is of interest now. To who is behind only the last with the same key matters.
func (c *chat) tellAround(room, key string, what *toPage) error {
	m := hub.Message{Type: websocket.Text, Key: key}
	if what != nil {
		m.Data = encode(*what)
	}
	_, err := c.around.Publish(context.Background(), room, m)
	return err
}

// prepareAround makes the list of those present when its turn has come: so the last list is never an old one.
func (c *chat) prepareAround(room string, m hub.Message) *websocket.PreparedMessage {
	if m.Key == "here" {
		return c.here(room)
	}
	p, _ := websocket.Prepare(m.Type, m.Data)
	return p
}

func (c *chat) missed(_ *hub.Subscriber, room string) *websocket.PreparedMessage {
	return c.here(room)
}

// here is the list of those present in a room.
func (c *chat) here(room string) *websocket.PreparedMessage {
	names, count := c.people.in(room)
	return prepared(toPage{Kind: "here", Names: names, Count: count})
}

func prepared(m toPage) *websocket.PreparedMessage {
	p, _ := websocket.Prepare(websocket.Text, encode(m)) // JSON is text
	return p
}

// encode returns v as JSON. It is for values that can be.
func encode(v any) []byte {
	data, _ := json.Marshal(v)
	return data
}
