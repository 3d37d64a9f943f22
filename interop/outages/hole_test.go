package outages

import (
	"net"
	"sync"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/interop/internal/programs"
)

// hole is a network between a client and a server that can stop to forward,
// without a word to either.
type hole struct {
	net.Listener
	to   string
	gate sync.RWMutex // held while nothing is forwarded
	ways sync.WaitGroup
}

// newHole returns a network that leads to an address.
func newHole(t *testing.T, to string) *hole {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &hole{Listener: l, to: to}
	h.ways.Go(h.accept)
	t.Cleanup(func() {
		l.Close()
		h.ways.Wait()
	})
	return h
}

func (h *hole) accept() {
	for {
		from, err := h.Accept()
		if err != nil {
			return
		}
		to, err := net.Dial("tcp", h.to)
		if err != nil {
			from.Close()
			continue
		}
		h.ways.Go(func() { h.forward(to, from) })
		h.ways.Go(func() { h.forward(from, to) })
	}
}

// forward copies what comes until its end, which takes the other way along.
func (h *hole) forward(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	for buf := make([]byte, 4096); ; {
		n, err := from.Read(buf)
		h.gate.RLock()
		_, failed := to.Write(buf[:n])
		h.gate.RUnlock()
		if err != nil || failed != nil {
			return
		}
	}
}

// A network that swallows everything: what was sent meanwhile comes late and
// over connections that are given up, and is not sent again.
func TestHole(t *testing.T) {
	t.Parallel()
	p := newProcess(t, settings{Address: programs.Port(t), Keepalive: 500 * time.Millisecond})
	h := newHole(t, p.Address)
	o := client.ReconnectOptions{Outbox: client.Outbox{MaxMessages: 10_000}}
	o.Dial.Conn.Keepalive = 500 * time.Millisecond
	o.Dial.HandshakeTimeout = time.Second
	c := newCaller(t, "ws://"+h.Addr().String(), o)
	for range 2 {
		c.settle()
		h.gate.Lock()
		for range 20 {
			if _, err := c.say(); err != nil {
				t.Log(err)
			}
		}
		c.isGivenUp()
		c.await(client.PhaseWaiting) // after an attempt that has had no answer
		h.gate.Unlock()
		c.settle()
	}
	c.once(p)
}
