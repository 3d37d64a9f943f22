package client_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

// later is a server that cannot be reached for some attempts, and then collects.
func later(attempts int, received chan<- string) []func(net.Conn) {
	return append(slices.Repeat([]func(net.Conn){refuses("500 Out of order")}, attempts), collects(received))
}

// drops collects what OnDrop is told.
type drops []string

func (d *drops) tell(m websocket.Message, err error) {
	*d = append(*d, fmt.Sprintf("%s: %v", m.Data, err))
}

// Messages are written while there is no connection: what of them Write takes, what it drops, what arrives. The
// outbox has to be filled to its bounds exactly, and no further.
func TestOutbox(t *testing.T) {
	const (
		manyMessages = "no room in the outbox, ReconnectOptions.Outbox.MaxMessages is "
		manyBytes    = "no room in the outbox, ReconnectOptions.Outbox.MaxBytes is "
	)
	for _, test := range []struct {
		name    string
		outbox  client.Outbox
		write   string // messages between spaces
		refused string // those that Write returns an *OutboxError for
		dropped string
		option  string // that the errors name
	}{
		{"room", client.Outbox{MaxMessages: 3, Full: client.OverflowFails}, "a b c", "", "", ""},
		{"fails", client.Outbox{MaxMessages: 3, Full: client.OverflowFails}, "a b c d e", "d e", "", manyMessages + "3"},
		{"fails without", client.Outbox{Full: client.OverflowFails}, "a b", "a b", "", manyMessages + "0"},
		{"bytes", client.Outbox{MaxMessages: 9, MaxBytes: 6, Full: client.OverflowFails}, "aa bbb c d", "d", "",
			manyBytes + "6"},
		{"a small one fits", client.Outbox{MaxMessages: 9, MaxBytes: 6, Full: client.OverflowFails}, "aa bbb ccc d",
			"ccc", "", manyBytes + "6"},
		{"drops", client.Outbox{MaxMessages: 3, Full: client.OverflowDropsOldest}, "a b c d e", "", "a b",
			manyMessages + "3"},
		{"drops without", client.Outbox{Full: client.OverflowDropsOldest}, "a", "a", "", manyMessages + "0"},
		{"drops several", client.Outbox{MaxMessages: 9, MaxBytes: 6, Full: client.OverflowDropsOldest},
			"aa bb cc dddd", "", "aa bb", manyBytes + "6"},
		{"too big", client.Outbox{MaxMessages: 9, MaxBytes: 6, Full: client.OverflowDropsOldest}, "aa bb ccccccc d",
			"ccccccc", "", manyBytes + "6"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var dropped drops
				received := make(chan string, 10)
				r := reconnect(t, client.ReconnectOptions{Outbox: test.outbox, OnDrop: dropped.tell}, later(1, received)...)
				synctest.Wait() // the first attempt has failed
				var refused, arrive []string
				for _, m := range strings.Fields(test.write) {
					err := r.WriteText(t.Context(), m)
					var full *client.OutboxError
					switch {
					case errors.As(err, &full) && strings.HasSuffix(err.Error(), test.option):
						refused = append(refused, m)
					case err != nil:
						t.Errorf("%s: %v", m, err)
					case !slices.Contains(strings.Fields(test.dropped), m):
						arrive = append(arrive, m)
					}
				}
				if got := strings.Join(refused, " "); got != test.refused {
					t.Errorf("refused %q, want %q", got, test.refused)
				}
				for i, m := range strings.Fields(test.dropped) {
					if i >= len(dropped) || !strings.HasPrefix(dropped[i], m+": ") || !strings.HasSuffix(dropped[i], test.option) {
						t.Errorf("dropped %q, want %s at %d", dropped, m, i)
					}
				}
				if n := len(strings.Fields(test.dropped)); len(dropped) != n {
					t.Errorf("dropped %q, want %d", dropped, n)
				}
				want(t, received, arrive...)
			})
		})
	}
}

// A full outbox that waits lets writers go on when the connection is there, after what was written before them.
// The zero value holds none, so whoever writes waits.
func TestOutboxWaits(t *testing.T) {
	for _, room := range []int{0, 2} {
		synctest.Test(t, func(t *testing.T) {
			received := make(chan string, 10)
			o := client.ReconnectOptions{Outbox: client.Outbox{MaxMessages: room}}
			r := reconnect(t, o, later(3, received)...)
			synctest.Wait()
			start := time.Now()
			var all []string
			for i := range 5 {
				m := fmt.Sprint(i)
				all = append(all, m)
				if err := r.Write(t.Context(), websocket.Binary, []byte(m)); err != nil {
					t.Fatal(err)
				}
				took, want := time.Since(start), time.Duration(0)
				if i >= room {
					want = 35 * second
				}
				if took != want {
					t.Errorf("room for %d: %s was taken after %v, want %v", room, m, took, want)
				}
			}
			want(t, received, all...)
		})
	}
}

// A message that is more than the whole outbox waits for the connection too.
func TestOutboxTooSmall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		received := make(chan string, 10)
		o := client.ReconnectOptions{Outbox: client.Outbox{MaxMessages: 9, MaxBytes: 3}}
		r := reconnect(t, o, later(1, received)...)
		synctest.Wait()
		for _, m := range []string{"ab", "Hello"} {
			if err := r.WriteText(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		want(t, received, "ab", "Hello")
	})
}

// What OnConnect sends comes first on each connection, then the outbox in its order, then the rest. Nobody else
// gets in between, though the server takes its time to read.
func TestOutboxOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		received := make(chan string)
		o := client.ReconnectOptions{
			Outbox: client.Outbox{MaxMessages: 3},
			OnConnect: func(ctx context.Context, c *websocket.Conn) error {
				return c.WriteText(ctx, "subscribe")
			},
		}
		r := reconnect(t, o, later(1, received)...)
		synctest.Wait()
		for i := range 3 {
			if err := r.WriteText(t.Context(), fmt.Sprint(i)); err != nil {
				t.Fatal(err)
			}
		}
		<-time.After(5 * second) // the connection is there, the outbox on its way
		synctest.Wait()
		if phase := r.State().Phase; phase != client.PhaseConnected {
			t.Fatalf("it is %s", phase)
		}
		written := make(chan error)
		go func() { written <- r.WriteText(t.Context(), "direct") }()
		synctest.Wait()
		want(t, received, "subscribe", "0", "1", "2", "direct")
		want(t, written, nil)
	})
}

// A connection that is lost while the outbox goes out costs one message at most, of which OnDrop is told. The
// others follow over the next one.
func TestOutboxLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var dropped drops
		received := make(chan string, 10)
		cut := func(nc net.Conn) { collects(received)(&short{Conn: nc, left: 8 + 3}) }
		o := client.ReconnectOptions{Outbox: client.Outbox{MaxMessages: 9}, OnDrop: dropped.tell}
		r := reconnect(t, o, refuses("500 Out of order"), cut, collects(received))
		readOn(r)
		synctest.Wait()
		for _, m := range []string{"aa", "bb", "cc", "dd"} {
			if err := r.WriteText(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		want(t, received, "aa", "cc", "dd")
		if len(dropped) != 1 || !strings.HasPrefix(dropped[0], "bb: websocket: the message may not have arrived: ") {
			t.Errorf("dropped %q", dropped)
		}
	})
}

// short is a connection that ends when so many bytes have been read after the opening handshake.
type short struct {
	net.Conn
	left   int
	opened atomic.Bool
}

func (s *short) Write(p []byte) (int, error) {
	s.opened.Store(true)
	return s.Conn.Write(p)
}

func (s *short) Read(p []byte) (int, error) {
	if !s.opened.Load() {
		return s.Conn.Read(p)
	}
	if s.left == 0 {
		s.Close()
		return 0, net.ErrClosed
	}
	n, err := s.Conn.Read(p[:min(len(p), s.left)])
	s.left -= n
	return n, err
}

// Close tells of what is left in the outbox.
func TestOutboxLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var dropped drops
		o := client.ReconnectOptions{Outbox: client.Outbox{MaxMessages: 9}, OnDrop: dropped.tell}
		r := reconnect(t, o, refuses("500 Out of order"))
		synctest.Wait()
		for _, m := range []string{"a", "b"} {
			if err := r.WriteText(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Close(t.Context(), websocket.CloseNormal, ""); err != nil {
			t.Error(err)
		}
		if !slices.Equal(dropped, drops{"a: websocket: connection closed", "b: websocket: connection closed"}) {
			t.Errorf("dropped %q", dropped)
		}
	})
}

// The outbox takes nothing that no connection would.
func TestOutboxRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		received := make(chan string, 10)
		r := reconnect(t, client.ReconnectOptions{Outbox: client.Outbox{MaxMessages: 9}}, later(1, received)...)
		synctest.Wait()
		for _, err := range []error{
			r.WriteText(t.Context(), "\xff"),
			r.Write(t.Context(), websocket.Text|websocket.Plain, []byte{0xc3}),
			r.Write(t.Context(), 3, nil),
		} {
			var refused *websocket.SendError
			if !errors.As(err, &refused) {
				t.Errorf("error %v", err)
			}
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		wantNotSent(t, r.WriteText(ended, "too late"), context.Canceled)
		p := []byte("mine")
		if err := r.Write(t.Context(), websocket.Text|websocket.Plain, p); err != nil {
			t.Fatal(err)
		}
		copy(p, "used")
		want(t, received, "mine")
	})
}
