package client_test

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

// network leads to servers in memory: the first dial to the first one, and so on, all after that to the last.
type network struct {
	servers []func(net.Conn)
	dials   atomic.Int32
}

func (n *network) dial(context.Context, string, string) (net.Conn, error) {
	i := min(int(n.dials.Add(1)), len(n.servers)) - 1
	ours, theirs := net.Pipe()
	go func() {
		defer theirs.Close()
		n.servers[i](theirs)
	}()
	return ours, nil
}

// reconnect starts a Reconnecting to the servers, whose random delays are the greatest there can be. It is closed
// at the end of the test.
func reconnect(t *testing.T, o client.ReconnectOptions, servers ...func(net.Conn)) *client.Reconnecting {
	t.Helper()
	return reconnectTo(t, o, (&network{servers: servers}).dial)
}

func reconnectTo(
	t *testing.T, o client.ReconnectOptions, dial func(context.Context, string, string) (net.Conn, error),
) *client.Reconnecting {
	t.Helper()
	o.Dial.DialContext, o.Dial.Proxy = dial, client.NoProxy
	r, err := client.NewReconnectingBy("ws://server.test", &o, greatest)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(context.Background(), websocket.CloseNormal, "") })
	return r
}

func greatest(d time.Duration) time.Duration { return d }

// talks is a server that accepts and then does what it is told to.
func talks(talk func(c *websocket.Conn)) func(net.Conn) {
	return func(nc net.Conn) {
		r, _ := readRequest(nc)
		if r == nil {
			return
		}
		if c, err := accept(nc, r, nil); err == nil {
			talk(c)
		}
	}
}

// readFor answers Pings for a while.
func readFor(c *websocket.Conn, d time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	c.Read(ctx)
}

// closes is a server that closes its connections in order after a while.
func closes(after time.Duration, code websocket.CloseCode) func(net.Conn) {
	return talks(func(c *websocket.Conn) {
		readFor(c, after)
		c.Close(context.Background(), code, "")
	})
}

// hangsUp is a server that ends its connections without a word after a while.
func hangsUp(after time.Duration) func(net.Conn) {
	return talks(func(c *websocket.Conn) {
		readFor(c, after)
		c.CloseNow()
	})
}

// refuses is a server that refuses with a status line and fields.
func refuses(head ...string) func(net.Conn) {
	return answers("HTTP/1.1 " + lines(append(head, "Content-Length: 0")...))
}

// collects is a server that gives away what it receives.
func collects(received chan<- string) func(net.Conn) {
	return talks(func(c *websocket.Conn) {
		for m, err := range c.Messages(context.Background()) {
			if err != nil {
				break
			}
			received <- string(m.Data)
		}
		<-c.Done()
	})
}

// readOn reads until all is over, and gives away what with.
func readOn(r *client.Reconnecting) <-chan error {
	over := make(chan error, 1)
	go func() {
		for {
			if _, _, err := r.Read(context.Background()); err != nil {
				over <- err
				return
			}
		}
	}()
	return over
}

// want wants a value from a channel.
func want[T comparable](t *testing.T, from <-chan T, values ...T) {
	t.Helper()
	for _, value := range values {
		if got := <-from; got != value {
			t.Fatalf("got %v, want %v", got, value)
		}
	}
}

// wantError wants err to be one like target.
func wantError(t *testing.T, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Fatalf("error %v, want %v", err, target)
	}
}
