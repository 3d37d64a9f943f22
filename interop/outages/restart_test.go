package outages

import (
	"context"
	"errors"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/interop/internal/programs"
	"github.com/seed372fb791/rfc6455/websocket"
)

// A server that is killed, while messages are on their way, and starts again at
// the same port.
func TestKilled(t *testing.T) {
	t.Parallel()
	p := newProcess(t, settings{Address: programs.Port(t)})
	c := newCaller(t, "ws://"+p.Address, client.ReconnectOptions{})
	for range 5 {
		c.await(client.PhaseConnected)
		c.arrive()
		stop := c.chatter()
		p.until("a word", func() bool { return len(p.got) > 0 })
		p.kill()
		c.await(client.PhaseWaiting)
		c.await(client.PhaseWaiting) // after an attempt that nobody has answered
		p.start()
		stop()
		c.arrive()
	}
	c.once(p)
}

// chatter sends messages, some of which may be lost, until it is stopped.
func (c *caller) chatter() (stop func()) {
	ctx, cancel := context.WithCancel(c.Context())
	var all sync.WaitGroup
	all.Go(func() {
		for ctx.Err() == nil {
			var lost *client.LostError
			if _, err := c.say(); err != nil && !errors.As(err, &lost) {
				c.Error(err)
				return
			}
		}
	})
	return func() {
		cancel()
		all.Wait()
	}
}

// A server that hangs is given up by the keepalive. When it goes on it gets
// what is sent from then on, and nothing of that is what it has got already.
func TestStopped(t *testing.T) {
	t.Parallel()
	p := newProcess(t, settings{Address: programs.Port(t)})
	o := client.ReconnectOptions{Outbox: client.Outbox{MaxMessages: 1000}}
	o.Dial.Conn.Keepalive = 500 * time.Millisecond
	o.Dial.HandshakeTimeout = time.Second
	c := newCaller(t, "ws://"+p.Address, o)
	c.await(client.PhaseConnected)
	c.settle()
	p.signal(syscall.SIGSTOP)
	c.isGivenUp()
	c.await(client.PhaseWaiting) // after an attempt that has had no answer
	p.signal(syscall.SIGCONT)
	c.settle()
	c.once(p)
}

// isGivenUp waits until the keepalive has ended a connection. Others may end
// before: the server's is as short.
func (c *caller) isGivenUp() {
	c.Helper()
	for {
		var late *websocket.TimeoutError
		if s := c.await(client.PhaseWaiting); errors.As(s.Err, &late) && late.Option == "Options.Keepalive" {
			return
		}
	}
}

// settle sends until a message comes back: a keepalive as short as in these
// tests ends connections also because this machine is slow.
func (c *caller) settle() {
	c.Helper()
	for late := time.Now().Add(patience); ; {
		message, err := c.say()
		for wait := time.After(time.Second); err == nil; {
			if c.heard(message) {
				return
			}
			select {
			case <-c.changed:
				continue
			case <-wait:
			}
			break
		}
		if time.Now().After(late) {
			c.Fatalf("%q does not come back: %v", message, err)
		}
	}
}
