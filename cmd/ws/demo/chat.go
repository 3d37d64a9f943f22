package demo

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// chat is people who talk in rooms. What is said is kept a while, for those who join later or come back; who is here
// and who types is only of interest now. So there are two hubs, with a room as a topic in each, and a backplane for
// each, which may connect them with those of other processes.
//
// A page joins with the position of the last message that it has, and gets what came after, from whatever process. What
// it says it sends again when the connection is lost before it hears that it was taken, under the same id: the
// backplane passes an id on once. So nothing is lost, and nothing is shown twice. hub/PROTOCOL.md has it all.
type chat struct {
	broker       *Broker
	talk, around hub.Hub
	people       people
	elsewhere    presence
	process      string // is this one's name for the others
	changed      *changes
}

// fromPage is a message of a page.
type fromPage struct {
	Kind string // "join" is the first one; then come "say", "type", "name", and "join" again after a gap

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
	Kind  string   `json:"kind"`            // "you", "said", "taken", "refused", "gap", "here" or "types"
	At    string   `json:"at,omitempty"`    // the position of what was said
	ID    string   `json:"id,omitempty"`    // of what was said, taken or refused
	Name  string   `json:"name,omitempty"`  // who said it, or types, or what you are called
	Text  string   `json:"text,omitempty"`  // what was said, or why it is refused
	Time  int64    `json:"time,omitempty"`  // when, in milliseconds since 1970
	Names []string `json:"names,omitempty"` // of those who are here, not more than shownNames
	Count int      `json:"count,omitempty"` // how many are here
	Place string   `json:"place,omitempty"` // which of several processes you are connected to
}

const (
	mostRooms    = 256
	keptMessages = 100
	longestName  = 30   // in characters
	longestText  = 2000 // in characters
	shownNames   = 50
	defaultRoom  = "lobby"
	defaultName  = "Guest"
)

func newChat(b *Broker) room {
	c := &chat{broker: b, process: rand.Text()[:8], changed: newChanges()}
	c.people.taken = c.elsewhere.has
	// A page that reads too slowly is disconnected, comes back and gets what is missing.
	c.talk = hub.Hub{
		Backplane: b.Talk, Logger: b.Logger,
		History: keptMessages, MaxTopics: mostRooms, Prepare: prepareTalk, Gap: forgotten,
	}
	// A page that reads too slowly misses something, and gets the list of those present instead.
	c.around = hub.Hub{
		Backplane: b.Around, Logger: b.Logger,
		Full: hub.DropOldest, MaxQueue: 16, MaxTopics: mostRooms, Prepare: c.prepareAround, Gap: c.missed,
	}
	return room{
		Path:  "chat",
		Title: "Chat",
		About: "Rooms, names, who is here and who is typing. A lost connection comes back to where it was, without a message lost or shown twice.",
		File:  "chat.go",
		serve: c.serve,
		run:   c.announceAll,
		close: c.close,
		hubs:  map[string]*hub.Hub{"chat": &c.talk, "chat around": &c.around},
	}
}

// close ends the hubs, and then what is under them.
func (c *chat) close(ctx context.Context) {
	c.talk.Close(ctx)
	c.around.Close(ctx)
	c.broker.close(ctx)
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
		return tryAgain(ctx, conn, err)
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
	if err := p.tell(ctx, toPage{Kind: "you", Name: p.name, Place: c.broker.Place}); err != nil {
		return err
	}
	joining, cancel := context.WithTimeout(ctx, longestCall)
	defer cancel()
	p.talk = c.talk.Subscriber(ctx, p.conn)
	if _, err := p.talk.Join(joining, p.room, after); err != nil {
		return err
	}
	if _, err := c.around.Subscriber(ctx, p.conn).Join(joining, p.room, hub.NoHistory); err != nil {
		return err
	}
	c.changed.note(p.room)
	return nil
}

// joinAgain has p hear once more what is said after a position: after a gap, all that is kept.
func (c *chat) joinAgain(ctx context.Context, p *person, f fromPage) error {
	after, err := hub.ParsePosition(f.After)
	if err != nil {
		return p.conn.Close(ctx, websocket.ClosePolicyViolation, "no position")
	}
	joining, cancel := context.WithTimeout(ctx, longestCall)
	defer cancel()
	p.talk.Leave(p.room)
	if _, err := p.talk.Join(joining, p.room, after); err != nil {
		return tryAgain(ctx, p.conn, err)
	}
	return nil
}

// leave has the others hear that p has gone.
func (c *chat) leave(p *person) {
	c.people.leave(p)
	c.changed.note(p.room)
}

// tryAgain closes the connection of a page that cannot be served because of err: it comes back in a while.
func tryAgain(ctx context.Context, conn *websocket.Conn, err error) error {
	if ctx.Err() != nil || errors.Is(err, websocket.ErrClosed) {
		return err
	}
	return conn.Close(ctx, websocket.CloseTryAgainLater, "the chat cannot be reached")
}

// hear does what a page asks for. What it does not know it ignores.
func (c *chat) hear(ctx context.Context, p *person, f fromPage) error {
	switch f.Kind {
	case "join":
		return c.joinAgain(ctx, p, f)
	case "say":
		return c.say(ctx, p, f)
	case "type":
		c.typing(ctx, p)
	case "name":
		c.people.rename(p, f.Name)
		c.changed.note(p.room)
		return p.tell(ctx, toPage{Kind: "you", Name: p.name, Place: c.broker.Place})
	}
	return nil
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
