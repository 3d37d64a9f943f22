package connect

import (
	"context"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
	"github.com/seed372fb791/rfc6455/cmd/ws/serve"
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
	s := &server.Server{Handle: func(_ context.Context, c *websocket.Conn) error { return serve.Echo(c) }}
	go s.Serve(l)
	r.t.Cleanup(func() { s.Close() })
	r.server = s
}

// What is typed while the server is away is sent when it is back.
func TestReconnect(t *testing.T) {
	r := &restartable{t: t, address: "127.0.0.1:0"}
	r.start()
	url := "ws://" + r.address + "/"
	p := ws.Start(t, "connect", "-reconnect", "-ping", "1h", url)
	p.Say("one\n")
	p.Stdout.Wait(t, "one\n")
	r.server.Close()
	p.Stderr.Wait(t, "; next attempt in ")
	p.Say("two\nthree\n")
	r.start()
	p.Stdout.Wait(t, "two\nthree\n")
	p.Stdin.Close()
	if status := <-p.Ended; status != 0 || p.Stdout.String() != "one\ntwo\nthree\n" {
		t.Errorf("exit status %d, %q", status, p.Stdout)
	}
	text := p.Stderr.String()
	if strings.Count(text, "ws: connected to "+url+"\n") != 2 || !strings.Contains(text, "connection lost") {
		t.Errorf("stderr:\n%s", text)
	}
}

// There need be no server at first, and the end of stdin leaves nothing unsent.
func TestReconnectWaitsForTheServer(t *testing.T) {
	r := &restartable{t: t, address: "127.0.0.1:0"}
	r.start()
	r.server.Close()
	p := ws.Connect(t, "one\ntwo\n", "-reconnect", "ws://"+r.address+"/")
	p.Stderr.Wait(t, "; next attempt in ")
	r.start()
	if status := <-p.Ended; status != 0 || p.Stdout.String() != "one\ntwo\n" {
		t.Errorf("exit status %d, %q, %s", status, p.Stdout, p.Stderr)
	}
}

func TestReconnectEnds(t *testing.T) {
	t.Run("closed for good", func(t *testing.T) {
		url := wstest.Listen(t, func(ctx context.Context, c *websocket.Conn) error {
			return c.Close(ctx, websocket.ClosePolicyViolation, "")
		})
		ws.Start(t, "connect", "-reconnect", url).
			Want(command.ExitClosed, "", "ws: connected to "+url+"\nws: closed by the peer: 1008 (policy violation)\n")
	})
	t.Run("a signal while connected", func(t *testing.T) {
		p := ws.Start(t, "connect", "-reconnect", wstest.Listen(t, stuck))
		p.Stdout.Wait(t, "hello\n")
		p.Signals <- os.Interrupt
		p.Signals <- os.Interrupt
		if status := <-p.Ended; status != command.ExitInterrupt {
			t.Errorf("exit status %d", status)
		}
	})
	t.Run("a signal while there is no server", func(t *testing.T) {
		r := &restartable{t: t, address: "127.0.0.1:0"}
		r.start()
		r.server.Close()
		p := ws.Start(t, "connect", "-reconnect", "ws://"+r.address+"/")
		p.Say("one\n")
		p.Stderr.Wait(t, "; next attempt in ")
		p.Signals <- os.Interrupt
		if status := <-p.Ended; status != command.ExitInterrupt {
			t.Errorf("exit status %d", status)
		}
	})
}
