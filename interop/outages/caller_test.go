package outages

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

// caller is a client that comes back, and what it hears.
type caller struct {
	*testing.T
	*client.Reconnecting
	states chan client.State
	sent   int

	mu      sync.Mutex
	echoes  map[string]int // how often each message has come back
	changed chan struct{}
}

// newCaller connects to url. The delays are short.
func newCaller(t *testing.T, url string, o client.ReconnectOptions) *caller {
	t.Helper()
	c := &caller{T: t, states: make(chan client.State, 1<<16), echoes: map[string]int{}, changed: make(chan struct{}, 1)}
	o.FirstDelay, o.MaxDelay = time.Millisecond, 20*time.Millisecond
	o.OnState = func(s client.State) { c.states <- s }
	o.Dial.Proxy = client.NoProxy
	r, err := client.NewReconnecting(url, &o)
	if err != nil {
		t.Fatal(err)
	}
	c.Reconnecting = r
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		c.hear()
	}()
	t.Cleanup(func() {
		r.Close(context.Background(), websocket.CloseNormal, "")
		<-heard
	})
	return c
}

// hear counts what comes back.
func (c *caller) hear() {
	for m, err := range c.Messages(context.Background()) {
		if err != nil {
			return
		}
		c.mu.Lock()
		c.echoes[string(m.Data)]++
		c.mu.Unlock()
		select {
		case c.changed <- struct{}{}:
		default:
		}
	}
}

// await waits for a phase and returns its state.
func (c *caller) await(phase client.Phase) client.State {
	c.Helper()
	for late := time.After(patience); ; {
		select {
		case s := <-c.states:
			if s.Phase == phase {
				return s
			}
			if s.Phase == client.PhaseClosed {
				c.Fatalf("all is over: %v", s.Err)
			}
		case <-late:
			c.Fatalf("it does not become %v", phase)
		}
	}
}

// next is a message that was not sent before.
func (c *caller) next() string {
	c.sent++
	return fmt.Sprint("message ", c.sent)
}

// say sends a message, which the connection may be lost with.
func (c *caller) say() (message string, err error) {
	message = c.next()
	ctx, cancel := context.WithTimeout(c.Context(), patience)
	defer cancel()
	return message, c.WriteText(ctx, message)
}

// arrive sends messages that have to come back.
func (c *caller) arrive() {
	c.Helper()
	for range 20 {
		message, err := c.say()
		if err != nil {
			c.Fatal(err)
		}
		c.hears(message)
	}
}

// hears waits for a message to come back.
func (c *caller) hears(message string) {
	c.Helper()
	for late := time.After(patience); !c.heard(message); {
		select {
		case <-c.changed:
		case <-late:
			c.Fatalf("%q does not come back", message)
		}
	}
}

func (c *caller) heard(message string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.echoes[message] > 0
}

// once checks that the server, which has been told all, and the caller have
// received nothing twice.
func (c *caller) once(p *process) {
	c.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	seen := map[string]bool{}
	for _, message := range p.got {
		if seen[message] {
			c.Errorf("the server has got %q twice", message)
		}
		seen[message] = true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for message, n := range c.echoes {
		if n != 1 {
			c.Errorf("%q has come back %d times", message, n)
		}
	}
}
