package client_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/client"
)

// slowly is a DialContext that leads to servers which take their time for each handshake.
func slowly(d time.Duration) func(context.Context, string, string) (net.Conn, error) {
	return inMemory(func(nc net.Conn) {
		r, _ := readRequest(nc)
		time.Sleep(d)
		if r != nil {
			echoTo(nc, r, nil)
		}
	})
}

// inMemory is a DialContext that has a server serve each connection.
func inMemory(serve func(net.Conn)) func(context.Context, string, string) (net.Conn, error) {
	return (&network{servers: []func(net.Conn){serve}}).dial
}

// A hundred dials at once to a server that takes 50 ms for each handshake: one by one they take 5 s, and the error
// of those that wait too long names the option by which all go at once.
//
//rfc:6455-4.1-6 6455-4.1-7
func TestConcurrentDials(t *testing.T) {
	for _, test := range []struct {
		o      client.Options
		opened int
		named  int // errors that name the option
		took   time.Duration
	}{
		{client.Options{}, 100, 0, 5 * second},
		{client.Options{HandshakeTimeout: 3*second + 1}, 60, 39, 3*second + 1}, // one has its turn in vain
		{client.Options{HandshakeTimeout: 3 * second, ConcurrentDials: true}, 100, 0, second / 20},
	} {
		synctest.Test(t, func(t *testing.T) {
			test.o.DialContext = slowly(50 * time.Millisecond)
			start := time.Now()
			var mu sync.Mutex
			var wg sync.WaitGroup
			opened, named := 0, 0
			for range 100 {
				wg.Go(func() {
					c, _, err := client.Dial(t.Context(), "ws://server.test", &test.o)
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						c.CloseNow()
						opened++
					} else if strings.Contains(err.Error(), "Options.ConcurrentDials") {
						named++
					}
				})
			}
			wg.Wait()
			if took := time.Since(start); opened != test.opened || named != test.named || took != test.took {
				t.Errorf("%d opened, %d were told of the option, after %v; want %d, %d, %v",
					opened, named, took, test.opened, test.named, test.took)
			}
			time.Sleep(second) // the servers end
		})
	}
}

// However many dials by name hang, those to other names go on, and through other proxies those to the same.
//
//rfc:6455-4.1-7
func TestHungDialsElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		proxied := func(dial func(context.Context, string, string) (net.Conn, error), proxy string) *client.Options {
			return &client.Options{DialContext: dial, Proxy: fixed(proxy)}
		}
		hang := stall(func() {})
		for i := range 100 {
			go client.Dial(ctx, fmt.Sprintf("ws://%d.test", i), &client.Options{DialContext: hang})
			go client.Dial(ctx, fmt.Sprintf("ws://%d.test", i), proxied(hang, "http://a.test"))
		}
		synctest.Wait()
		start := time.Now()
		works := inMemory(func(nc net.Conn) {
			proxyAnswer("HTTP/1.1 200 OK\r\n\r\n")(nc)
			echo(nc)
		})
		dialAll(t, &client.Options{DialContext: inMemory(echo)}, "ws://server.test", "ws://1.test:81")
		dialAll(t, proxied(works, "http://a.test"), "ws://server.test")
		dialAll(t, proxied(works, "http://b.test"), "ws://1.test")
		if took := time.Since(start); took != 0 {
			t.Errorf("they waited %v", took)
		}
		late := proxied(works, "http://a.test")
		late.HandshakeTimeout = second
		dialFails(t, "ws://1.test", late, client.StageProxy, "another dial to http://a.test to 1.test:80, which Options.ConcurrentDials")
	})
}

// A server that hangs holds up others behind its address, but not those who dial without turns.
func TestHungNeighbour(t *testing.T) {
	noLeaks(t)
	resolve(t, map[string][]string{"a.test": {"127.0.0.1"}, "b.test": {"127.0.0.1"}})
	s := listen(t, func(nc net.Conn) {
		if r, _ := readRequest(nc); r != nil && strings.HasPrefix(r.Host, "b.test") {
			echoTo(nc, r, nil)
		}
		drained(nc)
	})
	_, port, _ := net.SplitHostPort(s.addr)
	ctx, cancel := context.WithCancel(t.Context())
	hung := make(chan error)
	go func() {
		_, _, err := client.Dial(ctx, "ws://a.test:"+port, nil)
		hung <- err
	}()
	waitWanted(s.addr, 1)
	dialAll(t, &client.Options{ConcurrentDials: true}, "ws://b.test:"+port)
	short := &client.Options{HandshakeTimeout: 50 * time.Millisecond}
	if _, _, err := client.Dial(t.Context(), "ws://b.test:"+port, short); err == nil {
		t.Error("it did not wait")
	}
	cancel()
	wantEnd(t, <-hung, anyStage, context.Canceled)
}
