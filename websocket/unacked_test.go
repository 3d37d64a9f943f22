//go:build linux

package websocket

import (
	"context"
	"io"
	"net"
	"runtime"
	"testing"
	"time"
)

// A peer that reads slowly makes progress that the system does not tell of: it reports room only when there is a lot.
// That counts as progress and as life when the timer looks; a peer that reads nothing is given up all the same.
func TestFaultSlowPeerIsGivenUp(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	peer, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	a, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	c := NewConn(a, Server, Setup{}, Options{WriteTimeout: time.Hour, Keepalive: -1})
	defer c.CloseNow()
	go c.Write(context.Background(), Binary, make([]byte, 32<<20))
	stuckSince := func() instant {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.live.stuck
	}
	for stuckSince() == never {
		runtime.Gosched()
	}
	before := func() int { // as an hour later
		c.mu.Lock()
		defer c.mu.Unlock()
		c.live.stuck = now().add(-time.Hour)
		return c.live.unacked
	}()
	for c.stream.unacked() >= before { // some of it reaches the peer
		io.CopyN(io.Discard, peer, 4<<10)
	}
	if late, _ := c.look(); late != nil {
		t.Errorf("given up while it reads: %v", late)
	}
	if !c.live.heard.Load() {
		t.Error("no sign of life")
	}
	if since := stuckSince(); since != never && since < now().add(-time.Minute) {
		t.Error("no progress")
	}
}
