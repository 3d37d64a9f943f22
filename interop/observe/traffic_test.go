package observe

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	prom "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/interop/internal/programs"
	"github.com/seed372fb791/rfc6455/observe"
	wsprometheus "github.com/seed372fb791/rfc6455/observe/prometheus"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// What happens at the demo. Of the people in the chat two leave, one is lost and one sends too much; the others stay.
const (
	viewers  = 3 // of prices
	people   = 6
	messages = 4 // that each of them says
	refused  = 3 // handshakes, for their origin
	broken   = 2 // handshakes that the peer breaks off

	arrived = viewers + people
	stay    = arrived - 4
)

// visitDemo has all that happen.
func visitDemo(t *testing.T, addr string) {
	t.Helper()
	for range viewers {
		c := visit(t, addr, "/ws/prices")
		tell(t, c, `{"watch": ["ACRN"]}`)
		c.Discard(t.Context())
	}
	var all []*websocket.Conn
	for i := range people {
		c := visit(t, addr, "/ws/chat")
		all = append(all, c)
		tell(t, c, `{"kind": "join", "name": "person %d"}`, i)
		hear(t, c, `"kind":"you"`)
	}
	for i, c := range all {
		for n := range messages {
			tell(t, c, `{"kind": "say", "id": "%d-%d", "text": "hello"}`, i, n)
		}
	}
	for _, c := range all {
		for range people * messages {
			hear(t, c, `"kind":"said"`)
		}
	}
	end(t, all)
	for range refused {
		o := client.Options{Header: http.Header{"Origin": {"https://elsewhere.example"}}}
		if _, _, err := client.Dial(t.Context(), "ws://"+addr+"/ws/chat", &o); err == nil {
			t.Fatal("a foreign origin was not refused")
		}
	}
	for range broken {
		nc, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		nc.Write([]byte("GET /ws/chat HTTP/1.1\r\nHost: "))
		nc.Close()
	}
}

// end ends four connections: twice with 1001, once without a Close frame, and once by the server, with 1009.
func end(t *testing.T, all []*websocket.Conn) {
	t.Helper()
	for _, c := range all[:2] {
		if err := c.Close(t.Context(), websocket.CloseGoingAway, ""); err != nil {
			t.Fatal(err)
		}
	}
	all[2].CloseNow()
	tell(t, all[3], "%s", strings.Repeat("too much ", 10_000))
	for {
		if _, _, err := all[3].Read(t.Context()); err != nil {
			if websocket.CloseStatus(err) != websocket.CloseMessageTooBig {
				t.Error(err)
			}
			break
		}
	}
	for _, c := range all[4:] {
		c.Discard(t.Context())
	}
}

func visit(t *testing.T, addr, path string) *websocket.Conn {
	t.Helper()
	c, _, err := client.Dial(t.Context(), "ws://"+addr+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.CloseNow() })
	return c
}

func tell(t *testing.T, c *websocket.Conn, format string, args ...any) {
	t.Helper()
	if err := c.WriteText(t.Context(), fmt.Sprintf(format, args...)); err != nil {
		t.Fatal(err)
	}
}

// hear reads until a message has text.
func hear(t *testing.T, c *websocket.Conn, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		_, data, err := c.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), text) {
			return
		}
	}
}

// clients are clients that reconnect: one has a connection and does not read what it is told, one is lost once, and one
// never gets a connection and has something to say.
type clients struct {
	addr string        // where operators see them
	lose chan struct{} // has the second one lost
	lost *client.Reconnecting
}

// outbox is what the third one has to say, in its outbox.
const (
	outbox = 3
	unread = 2
)

func startClients(t *testing.T) *clients {
	t.Helper()
	c := &clients{lose: make(chan struct{})}
	var came atomic.Int32
	url := "ws://" + listen(t, server.Handler(func(ctx context.Context, conn *websocket.Conn) error {
		switch {
		case server.Request(ctx).URL.Path == "/talks":
			for range unread {
				if err := conn.WriteText(ctx, "0123456789"); err != nil {
					return err
				}
			}
		case came.Add(1) == 1:
			<-c.lose
			return conn.CloseNow()
		}
		_, _, err := conn.Read(ctx)
		return err
	}, nil).Serve)
	all := map[string]*client.Reconnecting{
		"deaf":  reconnecting(t, url+"/talks", nil),
		"lossy": reconnecting(t, url+"/breaks", nil),
		"cut off": reconnecting(t, "ws://"+programs.Port(t), &client.ReconnectOptions{
			Outbox: client.Outbox{MaxMessages: outbox},
		}),
	}
	c.lost = all["lossy"]
	for range outbox {
		if err := all["cut off"].Write(t.Context(), websocket.Text, []byte("0123456789")); err != nil {
			t.Fatal(err)
		}
	}
	registry := prom.NewRegistry()
	registry.MustRegister(wsprometheus.NewCollector(observe.Sources{Clients: all}))
	page := &http.Server{Handler: promhttp.HandlerFor(registry, promhttp.HandlerOpts{})}
	c.addr = listen(t, page.Serve)
	t.Cleanup(func() { page.Close() })
	until(t, func() bool { return all["deaf"].Stats().UnreadMessages == unread && all["lossy"].Stats().Down == 0 })
	return c
}

// loseOne has a client lose its connection, and waits until it has another one.
func (c *clients) loseOne(t *testing.T) {
	t.Helper()
	close(c.lose)
	until(t, func() bool { s := c.lost.Stats(); return s.Losses == 1 && s.Down == 0 })
}

func reconnecting(t *testing.T, url string, o *client.ReconnectOptions) *client.Reconnecting {
	t.Helper()
	r, err := client.NewReconnecting(url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(context.Background(), websocket.CloseNormal, "") })
	return r
}

// listen serves a free port until the test ends, and returns the address.
func listen(t *testing.T, serve func(net.Listener) error) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		serve(l)
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	return l.Addr().String()
}

func until(t *testing.T, come func() bool) {
	t.Helper()
	for began := time.Now(); !come(); time.Sleep(time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatal("it does not come")
		}
	}
}
