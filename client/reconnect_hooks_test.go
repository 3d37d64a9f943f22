package client_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

// BeforeDial says where each attempt goes and what it sends.
func TestBeforeDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := make(chan string, 10)
		n := &network{servers: []func(net.Conn){func(nc net.Conn) {
			r, _ := readRequest(nc)
			asked <- r.Host + r.RequestURI + " " + r.Header.Get("Authorization")
			if c, err := accept(nc, r, nil); err == nil {
				c.CloseNow()
			}
		}}}
		tokens := 0
		o := client.ReconnectOptions{BeforeDial: func(context.Context) (string, *client.Options, error) {
			tokens++
			o := &client.Options{DialContext: n.dial, Header: http.Header{"Authorization": {fmt.Sprint("Bearer ", tokens)}}}
			return fmt.Sprintf("ws://%d.test/after", tokens), o, nil
		}}
		reconnectTo(t, o, n.dial)
		want(t, asked, "1.test/after Bearer 1", "2.test/after Bearer 2", "3.test/after Bearer 3")
	})
}

// Its error is that of an attempt: Retry decides, and otherwise it goes on.
func TestBeforeDialFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		no, never := errors.New("no token"), errors.New("never")
		calls := 0
		n := &network{servers: []func(net.Conn){echo}}
		o := client.ReconnectOptions{
			BeforeDial: func(context.Context) (string, *client.Options, error) {
				if calls++; calls < 3 {
					return "", nil, no
				}
				return "", nil, never
			},
			Retry: func(err error) bool { return err == no },
		}
		start := time.Now()
		if err := <-readOn(reconnectTo(t, o, n.dial)); err != never || n.dials.Load() != 0 {
			t.Errorf("error %v after %d dials", err, n.dials.Load())
		}
		if took := time.Since(start); took != 15*second {
			t.Errorf("it took %v", took)
		}
	})
}

// A URL that means nothing is final, also if it comes later.
func TestBeforeDialURL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := client.ReconnectOptions{BeforeDial: func(context.Context) (string, *client.Options, error) {
			return "ftp://server.test", nil, nil
		}}
		var e *client.Error
		if err := <-readOn(reconnect(t, o, echo)); !errors.As(err, &e) || e.Stage != client.StageURL {
			t.Errorf("error %v", err)
		}
	})
}

// A hook that takes too long makes its attempt fail, with the name of the option, and the next one follows.
func TestHookTimeout(t *testing.T) {
	hangs := func(ctx context.Context) error {
		<-ctx.Done()
		return nil // as if all were well
	}
	for _, test := range []struct {
		name string
		o    client.ReconnectOptions
		took time.Duration
	}{
		{"OnConnect", client.ReconnectOptions{OnConnect: func(ctx context.Context, _ *websocket.Conn) error {
			return hangs(ctx)
		}}, 30 * second},
		{"OnConnect", client.ReconnectOptions{HookTimeout: second, OnConnect: func(_ context.Context, c *websocket.Conn) error {
			_, _, err := c.Read(context.Background()) // the end of the connection ends it
			return err
		}}, second},
		{"BeforeDial", client.ReconnectOptions{BeforeDial: func(ctx context.Context) (string, *client.Options, error) {
			return "ws://server.test", &client.Options{DialContext: stopped}, hangs(ctx)
		}}, 30 * second},
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			states := make(chan client.State, 10)
			test.o.OnState = func(s client.State) { states <- s }
			reconnect(t, test.o, echo)
			for s := range states {
				if s.Phase != client.PhaseWaiting {
					continue
				}
				var late *websocket.TimeoutError
				if !errors.As(s.Err, &late) || late.Option != "ReconnectOptions.HookTimeout" ||
					!strings.Contains(s.Err.Error(), test.name+" did not return within "+test.took.String()) {
					t.Errorf("error %v", s.Err)
				}
				break
			}
			if took := time.Since(start); took != test.took {
				t.Errorf("it took %v", took)
			}
			if next := <-states; next.Phase != client.PhaseConnecting {
				t.Errorf("then it is %v", next)
			}
		})
	}
}

// What can be measured.
func TestReconnectStats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		no := refuses("500 Out of order")
		o := client.ReconnectOptions{Outbox: client.Outbox{MaxMessages: 9}}
		takesOne := talks(func(c *websocket.Conn) {
			c.Read(context.Background())
			readFor(c, minute)
			c.CloseNow()
		})
		r := reconnect(t, o, no, no, takesOne, no, echo)
		check := func(want client.ReconnectStats) {
			t.Helper()
			synctest.Wait()
			if got := r.Stats(); got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		}
		check(client.ReconnectStats{Attempts: 1})
		if err := r.WriteText(t.Context(), "Hello"); err != nil {
			t.Error(err)
		}
		check(client.ReconnectStats{Attempts: 1, OutboxMessages: 1, OutboxBytes: 5})
		time.Sleep(6 * second)
		check(client.ReconnectStats{Attempts: 2, Down: 6 * second, OutboxMessages: 1, OutboxBytes: 5})
		time.Sleep(9 * second) // connected, and the message sent
		check(client.ReconnectStats{Attempts: 3})
		time.Sleep(minute + second)
		lost := r.Stats()
		if lost.Losses != 1 || lost.Down <= 0 || lost.Attempts != 3 {
			t.Errorf("%+v", lost)
		}
		time.Sleep(2 * minute)
		check(client.ReconnectStats{Attempts: 2, Losses: 1})
	})
}
