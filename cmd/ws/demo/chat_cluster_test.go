package demo

import (
	"context"
	"errors"
	"io"
	"net"
	"reflect"
	"slices"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// together returns brokers for processes that have one chat. They need not be closed.
func together(places ...string) (brokers []*Broker) {
	talk, around := &hub.MemoryBackplane{Keep: keptMessages}, new(hub.MemoryBackplane)
	for _, place := range places {
		brokers = append(brokers, &Broker{Talk: talk, Around: unnumbered{around}, Place: place})
	}
	return brokers
}

// unnumbered is a backplane that remembers nothing and has no numbers, as those for Around.
type unnumbered struct{ hub.Backplane }

// Processes with one broker have one chat: what is said and who is there, wherever.
func TestChatOfTwoProcesses(t *testing.T) {
	b := together("one", "two")
	first, second := serve(t, New(b[0])), serve(t, New(b[1]))
	ann := chatter{visit(t, first, "/ws/chat")}
	ann.tell(`{"kind": "join", "room": "a", "name": "Ann", "who": "secret"}`)
	if you := ann.next("you"); you.Place != "one" {
		t.Errorf("%+v", you)
	}
	ben, _ := join(t, second, "a", "Ben", "", "")
	for _, c := range []chatter{ann, ben} {
		hear(c.visitor, func(m toPage) bool { return m.Kind == "here" && m.Count == 2 && len(m.Names) == 2 })
	}
	if _, name := join(t, second, "a", "ann", "", ""); name != "ann 2" {
		t.Errorf("called %q", name)
	}
	said := ann.say("1", "one")
	if m := ben.next("said"); !reflect.DeepEqual(m, said) {
		t.Errorf("%+v, want %+v", m, said)
	}
	ben.tell(`{"kind": "type"}`)
	if m := ann.next("types"); m.Name != "Ben" {
		t.Errorf("%+v", m)
	}

	// What was not acknowledged is said again elsewhere, and passed on once; what was missed comes first.
	ben.say("2", "two")
	moved, name := join(t, second, "a", "Ann", "secret", said.At)
	if name != "Ann" {
		t.Errorf("who has moved is called %q", name)
	}
	moved.tell(`{"kind": "say", "id": "1", "text": "one"}`)
	if m := moved.next("said"); m.Text != "two" {
		t.Errorf("%+v", m)
	}
	moved.next("taken")
	moved.say("3", "three")
	if m := ben.next("said"); m.Text != "three" {
		t.Errorf("%+v", m)
	}
}

// A process that has died says nothing: its people are forgotten. One that ends says so.
func TestPresence(t *testing.T) {
	var p presence
	ann, ben := somebody{Name: "Ann", Mark: "1"}, somebody{Name: "Ben"}
	if !p.note("a", announcement{From: "x", People: []somebody{ann, ben}, Count: 2}) {
		t.Error("x is no news")
	}
	if p.note("a", announcement{From: "x", People: []somebody{ann, ben}, Count: 2}) {
		t.Error("x is news again")
	}
	p.note("a", announcement{From: "y", People: []somebody{ann}, Count: 1})
	if all, count := p.in("a"); count != 2 || !slices.Equal(all, []somebody{ben, ann}) {
		t.Errorf("%d: %+v", count, all)
	}
	if p.has("a", "ANN", ann) || !p.has("a", "ann", somebody{Name: "ann"}) || p.has("b", "Ann", ben) {
		t.Error("who is called so is not known")
	}
	p.note("a", announcement{From: "x"})
	p.note("a", announcement{From: "y"})
	if all, count := p.in("a"); count != 0 || all != nil || len(p.rooms) != 0 {
		t.Errorf("%d: %+v", count, all)
	}
}

// failing is a broker that has gone.
type failing struct {
	hub.Backplane
	err error
}

func (f failing) Publish(context.Context, string, ...hub.Message) (hub.Position, error) {
	return hub.Position{}, f.err
}

// Who says something that may not have been taken is disconnected, and comes back to say it again.
func TestChatTriesAgain(t *testing.T) {
	b := alone()
	b.Talk = failing{b.Talk, hub.ErrUncertain}
	ann, _ := join(t, serve(t, New(b)), "a", "Ann", "", "")
	ann.tell(`{"kind": "say", "id": "1", "text": "one"}`)
	ann.wantClosed(websocket.CloseTryAgainLater, "the chat cannot be reached")

	b = alone()
	b.Talk.Close(t.Context())
	v := visit(t, serve(t, New(b)), "/ws/chat")
	v.tell(`{"kind": "join"}`)
	v.wantClosed(websocket.CloseTryAgainLater, "the chat cannot be reached")
}

// A -backplane that cannot be used is told by name, without a password.
func TestBackplaneErrors(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free := l.Addr().String()
	l.Close()
	for _, c := range []struct {
		backplane, want string
		usage           bool
	}{
		{"nats", "-backplane nats: ws carries no NATS server, wsnats does: go install github.com/seed372fb791/rfc6455/cmd/wsnats", true},
		{"amqp://me:secret@x", `-backplane "amqp://me:xxxxx@x" is no URL such as redis://127.0.0.1:6379 or nats://127.0.0.1:4222`, true},
		{"localhost:6379", `-backplane "localhost:6379" is no URL such as redis://127.0.0.1:6379 or nats://127.0.0.1:4222`, true},
		{"redis://me:secret@x:%", `-backplane: invalid port ":%" after host`, true},
		{"redis://me:secret@" + free, "-backplane redis://me:xxxxx@" + free + ": dial tcp " + free + ": connect: connection refused", false},
		{"nats://me:secret@" + free, "-backplane nats://me:xxxxx@" + free + ": nats: no servers available for connection", false},
		{"nats://" + free + "?replicas=x", "-backplane nats://" + free + "?replicas=x: its query can be ?replicas=NUMBER, 1 or more", true},
		{"nats://" + free + "?replicas=0", "-backplane nats://" + free + "?replicas=0: its query can be ?replicas=NUMBER, 1 or more", true},
		{"nats://" + free + "?replica=3", "-backplane nats://" + free + "?replica=3: its query can be ?replicas=NUMBER, 1 or more", true},
		{"redis://" + free + "/x", "-backplane redis://" + free + "/x: redis: invalid database number: \"x\"", true},
	} {
		_, err := openBroker(c.backplane, io.Discard)
		var usage *command.UsageError
		if err == nil || err.Error() != c.want || errors.As(err, &usage) != c.usage {
			t.Errorf("%s: %v, %T", c.backplane, err, err)
		}
	}
}
