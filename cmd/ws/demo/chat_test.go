package demo

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// chatter is a page of the chat.
type chatter struct{ visitor }

// join joins a room after a message, and returns what the server calls the chatter.
func join(t testing.TB, addr, room, name, who, after string) (chatter, string) {
	t.Helper()
	c := chatter{visit(t, addr, "/ws/chat")}
	c.tell(`{"kind": "join", "room": %q, "name": %q, "who": %q, "after": %q}`, room, name, who, after)
	return c, c.next("you").Name
}

// next returns the next message of a kind.
func (c chatter) next(kind string) toPage {
	c.Helper()
	return hear(c.visitor, func(m toPage) bool { return m.Kind == kind })
}

// wantHere waits until those are here.
func (c chatter) wantHere(names ...string) {
	c.Helper()
	hear(c.visitor, func(m toPage) bool { return m.Kind == "here" && slices.Equal(m.Names, names) && m.Count == len(names) })
}

func TestChatPresence(t *testing.T) {
	addr := serve(t, New(nil))
	ann, _ := join(t, addr, "a", "Ann", "", "")
	ann.wantHere("Ann")
	ben, _ := join(t, addr, "a", "Ben", "", "")
	ann.wantHere("Ann", "Ben")
	join(t, addr, "b", "Ann", "", "")
	ben.tell(`{"kind": "type"}`)
	if m := ann.next("types"); m.Name != "Ben" {
		t.Errorf("%+v", m)
	}
	ben.tell(`{"kind": "name", "name": "ANN"}`)
	ann.wantHere("Ann", "ANN 2")
	ben.Close(t.Context(), websocket.CloseGoingAway, "")
	ann.wantHere("Ann")
}

func TestChatNames(t *testing.T) {
	long := strings.Repeat("ü", longestName)
	for _, c := range []struct{ wants, gets string }{
		{"Ann", "Ann"},
		{"", defaultName},
		{" \t\u2003 ", defaultName},
		{"  Ann\n\x00of  Green Gables ", "Ann of Green Gables"},
		{long + "ü", long},
		{"\u202ennA", "nnA"},
		{"<b>", "<b>"},
	} {
		if got := tidy(c.wants, defaultName); got != c.gets {
			t.Errorf("%q: %q, want %q", c.wants, got, c.gets)
		}
	}
	var p people
	for i := range shownNames + 10 {
		p.enter(nil, fromPage{Name: []string{"Ann", "ann"}[i%2]})
	}
	if names, count := p.in(defaultRoom); count != shownNames+10 || len(names) != shownNames || names[1].Name != "ann 2" || names[4].Name != "Ann 5" {
		t.Errorf("%d: %q", count, names)
	}
}

// A page that comes back takes the place of the connection that it had.
func TestChatTakesOver(t *testing.T) {
	addr := serve(t, New(nil))
	old, _ := join(t, addr, "a", "Ann", "secret", "")
	_, name := join(t, addr, "a", "Ann", "secret", "")
	if name != "Ann" {
		t.Errorf("called %q", name)
	}
	for {
		if _, _, err := old.Read(t.Context()); err != nil {
			break
		}
	}
}

// say says something, and returns it as everybody hears it.
func (c chatter) say(id, text string) toPage {
	c.Helper()
	c.tell(`{"kind": "say", "id": %q, "text": %q}`, id, text)
	return c.next("said")
}

func TestChatResumes(t *testing.T) {
	addr := serve(t, New(nil))
	ann, _ := join(t, addr, "a", "Ann", "", "")
	ben, _ := join(t, addr, "a", "Ben", "", "")
	first := ann.say("1", "one")
	if first.Name != "Ann" || first.Text != "one" || first.ID != "1" || first.At == "" || first.Time == 0 {
		t.Errorf("%+v", first)
	}
	ben.CloseNow()
	ann.say("2", "two")
	ben, _ = join(t, addr, "a", "Ben", "", first.At)
	if m := ben.next("said"); m.Text != "two" {
		t.Errorf("%+v", m)
	}

	// Sent again after a lost connection: taken, and heard once.
	ann.tell(`{"kind": "say", "id": "1", "text": "one"}`)
	if m := hear(ann.visitor, func(m toPage) bool { return m.Kind == "said" || m.Kind == "taken" && m.ID == "1" }); m.Kind != "taken" {
		t.Errorf("%+v", m)
	}
	ann.say("3", "three")
	if m := ben.next("said"); m.Text != "three" {
		t.Errorf("%+v", m)
	}

	// The same id in another room is something else.
	cleo, _ := join(t, addr, "b", "Cleo", "", "")
	cleo.say("1", "elsewhere")
}

// A joiner gets the last messages, and one for whom they do not reach back is told.
func TestChatHistory(t *testing.T) {
	addr := serve(t, New(nil))
	var said []toPage
	for len(said) < keptMessages+5 {
		ann, _ := join(t, addr, "a", "Ann", "", "")
		for range 15 { // nobody has to wait for as many
			id := fmt.Sprint(len(said))
			ann.tell(`{"kind": "say", "id": %q, "text": %q}`, id, id)
			said = append(said, hear(ann.visitor, func(m toPage) bool { return m.Kind == "said" && m.ID == id }))
		}
	}
	ben, _ := join(t, addr, "a", "Ben", "", "")
	for _, want := range said[len(said)-keptMessages:] {
		if m := ben.next("said"); !reflect.DeepEqual(m, want) {
			t.Fatalf("%+v, want %+v", m, want)
		}
	}
	cleo, _ := join(t, addr, "a", "Cleo", "", said[0].At)
	if m := hear(cleo.visitor, func(m toPage) bool { return m.Kind == "gap" || m.Kind == "said" }); m.Kind != "gap" {
		t.Errorf("%+v", m)
	}
}

// Another life of the server does not know what was.
func TestChatRestart(t *testing.T) {
	ann, _ := join(t, serve(t, New(nil)), "a", "Ann", "", "")
	last := ann.say("1", "one")
	ann, _ = join(t, serve(t, New(nil)), "a", "Ann", "", last.At)
	ann.next("gap")
	ann.say("2", "two")
}

func TestChatHostile(t *testing.T) {
	addr := serve(t, New(nil))
	for _, first := range []string{"", "x", "null", "[]", `{"kind": "say"}`, `{"kind": 1}`, `{"kind": "join", "after": "x"}`} {
		v := visit(t, addr, "/ws/chat")
		v.tell("%s", first)
		v.wantClosed(websocket.ClosePolicyViolation, "join first")
	}
	ann, _ := join(t, addr, "a", "Ann", "", "18446744073709551615-x")
	for _, m := range []string{
		"{}", "null", `{"kind": "fly"}`, `{"kind": "join"}`, `{"kind": "say"}`, `{"kind": "say", "id": "1", "text": " "}`,
		`{"kind": "say", "text": "no id"}`, `{"kind": "say", "id": "` + strings.Repeat("x", 65) + `", "text": "long id"}`,
	} {
		ann.tell("%s", m)
	}
	for _, id := range []string{"", "1", "", strings.Repeat("x", 65)} {
		if m := ann.next("refused"); m.ID != id || m.Text == "" {
			t.Errorf("%+v, want the id %q", m, id)
		}
	}
	if m := ann.say("2", strings.Repeat("ü", longestText+1)); m.Text != strings.Repeat("ü", longestText) {
		t.Errorf("%d bytes", len(m.Text))
	}
	ann.tell("no JSON")
	ann.wantClosed(websocket.ClosePolicyViolation, "no JSON")
}

// Who says much has to wait, and loses nothing.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pace{every: 100 * time.Millisecond, burst: 20}
		begin := time.Now()
		for i := range 50 {
			p.wait(t.Context())
			if took, want := time.Since(begin), max(0, time.Duration(i-19)*p.every); took != want {
				t.Fatalf("%d: after %v, want %v", i, took, want)
			}
		}
		time.Sleep(time.Hour)
		begin = time.Now()
		for range 20 {
			p.wait(t.Context())
		}
		if took := time.Since(begin); took != 0 {
			t.Errorf("%v after an hour", took)
		}
	})
}
