package connect

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// What the flags about keepalive mean for the library.
func TestKeepalive(t *testing.T) {
	for _, c := range []struct {
		flags               flags
		keepalive, progress time.Duration
	}{
		{flags{keepalive: keepalive}, keepalive, 2 * keepalive},
		{flags{keepalive: time.Second}, time.Second, 2 * time.Second},
		{flags{keepalive: 0}, -1, -1},
		{flags{keepalive: time.Second, heartbeat: "alive"}, -1, 2 * time.Second},
	} {
		options, err := c.flags.options(c.flags.session(newScreen(command.Environment{}, &c.flags)))
		if err != nil {
			t.Fatal(err)
		}
		if o := options.Conn; o.Keepalive != c.keepalive || o.WriteTimeout != c.progress {
			t.Errorf("-keepalive %v -text-heartbeat %q: %v, %v", c.flags.keepalive, c.flags.heartbeat, o.Keepalive, o.WriteTimeout)
		}
	}
}

// A server hears the heartbeat again and again, and no Ping.
func TestConnectTextHeartbeat(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server.Server{
		Options: server.Options{Conn: websocket.Options{Trace: &websocket.Trace{
			Ping: func(*websocket.Conn, []byte) { t.Error("a Ping") },
		}}},
		Handle: func(ctx context.Context, c *websocket.Conn) error {
			for range 3 {
				if _, data, err := c.Read(ctx); err != nil || string(data) != "alive" {
					t.Errorf("%q, %v", data, err)
				}
			}
			return c.Close(ctx, websocket.CloseNormal, "")
		},
	}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	url := "ws://" + l.Addr().String() + "/"
	const closed = "ws: closed by the peer: 1000 (normal closure)\n"
	ws.Start(t, "connect", "-keepalive", "10ms", "-text-heartbeat", "alive", url).Want(0, "", closed)
	p := ws.Start(t, "connect", "-reconnect", "-keepalive", "10ms", "-text-heartbeat", "alive", url)
	p.Want(0, "", "ws: connected to "+url+"\n"+closed)
}

// A limit that an error names is that of a flag.
func TestConnectNamesFlags(t *testing.T) {
	silent := rawServer(t, func(nc net.Conn) { io.Copy(io.Discard, nc) })
	talks := wstest.Listen(t, counter(1000))
	hangs, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer hangs.Close()
	long := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("x", 17<<10))
		w.WriteHeader(http.StatusForbidden)
	})}
	defer long.Close()
	header, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go long.Serve(header)
	for _, c := range []struct {
		flags, url, stderr string
		status             int
	}{
		{"-keepalive 1ms", silent, "no sign of life of the peer within 2ms, see -keepalive", command.ExitFailed},
		{"-read-limit 2", talks, "a message is too big [6455-10.4-3], connection closed with 1009 (message too big), see -read-limit", command.ExitFailed},
		{"-handshake-timeout 1ms", "ws://" + hangs.Addr().String(), "not open after 1ms, -handshake-timeout raises the limit", command.ExitFailed},
		{"-max-header 100", talks, "the head is longer than 100 bytes, -max-header raises the limit [6455-10.7-2]", command.ExitFailed},
		{"", "ws://" + header.Addr().String(), "the head is longer than 16384 bytes, -max-header raises the limit [6455-10.7-2]", command.ExitFailed},
		{"-max-header 20000", "ws://" + header.Addr().String(), "403 Forbidden", command.ExitFailed},
		{"-H Sec-WebSocket-Protocol:x", talks, "Sec-WebSocket-Protocol is not for -H: -subprotocol makes it", command.ExitUsage},
		{"-reconnect -H Sec-WebSocket-Extensions:x", talks, "Sec-WebSocket-Extensions is not for -H: -compress makes it", command.ExitUsage},
	} {
		t.Run(c.flags, func(t *testing.T) {
			p := ws.Start(t, append(strings.Fields("connect "+c.flags), c.url)...)
			p.WantStatus(c.status)
			if text := p.Stderr.String(); !strings.Contains(text, c.stderr) || strings.Contains(text, "Options") {
				t.Errorf("%s\nwant in it: %s", text, c.stderr)
			}
		})
	}
}
