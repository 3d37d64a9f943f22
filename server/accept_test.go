package server_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

//rfc:6455-4.2.2-1 6455-4.2.2-2 6455-4.2.2-8 6455-4.2.2-14 6455-4.2.2-17 6455-4.2.2-18 6455-4.2.2-19 6455-4.2.2-20
//rfc:6455-4.2.2-16 6455-4.2.2-21 6455-4.2.2-22 6455-9-3 6455-11.3.3-1 6455-11.3.4-2
func TestResponse(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		p := w.start(t, server.Handler(echo, nil)).dial(t)
		p.say(request("Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Extensions: permessage-foo"))
		want := "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
			"Sec-WebSocket-Accept: " + sampleAccept + "\r\n\r\n"
		got := make([]byte, len(want))
		if _, err := io.ReadFull(p.in, got); err != nil || string(got) != want {
			t.Fatalf("got %q (%v), want %q", got, err, want)
		}
		p.say(frame(protocol.OpText, "Hello") + frame(protocol.OpClose, closeCode(websocket.CloseNormal)))
		p.wantFrame(protocol.OpText, "Hello")
		p.wantClose(websocket.CloseNormal, "")
		p.wantEnd()
	})
}

// The connection is open once the response is sent: the server may speak first.
//
//rfc:6455-4.2.2-25
func TestServerSpeaksFirst(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		hello := func(ctx context.Context, c *websocket.Conn) error { return c.WriteText(ctx, "hello") }
		p := w.start(t, server.Handler(hello, nil)).connect(t)
		p.wantFrame(protocol.OpText, "hello")
		p.wantClose(websocket.CloseNormal, "")
		p.say(frame(protocol.OpClose, closeCode(websocket.CloseNormal)))
		p.wantEnd()
	})
}

// Frames that come in the same segment as the request, or in the same TLS record, belong to the connection.
func TestFramesWithRequest(t *testing.T) {
	long := strings.Repeat("x", 3000)
	for name, messages := range map[string][]string{
		"one":                       {"Hello"},
		"more than buffers hold":    {long, long, long},
		"request as long as buffer": {"Hello", long, "bye"},
	} {
		t.Run(name, func(t *testing.T) {
			everyWay(t, func(t *testing.T, w way) {
				p := w.start(t, server.Handler(echo, nil)).dial(t)
				text := request()
				if strings.HasPrefix(name, "request as long") {
					text = request("Cookie: " + strings.Repeat("c", 4096-len(request("Cookie: "))))
				}
				for _, m := range messages {
					text += frame(protocol.OpText, m)
				}
				go p.say(text)
				p.response()
				for _, m := range messages {
					p.wantFrame(protocol.OpText, m)
				}
			})
		})
	}
}

//rfc:6455-4.2.1-14 6455-4.2.2-12 6455-4.2.2-13 6455-4.2.2-14 6455-4.2.2-15 6455-4.2.2-23
func TestSubprotocol(t *testing.T) {
	supported := []string{"v2.chat", "v1.chat"}
	for _, c := range []struct {
		offered []string
		chosen  string
	}{
		{nil, ""},
		{[]string{"Sec-WebSocket-Protocol: v1.chat, v2.chat"}, "v1.chat"},
		{[]string{"Sec-WebSocket-Protocol: other, v2.chat"}, "v2.chat"},
		{[]string{"Sec-WebSocket-Protocol: other"}, ""},
		{[]string{"Sec-WebSocket-Protocol: V1.chat"}, ""},
	} {
		t.Run(strings.Join(c.offered, ""), func(t *testing.T) {
			everyWay(t, func(t *testing.T, w way) {
				tell := func(ctx context.Context, conn *websocket.Conn) error {
					return conn.WriteText(ctx, "speaks "+conn.Subprotocol())
				}
				p := w.start(t, server.Handler(tell, &server.Options{Subprotocols: supported})).dial(t)
				p.say(request(c.offered...))
				got, present := p.response().Header["Sec-Websocket-Protocol"]
				if present != (c.chosen != "") || present && (len(got) != 1 || got[0] != c.chosen) {
					t.Errorf("chosen: %q, want %q", got, c.chosen)
				}
				p.wantFrame(protocol.OpText, "speaks "+c.chosen)
			})
		})
	}
}

// Accept sends what was set on the ResponseWriter.
func TestAcceptHeader(t *testing.T) {
	var wg sync.WaitGroup
	defer wg.Wait()
	a := serveHTTP(t, func(w http.ResponseWriter, r *http.Request) {
		wg.Add(1)
		defer wg.Done()
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1"})
		c, err := server.Accept(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		echo(context.Background(), c)
	})
	p := a.dial(t)
	p.say(request())
	if got := p.response().Header.Get("Set-Cookie"); got != "session=1" {
		t.Errorf("Set-Cookie: %q", got)
	}
	p.Close()
}

// serveHTTP serves a handler of net/http.
func serveHTTP(t *testing.T, h http.HandlerFunc) address {
	l := listen(t)
	way{}.serveHTTP(t, &http.Server{Handler: h}, l)
	return address{l.Addr(), false}
}

// What middleware has set must not break the response.
func TestAcceptBadHeader(t *testing.T) {
	for name, value := range map[string]string{"Connection": "keep-alive", "X-Note": "a\r\nSet-Cookie: b"} {
		errs := make(chan error, 1)
		a := serveHTTP(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header()[name] = []string{value}
			_, err := server.Accept(w, r, nil)
			errs <- err
		})
		p := a.dial(t)
		p.say(request())
		wantStatus(t, p, http.StatusInternalServerError)
		if err := <-errs; !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %q does not name the field", name, err)
		}
	}
}

func wantStatus(t *testing.T, p *peer, want int) *http.Response {
	t.Helper()
	r := p.response()
	if r.StatusCode != want {
		t.Errorf("status %q, want %d", r.Status, want)
	}
	return r
}

func TestAcceptNotHijackable(t *testing.T) {
	r := httptest.NewRequest("GET", "http://server.example.com/chat", nil)
	for _, f := range []string{"Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: " + sampleKey, "Sec-WebSocket-Version: 13"} {
		name, value, _ := strings.Cut(f, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	_, err := server.Accept(w, r, nil)
	var e *handshake.Error
	if !errors.As(err, &e) || e.Status != 500 || w.Code != 500 || !strings.Contains(e.Text, "hijack") {
		t.Errorf("status %d, error %v", w.Code, err)
	}
}

// HTTP/2 has no Upgrade: the answer says so, and leaves the connection to the others that share it.
func TestAcceptHTTP2(t *testing.T) {
	errs := make(chan error, 2)
	hs := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := server.Accept(w, r, nil)
		errs <- err
	}))
	hs.EnableHTTP2 = true
	hs.StartTLS()
	defer hs.Close()
	for range 2 {
		resp, err := hs.Client().Get(hs.URL)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != http.StatusHTTPVersionNotSupported || !bytes.Contains(body, []byte("HTTP/1.1")) || resp.Close {
			t.Errorf("status %v, body %q, close %v", resp.Status, body, resp.Close)
		}
		var e *handshake.Error
		if err := <-errs; !errors.As(err, &e) || e.Status != resp.StatusCode {
			t.Errorf("error %v", err)
		}
	}
}

// Deadlines that http.Server or the opening handshake has set end with it.
func TestDeadlinesLifted(t *testing.T) {
	for _, w := range []way{{name: "net/http", netHTTP: true}, {name: "raw"}} {
		t.Run(w.name, func(t *testing.T) {
			l := &deadlineListener{Listener: listen(t)}
			p := w.startOn(t, server.Handler(echo, nil), l).connect(t)
			p.say(frame(protocol.OpText, "Hello"))
			p.wantFrame(protocol.OpText, "Hello")
			if at := l.deadlines(); !at[0].IsZero() || !at[1].IsZero() {
				t.Errorf("deadlines left: %v", at)
			}
		})
	}
}

// deadlineListener knows the read and write deadline of the connection it has accepted.
type deadlineListener struct {
	net.Listener
	mu sync.Mutex
	at [2]time.Time
}

func (l *deadlineListener) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return deadlineConn{nc, l}, nil
}

func (l *deadlineListener) deadlines() [2]time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.at
}

func (l *deadlineListener) set(at time.Time, which ...int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, i := range which {
		l.at[i] = at
	}
}

type deadlineConn struct {
	net.Conn
	l *deadlineListener
}

func (c deadlineConn) SetDeadline(at time.Time) error {
	c.l.set(at, 0, 1)
	return c.Conn.SetDeadline(at)
}

func (c deadlineConn) SetReadDeadline(at time.Time) error {
	c.l.set(at, 0)
	return c.Conn.SetReadDeadline(at)
}

func (c deadlineConn) SetWriteDeadline(at time.Time) error {
	c.l.set(at, 1)
	return c.Conn.SetWriteDeadline(at)
}
