package outages

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/interop/internal/programs"
	"github.com/seed372fb791/rfc6455/websocket"
)

// inTurn are a BeforeDial that asks one URL after the other, the last one again
// and again.
func inTurn(urls ...string) func(context.Context) (string, *client.Options, error) {
	var n atomic.Int64
	return func(context.Context) (string, *client.Options, error) {
		i := min(int(n.Add(1)), len(urls)) - 1
		return urls[i], &client.Options{Proxy: client.NoProxy}, nil
	}
}

// wantRefused checks why a caller waits.
func (c *caller) wantRefused(status int) client.State {
	c.Helper()
	s := c.await(client.PhaseWaiting)
	var refused *handshake.Error
	if !errors.As(s.Err, &refused) || refused.Status != status {
		c.Errorf("the attempt has failed with %v, want a refusal with %d", s.Err, status)
	}
	return s
}

// A server that is overloaded says how long to leave it alone.
func TestUnavailable(t *testing.T) {
	t.Parallel()
	p := newProcess(t, settings{Address: programs.Port(t)})
	url := "ws://" + p.Address
	began := time.Now()
	c := newCaller(t, url, client.ReconnectOptions{
		BeforeDial: inTurn(url+"/?refuse=503", url+"/?refuse=503&after=2", url),
	})
	c.wantRefused(http.StatusServiceUnavailable)
	c.wantRefused(http.StatusServiceUnavailable)
	c.await(client.PhaseConnected)
	if took := time.Since(began); took < 2*time.Second {
		t.Errorf("back after %v, the server has asked for 2 s", took)
	}
	c.arrive()
	c.once(p)
}

// A token that has expired is a 401, for which nobody comes back by default:
// BeforeDial renews it, Retry says that this helps.
func TestExpired(t *testing.T) {
	t.Parallel()
	p := newProcess(t, settings{Address: programs.Port(t)})
	url := "ws://" + p.Address
	c := newCaller(t, url, client.ReconnectOptions{
		BeforeDial: inTurn(url, url+"/?refuse=401", url),
		Retry: func(err error) bool {
			var refused *handshake.Error
			return errors.As(err, &refused) && refused.Status == http.StatusUnauthorized || client.MayHeal(err)
		},
	})
	c.await(client.PhaseConnected)
	c.arrive()
	c.askToClose(websocket.CloseGoingAway)
	c.await(client.PhaseWaiting)
	c.wantRefused(http.StatusUnauthorized)
	c.arrive()
	c.once(p)
}

// A name that cannot be resolved for a while.
func TestUnresolved(t *testing.T) {
	t.Parallel()
	p := newProcess(t, settings{Address: programs.Port(t)})
	_, port, _ := net.SplitHostPort(p.Address)
	names := newNames(t)
	o := client.ReconnectOptions{}
	o.Dial.Resolver = &net.Resolver{PreferGo: true, Dial: names.dial}
	c := newCaller(t, "ws://server.example:"+port, o)
	for range 3 {
		var failed *net.DNSError
		if s := c.await(client.PhaseWaiting); !errors.As(s.Err, &failed) {
			t.Errorf("the attempt has failed with %v, want a failure of DNS", s.Err)
		}
	}
	names.up.Store(true)
	c.await(client.PhaseConnected)
	c.arrive()
	c.once(p)
}
