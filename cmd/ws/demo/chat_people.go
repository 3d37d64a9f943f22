package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/seed372fb791/rfc6455/websocket"
)

// people is who is in which room. The zero value is nobody.
type people struct {
	mu    sync.Mutex
	rooms map[string][]*person // in the order of coming
}

// person is a page in a room.
type person struct {
	conn *websocket.Conn
	room string
	who  string
	name string // changes under the people's lock
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
	for n := 2; taken[strings.ToLower(name)]; n++ {
		name = fmt.Sprintf("%s %d", wanted, n)
	}
	return name
}

// in returns who is in a room, the first of them by name.
func (p *people) in(room string) (names []string, count int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.rooms[room]
	for _, x := range all[:min(len(all), shownNames)] {
		names = append(names, x.name)
	}
	return names, len(all)
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
