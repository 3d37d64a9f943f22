package main

import (
	"context"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// restartable is an echo server that can be stopped and started again.
type restartable struct {
	t       *testing.T
	address string
	server  *server.Server
}

func (r *restartable) start() {
	r.t.Helper()
	l, err := net.Listen("tcp", r.address)
	if err != nil {
		r.t.Fatal(err)
	}
	r.address = l.Addr().String()
	s := &server.Server{Handle: func(_ context.Context, c *websocket.Conn) error { return echo(c) }}
	go s.Serve(l)
	r.t.Cleanup(func() { s.Close() })
	r.server = s
}

// What is typed while the server is away is sent when it is back.
func TestReconnect(t *testing.T) {
	r := &restartable{t: t, address: "127.0.0.1:0"}
	r.start()
	url := "ws://" + r.address + "/"
	p := start(t, "connect", "-reconnect", "-ping", "1h", url)
	p.say("one\n")
	p.stdout.wait(t, "one\n")
	r.server.Close()
	p.stderr.wait(t, "; next attempt in ")
	p.say("two\nthree\n")
	r.start()
	p.stdout.wait(t, "two\nthree\n")
	p.stdin.Close()
	if status := <-p.ended; status != 0 || p.stdout.String() != "one\ntwo\nthree\n" {
		t.Errorf("exit status %d, %q", status, p.stdout)
	}
	text := p.stderr.String()
	if strings.Count(text, "ws: connected to "+url+"\n") != 2 || !strings.Contains(text, "connection lost") {
		t.Errorf("stderr:\n%s", text)
	}
}

// There need be no server at first, and the end of stdin leaves nothing unsent.
func TestReconnectWaitsForTheServer(t *testing.T) {
	r := &restartable{t: t, address: "127.0.0.1:0"}
	r.start()
	r.server.Close()
	p := connect(t, "one\ntwo\n", "-reconnect", "ws://"+r.address+"/")
	p.stderr.wait(t, "; next attempt in ")
	r.start()
	if status := <-p.ended; status != 0 || p.stdout.String() != "one\ntwo\n" {
		t.Errorf("exit status %d, %q, %s", status, p.stdout, p.stderr)
	}
}

func TestReconnectEnds(t *testing.T) {
	t.Run("closed for good", func(t *testing.T) {
		url := listen(t, func(ctx context.Context, c *websocket.Conn) error {
			return c.Close(ctx, websocket.ClosePolicyViolation, "")
		})
		start(t, "connect", "-reconnect", url).
			want(exitClosed, "", "ws: connected to "+url+"\nws: closed by the peer: 1008 (policy violation)\n")
	})
	t.Run("a signal while connected", func(t *testing.T) {
		p := start(t, "connect", "-reconnect", listen(t, stuck))
		p.stdout.wait(t, "hello\n")
		p.signals <- os.Interrupt
		p.signals <- os.Interrupt
		if status := <-p.ended; status != exitInterrupt {
			t.Errorf("exit status %d", status)
		}
	})
	t.Run("a signal while there is no server", func(t *testing.T) {
		r := &restartable{t: t, address: "127.0.0.1:0"}
		r.start()
		r.server.Close()
		p := start(t, "connect", "-reconnect", "ws://"+r.address+"/")
		p.say("one\n")
		p.stderr.wait(t, "; next attempt in ")
		p.signals <- os.Interrupt
		if status := <-p.ended; status != exitInterrupt {
			t.Errorf("exit status %d", status)
		}
	})
}
