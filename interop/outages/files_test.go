package outages

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/interop/internal/programs"
	"github.com/seed372fb791/rfc6455/websocket"
)

// A server without file descriptors, on both ways in: who is connected is
// served, who is not waits and comes in when others leave. In the end all
// descriptors are free again.
func TestFiles(t *testing.T) {
	const files, callers = 40, 80
	for name, s := range map[string]settings{"net/http": {HTTP: true, Files: files}, "listener": {Files: files}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.Address = programs.Port(t)
			p := newProcess(t, s)
			first := p.dial()
			before := answer(t, first, "files")
			opened := make(chan *websocket.Conn, callers)
			for range callers {
				go func() { opened <- p.dial() }()
			}
			p.until("a complaint", func() bool {
				return slices.ContainsFunc(p.errors, func(e string) bool { return strings.Contains(e, "too many open files") })
			})
			echoes(t, first, "while there are none")
			const held = 10 // fewer than there is room for
			var open []*websocket.Conn
			for i := range callers {
				if len(open) == held {
					leave(t, open[0])
					open = open[1:]
				}
				c := <-opened
				if c == nil {
					t.Fatal("a dial has failed")
				}
				echoes(t, c, fmt.Sprint("caller ", i))
				open = append(open, c)
			}
			for _, c := range open {
				leave(t, c)
			}
			for late := time.Now().Add(patience); answer(t, first, "files") != before; time.Sleep(time.Millisecond) {
				if time.Now().After(late) {
					t.Fatalf("%s descriptors are open, before it were %s", answer(t, first, "files"), before)
				}
			}
		})
	}
}

// dial connects, however long that takes. It returns nil if it cannot.
func (p *process) dial() *websocket.Conn {
	o := &client.Options{Proxy: client.NoProxy, ConcurrentDials: true, HandshakeTimeout: patience}
	c, _, err := client.Dial(p.Context(), "ws://"+p.Address, o)
	if err != nil {
		p.Errorf("Dial: %v", err)
		return nil
	}
	p.Cleanup(func() { c.CloseNow() })
	return c
}

// answer returns what the server says to a message.
func answer(t *testing.T, c *websocket.Conn, message string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := c.WriteText(ctx, message); err != nil {
		t.Fatal(err)
	}
	_, data, err := c.Read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func echoes(t *testing.T, c *websocket.Conn, message string) {
	t.Helper()
	if got := answer(t, c, message); got != message {
		t.Fatalf("%q comes back as %q", message, got)
	}
}

func leave(t *testing.T, c *websocket.Conn) {
	t.Helper()
	if err := c.Close(t.Context(), websocket.CloseNormal, ""); err != nil {
		t.Errorf("Close: %v", err)
	}
}
