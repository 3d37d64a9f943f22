package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// people is who is in which room, of those who are connected to this process. The zero value is nobody.
type people struct {
	taken func(room, name string, but somebody) bool // whether somebody elsewhere is called so; may be nil

	mu    sync.Mutex
	rooms map[string][]*person // in the order of coming
}

// person is a page in a room.
type person struct {
	conn *websocket.Conn
	talk *hub.Subscriber
	room string
	who  string
	name string // changes under the people's lock
}

// somebody returns p as others know it: not by the secret, with which they could take p's place.
func (p *person) somebody() somebody {
	if p.who == "" {
		return somebody{Name: p.name}
	}
	sum := sha256.Sum256([]byte(p.who))
	return somebody{p.name, hex.EncodeToString(sum[:8])}
}

// tell sends p something.
func (p *person) tell(ctx context.Context, m toPage) error {
	return p.conn.Write(ctx, websocket.Text, encode(m))
}

// enter adds a person. A connection that the same page had before is dead, though the server may not know yet.
func (p *people) enter(conn *websocket.Conn, join fromPage) *person {
	p.mu.Lock()
	defer p.mu.Unlock()
	x := &person{conn: conn, room: tidy(join.Room, defaultRoom), who: join.Who}
	for _, other := range p.rooms[x.room] {
		if x.who != "" && other.who == x.who {
			other.conn.CloseNow()
			p.remove(other)
			break
		}
	}
	x.name = p.free(x, join.Name)
	if p.rooms == nil {
		p.rooms = make(map[string][]*person)
	}
	p.rooms[x.room] = append(p.rooms[x.room], x)
	return x
}

// leave takes x out.
func (p *people) leave(x *person) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.remove(x)
}

// remove takes x out, if it is in. p.mu is held.
func (p *people) remove(x *person) {
	left := slices.DeleteFunc(p.rooms[x.room], func(other *person) bool { return other == x })
	if len(left) == 0 {
		delete(p.rooms, x.room)
	} else {
		p.rooms[x.room] = left
	}
}

func (p *people) rename(x *person, name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	x.name = p.free(x, name)
}

// free returns what x can be called so that it is told apart from the others in its room. p.mu is held.
func (p *people) free(x *person, wanted string) string {
	taken := make(map[string]bool)
	for _, other := range p.rooms[x.room] {
		taken[strings.ToLower(other.name)] = other != x
	}
	wanted = tidy(wanted, defaultName)
	name := wanted
	for n := 2; taken[strings.ToLower(name)] || p.isTaken(x, name); n++ {
		name = fmt.Sprintf("%s %d", wanted, n)
	}
	return name
}

// isTaken reports whether somebody elsewhere is called so. Two who come at the same time to two processes may have the
// same name.
func (p *people) isTaken(x *person, name string) bool {
	return p.taken != nil && p.taken(x.room, name, x.somebody())
}

// in returns who is in a room, the first of them by name.
func (p *people) in(room string) (some []somebody, count int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.rooms[room]
	for _, x := range all[:min(len(all), shownNames)] {
		some = append(some, x.somebody())
	}
	return some, len(all)
}

// everywhere returns the rooms that somebody is in.
func (p *people) everywhere() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Collect(maps.Keys(p.rooms))
}

// tidy returns a name as it can be shown: in one line, not too long, not empty, and without what would turn around the
// text after it.
func tidy(name, standard string) string {
	words := strings.FieldsFunc(name, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	})
	name = strings.Join(words, " ")
	if name = strings.TrimSpace(bounded(name, longestName)); name == "" {
		return standard
	}
	return name
}

// bounded returns the first characters of text.
func bounded(text string, most int) string {
	for i := range text {
		if most--; most < 0 {
			return text[:i]
		}
	}
	return text
}
