package server_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// ending is a way for a connection to end, and what Closed and Stats tell of it.
type ending struct {
	name   string
	setup  func(s *server.Server)
	handle func(ctx context.Context, c *websocket.Conn) error // nil for echo
	peer   func(p *peer, s *server.Server)                    // what it does; then it is cut off
	err    func(err error) bool
	code   websocket.CloseCode
	byPeer bool
}

var errDisk = errors.New("no disk space")

var endings = []ending{
	{name: "the peer closes",
		peer: says(frame(protocol.OpClose, closeCode(4007)+"bored")), err: isClose(4007, "bored"), code: 4007, byPeer: true},
	{name: "the peer closes without a code",
		peer: says(frame(protocol.OpClose, "")), err: isClose(websocket.CloseNoStatus, ""), code: 1005, byPeer: true},
	{name: "the peer is lost", peer: vanishes, err: isClose(websocket.CloseAbnormal, ""), code: 1006, byPeer: true},
	{name: "the peer is silent",
		setup: func(s *server.Server) { s.Conn.Keepalive = 20 * time.Millisecond },
		peer:  waits, err: isA[*websocket.TimeoutError], code: 1006},
	{name: "the peer breaks a rule",
		peer: says("\x81\x00"), err: isA[*websocket.ProtocolError], code: 1002},
	{name: "the peer exceeds a limit",
		setup: func(s *server.Server) { s.Conn.MaxMessage = 10 },
		peer:  says(frame(protocol.OpText, "hello world")), err: isA[*websocket.ProtocolError], code: 1009},
	{name: "Handle returns nil", handle: returns(nil), peer: answers, err: is(nil), code: 1000},
	{name: "Handle returns nil, the peer is lost", handle: returns(nil), peer: vanishes, err: is(nil), code: 1000},
	{name: "Handle fails", handle: returns(errDisk), peer: answers, err: is(errDisk), code: 1011},
	{name: "Handle returns the end of another connection",
		handle: returns(websocket.ErrClosed), peer: answers, err: is(websocket.ErrClosed), code: 1011},
	{name: "Handle fails after the end",
		handle: func(ctx context.Context, c *websocket.Conn) error { echo(ctx, c); return errDisk },
		peer:   says(frame(protocol.OpClose, closeCode(1001))), err: isClose(1001, ""), code: 1001, byPeer: true},
	{name: "Handle panics", handle: aBug, peer: answers, err: isA[*server.PanicError], code: 1011},
	{name: "Handle aborts", handle: func(context.Context, *websocket.Conn) error { panic(http.ErrAbortHandler) },
		peer: answers, err: is(http.ErrAbortHandler), code: 1011},
	{name: "Handle ends its goroutine", handle: func(context.Context, *websocket.Conn) error { runtime.Goexit(); return nil },
		peer: answers, err: is(http.ErrAbortHandler), code: 1011},
	{name: "Handle calls Close",
		handle: func(ctx context.Context, c *websocket.Conn) error { return c.Close(ctx, 4000, "mine") },
		peer:   answers, err: is(nil), code: 4000},
	{name: "Handle calls Close and fails",
		handle: func(ctx context.Context, c *websocket.Conn) error { c.Close(ctx, 4000, "mine"); return errDisk },
		peer:   answers, err: is(errDisk), code: 4000},
	{name: "Handle calls CloseNow and reads",
		handle: func(ctx context.Context, c *websocket.Conn) error { c.CloseNow(); return echo(ctx, c) },
		peer:   waits, err: is(nil), code: 1006},
	{name: "Shutdown", peer: func(p *peer, s *server.Server) {
		go s.Shutdown(context.Background())
		answers(p, s)
	}, err: is(server.ErrServerClosed), code: 1001},
	{name: "Shutdown, the peer is lost", peer: func(p *peer, s *server.Server) {
		go s.Shutdown(context.Background())
		p.wantClose(websocket.CloseGoingAway, "server shutting down")
	}, err: is(server.ErrServerClosed), code: 1001},
	{name: "Close", peer: func(p *peer, s *server.Server) { s.Close(); waits(p, s) },
		err: is(server.ErrServerClosed), code: 1006},
	{name: "MaxAge", setup: func(s *server.Server) { s.MaxAge = time.Millisecond },
		peer: answers, err: is(server.ErrMaxAge), code: 1001},
}

func says(text string) func(*peer, *server.Server) {
	return func(p *peer, s *server.Server) { p.say(text); waits(p, s) }
}

// waits waits until the server ends the connection.
func waits(p *peer, _ *server.Server) { p.wantCut() }

// answers does its part of a closing handshake.
func answers(p *peer, s *server.Server) {
	p.in.ReadByte()
	length, _ := p.in.ReadByte()
	payload := make([]byte, length)
	io.ReadFull(p.in, payload)
	p.say(frame(protocol.OpClose, string(payload[:2])))
	p.wantCut()
}

func vanishes(*peer, *server.Server) {}

func returns(err error) func(context.Context, *websocket.Conn) error {
	return func(context.Context, *websocket.Conn) error { return err }
}

func is(want error) func(error) bool { return func(err error) bool { return err == want } }

func isA[E error](err error) bool {
	_, ok := err.(E)
	return ok
}

func isClose(code websocket.CloseCode, reason string) func(error) bool {
	return func(err error) bool {
		e, ok := err.(*websocket.CloseError)
		return ok && e.Code == code && e.Reason == reason
	}
}

// Closed is called once for each connection, when it has ended and Handle has returned.
func TestClosed(t *testing.T) {
	for _, e := range endings {
		t.Run(e.name, func(t *testing.T) {
			everyWay(t, func(t *testing.T, w way) {
				var handling atomic.Bool
				s := server.Handler(echo, &server.Options{OnError: func(*http.Request, error) {}})
				if e.setup != nil {
					e.setup(s)
				}
				if e.handle != nil {
					s.Handle = e.handle
				}
				handle := s.Handle
				s.Handle = func(ctx context.Context, c *websocket.Conn) error {
					handling.Store(true)
					defer handling.Store(false)
					return handle(ctx, c)
				}
				told := make(chan error, 2)
				s.Closed = func(ctx context.Context, c *websocket.Conn, err error) {
					if handling.Load() || ctx.Err() == nil || server.Request(ctx).URL.Path != "/chat" {
						t.Errorf("too early, or without a context: handling %v, %v", handling.Load(), ctx.Err())
					}
					if end := c.End(); end.Code != e.code || end.ByPeer != e.byPeer {
						t.Errorf("%+v, want %v", end, e.code)
					}
					told <- err
				}
				p := w.start(t, s).connect(t)
				until(t, "it is the server's", func() bool { return s.Stats().Accepted == 1 })
				e.peer(p, s)
				p.Close()
				if err := <-told; !e.err(err) {
					t.Errorf("%T %v", err, err)
				}
				wantEnded(t, s, e)
				if len(told) > 0 {
					t.Errorf("told again: %v", <-told)
				}
			})
		})
	}
}

// wantEnded checks what is counted of a server's only connection.
func wantEnded(t *testing.T, s *server.Server, e ending) {
	t.Helper()
	until(t, "it is gone", func() bool { return s.Stats().Conns == 0 })
	st := s.Stats()
	codes, others := st.ClosedByServer, st.ClosedByPeer
	if e.byPeer {
		codes, others = others, codes
	}
	if st.Accepted != 1 || len(codes) != 1 || codes[e.code] != 1 || len(others) > 0 {
		t.Errorf("%+v", st)
	}
}

// A connection of Server.Accept is the caller's: Closed hears of it when it has ended, and Shutdown waits for that.
func TestClosedAfterAccept(t *testing.T) {
	type key struct{}
	told, leave := make(chan error, 1), make(chan struct{})
	s := &server.Server{Closed: func(ctx context.Context, c *websocket.Conn, err error) {
		<-leave
		if ctx.Value(key{}) != "value" || ctx.Err() == nil || c.End().Code != websocket.CloseGoingAway {
			t.Errorf("%v %v %+v", ctx.Value(key{}), ctx.Err(), c.End())
		}
		told <- err
	}}
	a := serveHTTP(t, func(w http.ResponseWriter, r *http.Request) {
		c, err := s.Accept(w, r.WithContext(context.WithValue(r.Context(), key{}, "value")))
		if err != nil {
			t.Error(err)
			return
		}
		c.Discard(context.Background())
	})
	p := a.connect(t)
	until(t, "it is the server's", func() bool { return s.Stats().Accepted == 1 })
	ended := make(chan error)
	go func() { ended <- s.Shutdown(context.Background()) }()
	answers(p, s)
	p.Close()
	select {
	case <-ended:
		t.Error("Shutdown does not wait for Closed")
	default:
	}
	close(leave)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := <-told; err != server.ErrServerClosed {
		t.Error(err)
	}
}

// A Closed that blocks holds up no other connection, and no place among Server.MaxConns.
func TestClosedThatBlocks(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		entered, leave := make(chan bool), make(chan bool)
		s := server.Handler(echo, nil)
		s.MaxConns = 1
		s.Closed = func(context.Context, *websocket.Conn, error) { entered <- true; <-leave }
		a := w.start(t, s)
		for range 3 {
			until(t, "there is room", func() bool { return s.Stats().Conns == 0 })
			p := a.connect(t)
			p.say(frame(protocol.OpText, "hello"))
			p.wantFrame(protocol.OpText, "hello")
			p.Close()
			<-entered
		}
		close(leave)
		if err := s.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// What Opened hears of each handshake: accepted, refused, failed.
func TestOpened(t *testing.T) {
	type told struct {
		path string
		err  error
	}
	everyWay(t, func(t *testing.T, w way) {
		openings := make(chan told, 10)
		before := time.Now()
		s := server.Handler(echo, &server.Options{
			OnError: func(*http.Request, error) {},
			Check: func(r *http.Request, _ http.Header) error {
				if r.URL.Path == "/bug" {
					panic("a bug")
				}
				return nil
			},
		})
		s.Fallback = http.NotFoundHandler()
		s.Opened = func(r *http.Request, began time.Time, err error) {
			if began.Before(before) || began.After(time.Now()) {
				t.Errorf("began at %v", began)
			}
			openings <- told{r.URL.Path, err}
		}
		a := w.start(t, s)
		a.connect(t).Close()
		if got := <-openings; got != (told{"/chat", nil}) {
			t.Error(got)
		}
		p := a.dial(t)
		p.say(page()) // which is none
		p.response()
		p.Close()
		p = a.dial(t)
		p.say(request("Sec-WebSocket-Version: 7"))
		p.response()
		p.Close()
		var e *handshake.Error
		if got := <-openings; !errors.As(got.err, &e) || e.Status != 426 {
			t.Error(got)
		}
		p = a.dial(t)
		p.say(request("GET /bug HTTP/1.1"))
		p.Close()
		if got := <-openings; got.path != "/bug" || got.err == nil || !strings.Contains(got.err.Error(), "panic") {
			t.Error(got)
		}
	})
}

// A hook that panics ends nothing but itself: OnError hears of it.
func TestHooksThatPanic(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		errs := make(chan error, 2)
		s := server.Handler(echo, &server.Options{OnError: func(_ *http.Request, err error) { errs <- err }})
		s.Opened = func(*http.Request, time.Time, error) { panic("opened") }
		s.Closed = func(context.Context, *websocket.Conn, error) { panic("closed") }
		w.start(t, s).connect(t).Close()
		for _, want := range []string{"opened", "closed"} {
			var e *server.PanicError
			if err := <-errs; !errors.As(err, &e) || e.Value != want {
				t.Errorf("%v, want %s", err, want)
			}
		}
		if err := s.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
