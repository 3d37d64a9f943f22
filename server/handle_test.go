package server_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// What a handler comes to, and what its peer and OnError are told.
//
//rfc:6455-7.3-1 6455-7.4.1-17
func TestHandlerEnds(t *testing.T) {
	failure := errors.New("secret: no disk space")
	for _, c := range []struct {
		name   string
		handle func(context.Context, *websocket.Conn) error
		code   websocket.CloseCode
		reason string
		report string // what OnError is told, "" for nothing
	}{
		{"nil", func(context.Context, *websocket.Conn) error { return nil }, 1000, "", ""},
		{"error", func(context.Context, *websocket.Conn) error { return failure }, 1011, "internal error", failure.Error()},
		{"closed by itself", func(ctx context.Context, c *websocket.Conn) error {
			go c.Close(ctx, 4000, "mine")
			_, _, err := c.Read(ctx)
			return err
		}, 4000, "mine", ""},
		{"end of another connection", func(context.Context, *websocket.Conn) error { return websocket.ErrClosed }, 1011, "internal error", ""},
		{"panic", func(context.Context, *websocket.Conn) error { panic("secret: a bug") }, 1011, "internal error", "secret: a bug"},
		{"abort", func(context.Context, *websocket.Conn) error { panic(http.ErrAbortHandler) }, 1011, "internal error", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			everyWay(t, func(t *testing.T, w way) {
				var reports bytes.Buffer
				s := server.Handler(c.handle, nil)
				logger := log.New(&reports, "", 0)
				s.OnError = func(r *http.Request, err error) { logger.Println(r.URL.Path, err) }
				p := w.start(t, s).connect(t)
				p.wantClose(c.code, c.reason)
				p.say(frame(protocol.OpClose, closeCode(c.code)))
				p.wantEnd()
				p.Close()
				if err := s.Shutdown(t.Context()); err != nil {
					t.Fatal(err)
				}
				if got := reports.String(); !strings.Contains(got, c.report) || (got == "") != (c.report == "") {
					t.Errorf("reported %q, want %q", got, c.report)
				}
			})
		})
	}
}

// Without OnError a panic through net/http is logged, as net/http logs those of its handlers, and ends nothing but
// its connection.
func TestPanicIsLogged(t *testing.T) {
	var logged bytes.Buffer
	s := server.Handler(aBug, nil)
	l := listen(t)
	way{}.serveHTTP(t, &http.Server{Handler: s, ErrorLog: log.New(&logged, "", 0)}, l)
	for range 2 {
		p := address{l.Addr(), false}.connect(t)
		p.wantClose(websocket.CloseInternalError, "internal error")
		p.Close()
	}
	if err := s.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if n := strings.Count(logged.String(), "panic: a bug"); n != 2 {
		t.Errorf("logged %d panics of 2: %s", n, &logged)
	}
}

func TestPanicError(t *testing.T) {
	errs := make(chan error, 1)
	s := server.Handler(aBug, nil)
	s.OnError = func(_ *http.Request, err error) { errs <- err }
	p := way{}.start(t, s).connect(t)
	p.Close()
	var e *server.PanicError
	if err := <-errs; !errors.As(err, &e) || e.Value != "a bug" || !bytes.Contains(e.Stack, []byte("aBug")) {
		t.Errorf("got %v", err)
	}
}

func aBug(context.Context, *websocket.Conn) error { panic("a bug") }

// A handler's context ends with its connection.
func TestContextEnds(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		ended := make(chan error, 1)
		s := server.Handler(func(ctx context.Context, c *websocket.Conn) error {
			if ctx.Err() != nil {
				t.Error("the context has ended too early")
			}
			c.Read(ctx)
			<-ctx.Done()
			ended <- ctx.Err()
			return nil
		}, nil)
		w.start(t, s).connect(t).Close()
		select {
		case err := <-ended:
			if err != context.Canceled {
				t.Errorf("ended with %v", err)
			}
		case <-time.After(patience):
			t.Error("the context goes on")
		}
	})
}

// ServeHTTP returns while the handler runs. Neither that nor the end of http.Server.BaseContext, which is all that
// ends the request's context, ends the handler's; Shutdown waits for it.
func TestHandlerOutlivesServeHTTP(t *testing.T) {
	base, cancel := context.WithCancel(context.Background())
	defer cancel()
	returned := make(chan struct{})
	s := server.Handler(func(ctx context.Context, c *websocket.Conn) error {
		<-returned
		cancel()
		if err := ctx.Err(); err != nil {
			t.Errorf("the handler's context has ended: %v", err)
		}
		if r := server.Request(ctx); r.Context() != ctx || r.Context().Value(http.LocalAddrContextKey) == nil {
			t.Error("the request has not the handler's context, or that has not net/http's values")
		}
		return echo(ctx, c)
	}, nil)
	l := listen(t)
	way{}.serveHTTP(t, &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.ServeHTTP(w, r)
			close(returned)
		}),
		BaseContext: func(net.Listener) context.Context { return base },
	}, l)
	p := address{l.Addr(), false}.connect(t)
	p.say(frame(protocol.OpText, "Hello"))
	p.wantFrame(protocol.OpText, "Hello")
	stopped := make(chan error)
	go func() { stopped <- s.Shutdown(context.Background()) }()
	p.wantClose(websocket.CloseGoingAway, "server shutting down")
	p.say(frame(protocol.OpClose, closeCode(websocket.CloseGoingAway)))
	p.wantEnd()
	p.Close()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

// A panic of Check is net/http's to take; nothing is left that Shutdown would wait for.
func TestPanicOfCheckThroughNetHTTP(t *testing.T) {
	s := server.Handler(echo, &server.Options{Check: func(*http.Request, http.Header) error { panic("a bug") }})
	p := ways[0].start(t, s).dial(t)
	p.say(request())
	p.wantCut()
	p.Close()
	if err := s.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestRequest(t *testing.T) {
	if r := server.Request(t.Context()); r != nil {
		t.Errorf("a request from nowhere: %v", r)
	}
	everyWay(t, func(t *testing.T, w way) {
		tell := func(ctx context.Context, c *websocket.Conn) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			r := server.Request(ctx)
			runtime.GC() // a raw connection then has no more than the bytes
			again := server.Request(ctx)
			if !reflect.DeepEqual(again.Header, r.Header) || *again.URL != *r.URL || again.RemoteAddr != r.RemoteAddr {
				t.Errorf("the second time: %v, the first time: %v", again, r)
			}
			cookie, err := r.Cookie("session")
			if err != nil {
				return err
			}
			if r.Context().Value(http.ServerContextKey) != ctx.Value(http.ServerContextKey) || r.Context().Done() == nil {
				t.Error("the request has not the handler's context")
			}
			if r.RemoteAddr == "" || (r.TLS != nil) != w.tls || r.Body == nil {
				t.Errorf("RemoteAddr %q, TLS %v, Body %v", r.RemoteAddr, r.TLS, r.Body)
			}
			return c.WriteText(ctx, r.URL.Path+"?"+r.URL.RawQuery+" "+cookie.Value+" "+r.Host)
		}
		p := w.start(t, server.Handler(tell, nil)).connect(t, "GET /room?id=7 HTTP/1.1", "Cookie: session=42")
		p.wantFrame(protocol.OpText, "/room?id=7 42 server.example.com")
	})
}

// Values that middleware has put into the request's context reach the handler.
func TestMiddlewareValues(t *testing.T) {
	type user struct{}
	s := server.Handler(func(ctx context.Context, c *websocket.Conn) error {
		return c.WriteText(ctx, ctx.Value(user{}).(string))
	}, nil)
	a := serveHTTP(t, func(w http.ResponseWriter, r *http.Request) {
		s.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), user{}, "alice")))
	})
	a.connect(t).wantFrame(protocol.OpText, "alice")
}

// Handler copies its options.
func TestOptionsCopied(t *testing.T) {
	o := &server.Options{Subprotocols: []string{"chat"}, Origins: []string{"https://app.example"}}
	s := server.Handler(echo, o)
	o.Subprotocols[0], o.Origins[0], o.Check = "other", "malformed", func(*http.Request, http.Header) error { panic("called") }
	way{}.start(t, s).connect(t, "Sec-WebSocket-Protocol: chat", "Origin: https://app.example")
}

// Many peers come and go through all ways of one server at once.
func TestManyPeers(t *testing.T) {
	s := server.Handler(echo, nil)
	var all sync.WaitGroup
	defer all.Wait()
	for _, w := range []way{ways[0], ways[2]} {
		a := w.start(t, s)
		for range 4 {
			all.Go(func() {
				for range 25 {
					p := a.connect(t)
					p.say(frame(protocol.OpBinary, "Hello") + frame(protocol.OpClose, closeCode(1000)))
					p.wantFrame(protocol.OpBinary, "Hello")
					p.wantClose(1000, "")
					p.Close()
				}
			})
		}
	}
	all.Wait()
}

// What net/http and middleware have done with a request is there for the handler too.
func TestRequestOfAMux(t *testing.T) {
	type key struct{}
	s := server.Handler(func(ctx context.Context, c *websocket.Conn) error {
		r := server.Request(ctx)
		return c.WriteText(ctx, fmt.Sprint(r.PathValue("room"), " ", r.Pattern, " ", r.Header.Get("X-From"), " ", r.URL.Path, " ", ctx.Value(key{})))
	}, nil)
	mux := http.NewServeMux()
	mux.HandleFunc("/rooms/{room}", func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(context.WithValue(r.Context(), key{}, "kept"))
		r.Header.Set("X-From", "middleware")
		s.ServeHTTP(w, r)
	})
	l := listen(t)
	way{}.serveHTTP(t, &http.Server{Handler: mux}, l)
	defer s.Close()
	p := address{l.Addr(), false}.connect(t, "GET /rooms/blue HTTP/1.1")
	p.wantFrame(protocol.OpText, "blue /rooms/{room} middleware /rooms/blue kept")
}

// Where a connection has come in can be told on both ways, during the opening handshake too.
func TestLocalAddr(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		local := func(ctx context.Context) string {
			addr, _ := ctx.Value(http.LocalAddrContextKey).(net.Addr)
			return fmt.Sprint(addr)
		}
		checked := make(chan string, 1)
		s := server.Handler(func(ctx context.Context, c *websocket.Conn) error {
			return c.WriteText(ctx, local(ctx)+" "+local(server.Request(ctx).Context()))
		}, &server.Options{Check: func(r *http.Request, _ http.Header) error {
			checked <- local(r.Context())
			return nil
		}})
		a := w.start(t, s)
		a.connect(t).wantFrame(protocol.OpText, a.String()+" "+a.String())
		if got := <-checked; got != a.String() {
			t.Errorf("Check got %v", got)
		}
	})
}

// On both ways a head that is too large is refused, so that no connection keeps it.
//
//rfc:6455-10.7-4
func TestHeadIsTooLarge(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		o := &server.Options{MaxHeaderBytes: 4000, MaxHeaderLines: 20}
		a := w.start(t, server.Handler(echo, o))
		whole := func(n int) string { return "X: " + strings.Repeat("x", n-len(request("X: "))) }
		for _, c := range []struct {
			field  string
			status int
		}{
			{whole(4000), 101},
			{whole(4001), 431},
			{"X: 1" + strings.Repeat("\r\nX: 1", 20-6), 101},
			{"X: 1" + strings.Repeat("\r\nX: 1", 20-5), 431},
			{whole(200 << 10), 431},
		} {
			p := a.dial(t)
			p.say(request(c.field))
			if r := p.response(); r.StatusCode != c.status {
				t.Errorf("%d bytes of fields: %s, want %d", len(c.field), r.Status, c.status)
			}
			p.Close()
		}
	})
}
