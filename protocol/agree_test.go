package protocol

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

// peer is one of two endpoints that talk to each other, with what it said and
// what it heard. Pongs that answer are not said: they stand in pongs.
type peer struct {
	*session
	said, heard []Event
	pongs       []Event // heard
	wire        []byte  // on the way to the other side
	typ         Type    // of the message that is being sent
}

// act lets the application of p do something at random. What is refused, since
// the connection is closing, is not said.
func (p *peer) act(r *rand.Rand) {
	data := bytes.Repeat([]byte{byte('a' + r.IntN(26))}, r.IntN(300))
	var ev Event
	var err error
	switch n := r.IntN(100); {
	case n < 20:
		data = data[:min(len(data), maxControl)]
		ev, err = Event{Kind: PingEvent, Data: data}, p.e.SendPing(data)
	case n < 21:
		ev = Event{Kind: CloseEvent, Code: CloseCode(4000 + r.IntN(1000)), Reason: "bye"}
		err = p.e.SendClose(ev.Code, ev.Reason)
	default:
		if p.typ == 0 {
			p.typ = []Type{Text, Binary}[r.IntN(2)]
		}
		ev = Event{Kind: DataEvent, Type: p.typ, Fin: r.IntN(3) == 0, Data: data}
		err = p.e.Send(ev.Type, ev.Fin, data)
		if ev.Fin {
			p.typ = 0
		}
	}
	if err == nil && (ev.Kind != DataEvent || ev.Fin || len(data) > 0) {
		p.said = append(p.said, ev)
	}
}

// deliver gives p the first bytes of those that are on the way.
func (p *peer) deliver(from *peer, n int) {
	from.wire = append(from.wire, from.take()...)
	n = min(n, len(from.wire))
	for _, ev := range p.receive(from.wire[:n]) {
		switch ev.Kind {
		case PongEvent:
			p.pongs = append(p.pongs, ev)
			continue
		case CloseEvent:
			if p.e.State() == Completed && p.lastSaid().Kind != CloseEvent {
				p.said = append(p.said, Event{Kind: CloseEvent, Code: ev.Code})
			}
		}
		p.heard = append(p.heard, ev)
	}
	from.wire = from.wire[n:]
}

func (p *peer) lastSaid() Event {
	if len(p.said) == 0 {
		return Event{}
	}
	return p.said[len(p.said)-1]
}

// pings returns the Pongs that are due for the Pings that p sent.
func (p *peer) pings() (due []Event) {
	for _, ev := range p.said {
		if ev.Kind == PingEvent {
			due = append(due, Event{Kind: PongEvent, Data: ev.Data})
		}
	}
	return due
}

// A client and a server talk, in whatever chunks. All that one says the other
// hears, in order; each Ping gets its Pong unless a Close came before; they end
// in the same state.
//
//rfc:6455-5.4-9 6455-5.4-11 6455-5.5.1-9 6455-5.5.1-17 6455-5.5.2-3 6455-5.5.3-2 6455-6.1-9 6455-7.1.5-1
func TestTwoEndpointsAgree(t *testing.T) {
	ends := make(map[State]int)
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 6455))
		client := &peer{session: (&fixture{key: exampleKey}).start(Client)}
		server := &peer{session: (&fixture{}).start(Server)}
		converse(r, client, server)
		checkAgree(t, seed, client, server)
		checkAgree(t, seed, server, client)
		ends[client.e.State()]++
		if t.Failed() {
			return
		}
	}
	if ends[Open] < 100 || ends[Completed] < 100 {
		t.Errorf("ends %v: the test looks at one kind only", ends)
	}
}

func converse(r *rand.Rand, a, b *peer) {
	for range r.IntN(150) {
		if r.IntN(2) == 0 {
			a, b = b, a
		}
		if r.IntN(2) == 0 {
			a.act(r)
		} else {
			a.deliver(b, r.IntN(200))
		}
	}
	// Two rounds: what is under way, the answers to it.
	for range 2 {
		a.deliver(b, 1<<20)
		b.deliver(a, 1<<20)
	}
}

func checkAgree(t *testing.T, seed uint64, from, to *peer) {
	t.Helper()
	if said, heard := describe(merged(from.said)), describe(merged(to.heard)); said != heard {
		t.Errorf("seed %d: the %v said\n%sthe %v heard\n%s", seed, from.e.Role(), said, to.e.Role(), heard)
	}
	due, pongs := describe(from.pings()), describe(from.pongs)
	if from.e.State() == Open && pongs != due || !isPrefix(from.pongs, from.pings()) {
		t.Errorf("seed %d: the %v got the pongs\n%sfor\n%s", seed, from.e.Role(), pongs, due)
	}
	if from.e.State() != to.e.State() || !slices.Contains([]State{Open, Completed}, from.e.State()) {
		t.Errorf("seed %d: states %v and %v", seed, from.e.State(), to.e.State())
	}
	if len(from.wire)+from.e.Pending() > 0 {
		t.Errorf("seed %d: the %v has not said all", seed, from.e.Role())
	}
}
