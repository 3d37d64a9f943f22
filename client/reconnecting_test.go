package client_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

// A life with all that can come: the states, when each began and why.
func TestReconnectStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log []string
		start := time.Now()
		o := client.ReconnectOptions{
			OnState: func(s client.State) {
				log = append(log, time.Since(start).String()+" "+s.String())
				if (s.Conn != nil) != (s.Phase == client.PhaseConnected) {
					t.Errorf("%s has the connection %v", s.Phase, s.Conn)
				}
			},
			OnConnect: func(_ context.Context, c *websocket.Conn) error {
				if len(log) < 8 {
					return nil
				}
				return errors.New("the topic is gone")
			},
			Retry: func(err error) bool { return err.Error() != "the topic is gone" },
		}
		r := reconnect(t, o, refuses("503 Busy"), hangsUp(second), closes(second, websocket.CloseNormal), echo)
		err := <-readOn(r)
		if err == nil || err.Error() != "the topic is gone" {
			t.Errorf("error %v", err)
		}
		until := func(after time.Duration, err string) string {
			return "waiting until " + start.Add(after).Format(time.TimeOnly) + ": " + err
		}
		want := []string{
			"0s connecting",
			"0s " + until(5*second, "dial ws://server.test: handshake: the server answered 503 Service Unavailable [6455-4.1-37]"),
			"5s connecting",
			"5s connected",
			"6s " + until(16*second, "connection lost: unexpected EOF"),
			"16s connecting",
			"16s connected",
			"17s " + until(37*second, "closed by the peer: 1000 (normal closure)"),
			"37s connecting",
			"37s closed: the topic is gone",
		}
		if !slices.Equal(log, want) {
			t.Errorf("states\n%s\nwant\n%s", strings.Join(log, "\n"), strings.Join(want, "\n"))
		}
		if s := r.State(); s.Phase != client.PhaseClosed || s.Err != err {
			t.Errorf("at the end it is %v", s)
		}
	})
}

// What another attempt cannot mend ends everything: readers and writers get the cause, now and later, and nothing is
// dialed any more.
func TestReconnectFinal(t *testing.T) {
	for _, test := range []struct {
		name   string
		server func(net.Conn)
		text   string
	}{
		{"normal closure", closes(0, websocket.CloseNormal), "1000 (normal closure)"},
		{"policy violation", closes(0, websocket.ClosePolicyViolation), "1008 (policy violation)"},
		{"unauthorized", refuses("401 Who are you"), "401 Unauthorized"},
		{"not found", refuses("404 What"), "404 Not Found"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &network{servers: []func(net.Conn){test.server}}
				r := reconnectTo(t, client.ReconnectOptions{}, n.dial)
				err := <-readOn(r)
				if !strings.Contains(err.Error(), test.text) {
					t.Errorf("Read: %v", err)
				}
				if _, _, again := r.Read(t.Context()); again != err {
					t.Errorf("Read once more: %v", again)
				}
				if e := r.WriteText(t.Context(), "Hello"); e != err {
					t.Errorf("Write: %v", e)
				}
				<-time.After(time.Hour)
				if dials := n.dials.Load(); dials != 1 {
					t.Errorf("%d dials", dials)
				}
				if err := r.Close(t.Context(), websocket.CloseNormal, ""); err != nil {
					t.Errorf("Close: %v", err)
				}
			})
		})
	}
}

// OnConnect comes after all that one connection has brought and before what the next brings. If it fails nothing was
// connected.
func TestOnConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log []string
		greets := func(welcome string) func(net.Conn) {
			return talks(func(c *websocket.Conn) {
				_, p, _ := c.Read(context.Background())
				c.WriteText(context.Background(), welcome)
				c.WriteText(context.Background(), string(p)+" one")
				c.WriteText(context.Background(), string(p)+" two")
				c.Close(context.Background(), websocket.CloseGoingAway, "")
			})
		}
		o := client.ReconnectOptions{OnConnect: func(ctx context.Context, c *websocket.Conn) error {
			if err := c.WriteText(ctx, "token"); err != nil {
				return err
			}
			_, p, err := c.Read(ctx)
			log = append(log, string(p))
			if string(p) == "no" {
				return errors.New("denied")
			}
			return err
		}}
		r := reconnect(t, o, greets("welcome"), greets("no"), greets("welcome back"))
		for m, err := range r.Messages(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if log = append(log, string(m.Data)); len(log) == 7 {
				break
			}
		}
		want := "welcome,token one,token two,no,welcome back,token one,token two"
		if got := strings.Join(log, ","); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	})
}

// A connection that was lost while nobody reads: what was received can still be read, and what is written goes out over
// the next one.
func TestReconnectUnnoticed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		received := make(chan string, 10)
		last := talks(func(c *websocket.Conn) {
			c.WriteText(context.Background(), "last")
			c.CloseNow()
		})
		o := client.ReconnectOptions{Outbox: client.Outbox{MaxMessages: 9}}
		r := reconnect(t, o, last, collects(received))
		synctest.Wait()
		for _, m := range []string{"a", "b"} {
			if err := r.WriteText(t.Context(), m); err != nil {
				t.Error(err)
			}
		}
		if _, p, err := r.Read(t.Context()); string(p) != "last" || err != nil {
			t.Fatalf("%q, %v", p, err)
		}
		want(t, received, "a", "b")
	})
}

// A server that falls silent is given up by keepalive, also while the outbox goes out to it.
func TestReconnectSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var dropped drops
		over := make(chan bool)
		defer close(over)
		received := make(chan string, 10)
		o := client.ReconnectOptions{Outbox: client.Outbox{MaxMessages: 9}, OnDrop: dropped.tell}
		r := reconnect(t, o, refuses("500 Out of order"), talks(func(*websocket.Conn) { <-over }), collects(received))
		readOn(r)
		synctest.Wait()
		for _, m := range []string{"a", "b"} {
			if err := r.WriteText(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		want(t, received, "b")
		if len(dropped) != 1 || !strings.Contains(dropped[0], "a: websocket: the message may not have arrived: ") {
			t.Errorf("dropped %q", dropped)
		}
	})
}

// A second reader is told that it is one.
func TestReconnectTwoReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := reconnect(t, client.ReconnectOptions{}, echo)
		readOn(r)
		synctest.Wait()
		if _, _, err := r.Read(t.Context()); err != websocket.ErrConcurrentRead {
			t.Errorf("error %v", err)
		}
	})
}

// The application may leave the loop over Messages and come back.
func TestReconnectMessagesBreak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := reconnect(t, client.ReconnectOptions{}, echo)
		for _, text := range []string{"one", "two"} {
			if err := r.WriteText(t.Context(), text); err != nil {
				t.Fatal(err)
			}
			for m, err := range r.Messages(t.Context()) {
				if string(m.Data) != text || err != nil {
					t.Errorf("%q, %v", m.Data, err)
				}
				break
			}
		}
	})
}

// Nothing of a budget for compression is held while there is no connection.
func TestReconnectBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var o client.ReconnectOptions
		budget := websocket.NewBudget(1 << 20)
		o.Dial.Compression = websocket.Compression{Mode: websocket.ContextTakeover, Budget: budget}
		reconnect(t, o, refuses("500 Out of order"))
		synctest.Wait()
		if held := budget.Used(); held != 0 {
			t.Errorf("%d bytes are held", held)
		}
	})
}

// What cannot work is found before anything is dialed.
func TestNewReconnectingRefuses(t *testing.T) {
	noLeaks(t)
	for _, test := range []struct {
		url  string
		o    *client.ReconnectOptions
		text string
	}{
		{"ftp://server.test", nil, "dial url: "},
		{"ws://server.test", &client.ReconnectOptions{Dial: client.Options{Header: http.Header{"A b": {""}}}}, "a field name that is no token"},
		{"ws://server.test", &client.ReconnectOptions{
			Dial: client.Options{Compression: websocket.Compression{Mode: websocket.ContextTakeover, Level: 10}},
		}, "Compression.Level is 10"},
		{"ws://server.test", &client.ReconnectOptions{Outbox: client.Outbox{MaxMessages: -1}}, "Outbox.MaxMessages is -1"},
		{"ws://server.test", &client.ReconnectOptions{Outbox: client.Outbox{MaxBytes: -1}}, "Outbox.MaxBytes is -1"},
		{"ws://server.test", &client.ReconnectOptions{Outbox: client.Outbox{Full: 3}}, "Outbox.Full is 3"},
	} {
		_, err := client.NewReconnecting(test.url, test.o)
		if err == nil || !strings.Contains(err.Error(), test.text) {
			t.Errorf("error %v, want %q", err, test.text)
		}
		var dial *client.Error
		var option *websocket.OptionError
		if !errors.As(err, &option) && (!errors.As(err, &dial) || dial.Stage != client.StageURL) {
			t.Errorf("%T", err)
		}
	}
}
