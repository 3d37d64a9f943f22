package fuzz

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/seed372fb791/rfc6455/protocol"
)

// talker is one of two endpoints that talk to each other. What it hears are no
// Pongs, and the answer to a Close counts as said.
type talker struct {
	e           *protocol.Endpoint
	said, heard transcript
	typ         protocol.Type // of the message that is being sent
	wire        []byte        // on the way to the other one
}

// step is an instruction of the script: two bytes. The first says who does
// what, the second how much.
func step(t *testing.T, a, b *talker, what, much byte) {
	t.Helper()
	if what&1 != 0 {
		a, b = b, a
	}
	switch what >> 1 & 7 {
	case 0, 1, 2:
		b.hear(t, a, int(much))
	case 3:
		b.hear(t, a, int(much)<<8)
	case 4:
		data := bytes.Repeat([]byte{what}, int(much)/2)
		a.say(protocol.Event{Kind: protocol.PingEvent, Data: data}, a.e.SendPing(data))
	case 5:
		if much < 32 {
			code := protocol.CloseCode(990 + int(much))
			a.say(protocol.Event{Kind: protocol.CloseEvent, Code: code, Reason: "r"}, a.e.SendClose(code, "r"))
		}
	default:
		a.send(what&0x40 != 0, much)
	}
}

// send sends a piece of a message, which may be no UTF-8 for now or for good.
func (a *talker) send(fin bool, much byte) {
	typ := a.typ
	if typ == 0 {
		typ = []protocol.Type{protocol.Text, protocol.Binary}[much&1]
	}
	data := bytes.Repeat([]byte{much}, int(much))
	if much%3 > 0 {
		data = []byte("é€𐍈")[much%10:]
	}
	err := a.e.Send(typ, fin, data)
	a.say(protocol.Event{Kind: protocol.DataEvent, Type: typ, Fin: fin, Data: data}, err)
	if err == nil {
		a.typ = typ
		if fin {
			a.typ = 0
		}
	}
}

// say writes down what was not refused.
func (a *talker) say(ev protocol.Event, err error) {
	if err == nil {
		a.said.add(ev)
	}
}

// hear gives b the first n bytes of those on the way from a.
func (b *talker) hear(t *testing.T, a *talker, n int) {
	t.Helper()
	a.wire = append(a.wire, a.e.Output()...)
	n = min(n, len(a.wire))
	b.e.Receive(bytes.Clone(a.wire[:n]))
	a.wire = a.wire[n:]
	var ev protocol.Event
	for b.e.Next(&ev) {
		if ev.Kind != protocol.PongEvent {
			b.heard.add(ev)
		}
		before := b.e.State()
		b.e.Answer(&ev)
		if ev.Kind == protocol.CloseEvent && before == protocol.Open {
			code := ev.Code
			if code == protocol.CloseMandatoryExtension && b.e.Role() == protocol.Server {
				code = protocol.CloseNormal // 1010 is for clients
			}
			b.said.add(protocol.Event{Kind: protocol.CloseEvent, Code: code})
		}
	}
}

// Whatever two endpoints say to each other, and however it is cut on the way,
// they hear it, and end in the same state.
func FuzzTwoEndpoints(f *testing.F) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 0))
		script := make([]byte, 2*r.IntN(100))
		for i := range script {
			script[i] = byte(r.Uint32())
		}
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		client := &talker{e: protocol.NewEndpoint(protocol.Client, nil, nil, nil)}
		server := &talker{e: protocol.NewEndpoint(protocol.Server, nil, nil, nil)}
		script = script[:min(len(script), 1000)&^1]
		for i := 0; i < len(script); i += 2 {
			step(t, client, server, script[i], script[i+1])
		}
		for range 2 {
			server.hear(t, client, 1<<24)
			client.hear(t, server, 1<<24)
		}
		for _, pair := range [][2]*talker{{client, server}, {server, client}} {
			if said, heard := pair[0].said.String(), pair[1].heard.String(); said != heard {
				t.Fatalf("the %v said\n%s\nwhat was heard:\n%s", pair[0].e.Role(), said, heard)
			}
		}
		if client.e.State() != server.e.State() || client.e.State() == protocol.Failed {
			t.Fatalf("states %v and %v", client.e.State(), server.e.State())
		}
	})
}
