package hubtest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/seed372fb791/rfc6455/hub"
)

// What is declared wrongly fails, be it too much or too little.
func TestDeclarations(t *testing.T) {
	whole := func(l *line) hub.Backplane { return l }
	pass := func(l *line) hub.Backplane { return plain{l} }
	little := func(l *line) hub.Backplane {
		return &twisted{line: l, publish: func(l *line, ctx context.Context, topic string, m []hub.Message) (hub.Position, error) {
			if len(m[0].Data) > 1000 {
				return hub.Position{}, errors.New("too much")
			}
			return l.Publish(ctx, topic, m...)
		}}
	}
	for _, test := range []struct {
		name     string
		connect  func(*line) hub.Backplane
		can      func(*Abilities)
		in, says string
	}{
		{"no numbers", whole, func(a *Abilities) { a.Numbers = false }, "positions", "Numbers are not declared"},
		{"numbers", pass, func(a *Abilities) { a.Numbers = true }, "positions", "has no position"},
		{"no IDs", whole, func(a *Abilities) { a.IDs = false }, "ids", "IDs are not declared"},
		{"IDs", pass, func(a *Abilities) { a.Numbers = false }, "ids", "must not come"},
		{"no history", whole, func(a *Abilities) { a.History = 0 }, "history", "no History is declared"},
		{"a history", pass, func(a *Abilities) { a.Numbers = false }, "history", "no Rememberer"},
		{"a long history", whole, func(a *Abilities) { a.History = 1000 }, "forgetting", "is forgotten"},
		{"a short history", whole, func(a *Abilities) { a.History = 50 }, "forgetting", "has to be 100 or more"},
		{"no status", whole, func(a *Abilities) { a.Status = false }, "watch", "Status is declared: false"},
		{"a status", pass, func(a *Abilities) { a.Status = true }, "watch", "Status is declared: true"},
		{"little data", whole, func(a *Abilities) { a.MaxData = 1000 }, "large", "can be published"},
		{"much data", little, func(a *Abilities) {}, "large", "too much"},
	} {
		t.Run(test.name, func(t *testing.T) {
			can := all
			test.can(&can)
			b := withFaults(can, test.connect)
			fails(t, b, test.in, test.says)
		})
	}
}

// A history that is kept for ever is another one than declared.
func TestEndlessHistory(t *testing.T) {
	b := Broker{
		New: perTest(func() hub.Backplane { return &hub.MemoryBackplane{Keep: 5000} }),
		Can: Abilities{Numbers: true, Order: true, IDs: true, History: 100},
	}
	fails(t, b, "forgetting", "are kept")
}

// What is declared wrongly of a fault fails.
func TestFaultDeclarations(t *testing.T) {
	for _, test := range []struct {
		name, in string
		change   func(*Fault)
		says     string
	}{
		{"it forgets nothing", "killed", func(f *Fault) { f.Forgets = true }, "has all that was published before"},
		{"it forgets", "wiped", func(f *Fault) { f.Forgets = false }, "is declared not to forget"},
		{"it is behind", "failed over to a replica that is behind", func(f *Fault) { f.Forgets = false }, "is declared not to forget"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := withFaults(all, func(l *line) hub.Backplane { return l })
			for i := range b.Faults {
				if b.Faults[i].Name == test.in {
					test.change(&b.Faults[i])
				}
			}
			fails(t, b, test.in, test.says)
		})
	}
}

// One order is declared, and there is one for each process: but for that, all is well.
func TestOrders(t *testing.T) {
	lines := 0
	b := withFaults(Abilities{Order: true}, func(l *line) hub.Backplane {
		lines++
		if lines != 2 {
			return plain{l}
		}
		return plain{&twisted{line: l, receivers: new(sync.Map), receiver: late("0:")}}
	})
	fails(t, b, "order", "in another order than")
	b.Can.Order = false
	lines = 0
	if errs := new(fake).run(b, testOrder); len(errs) > 0 {
		t.Errorf("without Order declared: %q", errs)
	}
}

// late returns a Receiver to which messages with a prefix come behind the next that has another one.
func late(prefix string) func(hub.Receiver) hub.Receiver {
	var held []hub.Message
	return func(r hub.Receiver) hub.Receiver {
		return &hearing{Receiver: r, deliver: func(r hub.Receiver, topic string, m []hub.Message) {
			for _, m := range m {
				switch {
				case strings.HasPrefix(string(m.Data), prefix):
					held = append(held, m)
					continue
				case strings.HasPrefix(string(m.Data), lastOnes): // behind all of its process
					held = append(held, m)
				default:
					held = append([]hub.Message{m}, held...)
				}
				r.Deliver(topic, held...)
				held = nil
			}
		}}
	}
}
