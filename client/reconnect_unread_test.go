package client_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

// A program that only writes reconnects too: what is written until the next connection is there arrives in order.
func TestReconnectWriteOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		received := make(chan string, 100)
		twice := talks(func(c *websocket.Conn) {
			for range 2 {
				_, p, _ := c.Read(context.Background())
				received <- string(p)
			}
			c.CloseNow()
		})
		o := client.ReconnectOptions{Outbox: client.Outbox{MaxMessages: 50}}
		r := reconnect(t, o, twice, collects(received))
		var arrive []string
		for i := range 50 {
			m := fmt.Sprint(i)
			if err := r.WriteText(t.Context(), m); err != nil {
				t.Errorf("%s: %v", m, err)
			}
			arrive = append(arrive, m)
			time.Sleep(second)
		}
		want(t, received, arrive...)
		if s := r.Stats(); s.Losses != 1 {
			t.Errorf("%+v", s)
		}
	})
}

// While nobody reads a Reconnecting answers Pings, notices the loss and comes back. What it has received can be read
// afterwards, over all connections in order.
func TestReconnectUnread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		says := func(text string) func(net.Conn) {
			return talks(func(c *websocket.Conn) {
				alive := c.Discard(context.Background())
				c.WriteText(context.Background(), text)
				if _, err := c.Ping(context.Background(), nil); err != nil {
					t.Errorf("Ping: %v", err)
				}
				if text == "last" {
					<-alive.Done()
				}
				c.CloseNow()
			})
		}
		r := reconnect(t, client.ReconnectOptions{}, says("one"), says("two"), says("last"))
		time.Sleep(minute)
		if s := r.Stats(); s.UnreadMessages != 3 || s.UnreadBytes != len("onetwolast") || s.Losses != 2 || s.Down != 0 {
			t.Errorf("%+v", s)
		}
		for _, want := range []string{"one", "two", "last"} {
			if _, p, err := r.Read(t.Context()); string(p) != want || err != nil {
				t.Errorf("%q, %v, want %s", p, err, want)
			}
		}
		if s := r.Stats(); s.UnreadMessages != 0 || s.UnreadBytes != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// What was received before the end of all can be read after it.
func TestReconnectUnreadAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := reconnect(t, client.ReconnectOptions{}, talks(func(c *websocket.Conn) {
			for i := range 3 {
				c.WriteText(context.Background(), fmt.Sprint(i))
			}
			c.Close(context.Background(), websocket.CloseNormal, "")
		}))
		synctest.Wait()
		if phase := r.State().Phase; phase != client.PhaseClosed {
			t.Errorf("it is %s", phase)
		}
		var got []string
		for m, err := range r.Messages(t.Context()) {
			if err != nil {
				if websocket.CloseStatus(err) != websocket.CloseNormal {
					t.Error(err)
				}
				break
			}
			got = append(got, string(m.Data))
		}
		if text := strings.Join(got, " "); text != "0 1 2" {
			t.Errorf("read %q", text)
		}
	})
}

// What waits for Read is bounded, empty messages too: then the server has to wait. Nothing is lost by that.
func TestReconnectUnreadIsBounded(t *testing.T) {
	for _, test := range []struct{ size, limit, most int }{{1000, 5000, 5}, {0, 3200, 100}, {10_000, 1, 1}, {1000, 0, 1017}} {
		synctest.Test(t, func(t *testing.T) {
			const messages = 2000
			r := reconnect(t, client.ReconnectOptions{MaxUnread: test.limit}, talks(func(c *websocket.Conn) {
				for i := range messages {
					c.WriteText(context.Background(), fmt.Sprintf("%0*d", test.size, i)[:test.size])
				}
				c.Read(context.Background())
				<-c.Done()
			}))
			synctest.Wait()
			if s := r.Stats(); s.UnreadMessages > test.most || s.UnreadMessages < test.most-1 {
				t.Errorf("%d messages of %d bytes are held with a limit of %d", s.UnreadMessages, test.size, test.limit)
			}
			for i := range messages {
				_, p, err := r.Read(t.Context())
				if want := fmt.Sprintf("%0*d", test.size, i)[:test.size]; string(p) != want || err != nil {
					t.Fatalf("message %d: %.20q, %v", i, p, err)
				}
			}
			if s := r.Stats(); s.Losses != 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

// A loss shows by writing even while nothing more is received, and Close ends that as well.
func TestReconnectUnreadIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		received := make(chan string, 10)
		flood := talks(func(c *websocket.Conn) {
			c.WriteText(context.Background(), "flood")
			_, p, _ := c.Read(context.Background())
			received <- string(p)
			c.CloseNow()
		})
		o := client.ReconnectOptions{MaxUnread: 1, Outbox: client.Outbox{MaxMessages: 9}}
		r := reconnect(t, o, flood, flood, collects(received))
		synctest.Wait()
		arrived := []string{"0"}
		for i := range 9 {
			var lost *client.LostError
			err := r.WriteText(t.Context(), fmt.Sprint(i))
			if err != nil && !errors.As(err, &lost) {
				t.Error(err)
			}
			if i > 0 && err == nil {
				arrived = append(arrived, fmt.Sprint(i))
			}
			time.Sleep(minute)
		}
		want(t, received, arrived...)
		if s := r.Stats(); s.Losses != 2 {
			t.Errorf("%+v", s)
		}
	})
}

// Only what was on its way is in doubt: messages that wait behind it go out over the next connection.
func TestReconnectNeverHandedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		received := make(chan string, 20)
		cut := make(chan bool)
		stuck := talks(func(*websocket.Conn) { <-cut })
		o := client.ReconnectOptions{Outbox: client.Outbox{MaxMessages: 10}}
		o.Dial.Conn.MaxQueued = 2000 // some have no place either
		r := reconnect(t, o, stuck, collects(received))
		synctest.Wait()
		results := make(chan error, 10)
		for i := range 10 {
			go func() { results <- r.WriteText(t.Context(), fmt.Sprint(i)+strings.Repeat(".", 500)) }()
			synctest.Wait()
		}
		close(cut)
		doubts := 0
		for range 10 {
			var lost *client.LostError
			if err := <-results; errors.As(err, &lost) {
				doubts++
			} else if err != nil {
				t.Error(err)
			}
		}
		time.Sleep(minute)
		got := make(map[string]bool)
		for len(received) > 0 {
			got[(<-received)[:1]] = true
		}
		if doubts != 1 || len(got) != 9 || got["0"] {
			t.Errorf("%d messages are in doubt, %v have arrived", doubts, got)
		}
	})
}

// A message of the outbox that a connection has taken nothing of stays the first.
func TestOutboxNeverHandedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var dropped drops
		received := make(chan string, 10)
		connects := 0
		o := client.ReconnectOptions{
			Outbox: client.Outbox{MaxMessages: 3}, OnDrop: dropped.tell,
			OnConnect: func(_ context.Context, c *websocket.Conn) error {
				if connects++; connects < 3 {
					c.CloseNow()
				}
				return nil
			},
		}
		r := reconnect(t, o, collects(received))
		for _, m := range []string{"a", "b", "c"} {
			if err := r.WriteText(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		want(t, received, "a", "b", "c")
		if len(dropped) != 0 || r.Stats().Losses != 2 {
			t.Errorf("dropped %q, %+v", dropped, r.Stats())
		}
	})
}
