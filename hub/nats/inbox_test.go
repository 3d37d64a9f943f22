package nats

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/nats-io/nats.go"
)

// filling has an inbox filled until the test ends.
func filling(t *testing.T, b *inbox) {
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { b.fill(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
}

// next waits until something is there.
func (b *inbox) next() ([]*nats.Msg, bool) {
	for {
		<-b.ready
		if m, dropped := b.take(); dropped || len(m) > 0 {
			return m, dropped
		}
	}
}

func TestInbox(t *testing.T) {
	b := newInbox()
	filling(t, b)
	const n = 1000
	go func() {
		for i := range n {
			b.channel <- &nats.Msg{Subject: fmt.Sprint(i)}
		}
	}()
	for got := 0; got < n; {
		m, dropped := b.next()
		if dropped {
			t.Fatal("messages are dropped")
		}
		for _, m := range m {
			if m.Subject != fmt.Sprint(got) {
				t.Fatalf("message %d is %q", got, m.Subject)
			}
			got++
		}
	}
}

// When the channel was full messages may be missing behind those in it: none of them comes.
func TestInboxFull(t *testing.T) {
	b := newInbox()
	for range cap(b.channel) {
		b.channel <- &nats.Msg{Subject: "old"}
	}
	filling(t, b)
	if m, dropped := b.next(); len(m) > 0 || !dropped {
		t.Errorf("%d messages come, messages were dropped: %v", len(m), dropped)
	}
	b.channel <- &nats.Msg{Subject: "new"}
	if m, dropped := b.next(); len(m) != 1 || m[0].Subject != "new" || dropped {
		t.Errorf("%d messages come afterwards, messages were dropped: %v", len(m), dropped)
	}
}

// One that is large takes the place of all that wait; one that is larger than all room comes.
func TestInboxOverflow(t *testing.T) {
	b := newInbox()
	for _, m := range []*nats.Msg{{Subject: "a", Data: make([]byte, inboxBytes/2)}, {Subject: "b", Data: make([]byte, inboxBytes+1)}} {
		b.put(m)
	}
	if m, dropped := b.take(); len(m) != 1 || m[0].Subject != "b" || !dropped {
		t.Errorf("%d messages come, messages were dropped: %v", len(m), dropped)
	}
}

func TestInboxClear(t *testing.T) {
	b := newInbox()
	for range 10 {
		b.channel <- &nats.Msg{Subject: "old"}
	}
	filling(t, b)
	b.clear(t.Context())
	b.channel <- &nats.Msg{Subject: "new"}
	if m, dropped := b.next(); len(m) != 1 || m[0].Subject != "new" || dropped {
		t.Errorf("%d messages come, messages were dropped: %v", len(m), dropped)
	}
}
