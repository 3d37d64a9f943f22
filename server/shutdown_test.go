package server_test

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/internal/race"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Shutdown closes many connections, however they came, with 1001, and returns when all handlers have.
//
//rfc:6455-7.3-1 6455-7.4.1-3
func TestShutdown(t *testing.T) {
	var running atomic.Int32
	started := make(chan struct{})
	s := server.Handler(func(ctx context.Context, c *websocket.Conn) error {
		running.Add(1)
		started <- struct{}{}
		defer running.Add(-1)
		return echo(ctx, c)
	}, &server.Options{Conn: websocket.Options{CloseTimeout: patience}})
	s.OnError = func(_ *http.Request, err error) { t.Errorf("OnError got %v", err) }
	var peers []*peer
	for _, w := range ways {
		a := w.start(t, s)
		for range 50 {
			peers = append(peers, a.connect(t))
			<-started
		}
	}
	var all sync.WaitGroup
	for _, p := range peers {
		all.Go(func() {
			p.wantClose(websocket.CloseGoingAway, "server shutting down")
			p.say(frame(protocol.OpClose, closeCode(websocket.CloseGoingAway)))
			p.wantEnd()
			p.Close()
		})
	}
	if err := s.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if n := running.Load(); n != 0 {
		t.Errorf("%d handlers left", n)
	}
	all.Wait()
	if err := s.Shutdown(t.Context()); err != nil {
		t.Errorf("the second time: %v", err)
	}
}

// With 100,000, as many as one machine may serve: go test ./server -run BehindTheDead -vanished 100000.
var vanished = flag.Int("vanished", 0, "how many peers have vanished when the server ends, if not as many as usual")

// Peers that have vanished hold up nobody: all the others get their 1001 at once, and Shutdown waits no longer
// than it takes one of them.
func TestShutdownBehindTheDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		s := server.Handler(echo, &server.Options{Conn: websocket.Options{CloseTimeout: 4 * time.Second}})
		go s.Serve(l)
		open := func() *peer {
			p := l.dial(t)
			p.say(request())
			p.response()
			return p
		}
		for range cmp.Or(*vanished, max(race.Fewer(4200), 1000)) {
			open()
		}
		began := time.Now()
		var living sync.WaitGroup
		for range 20 {
			p := open()
			living.Go(func() {
				p.wantClose(websocket.CloseGoingAway, "server shutting down")
				if late := time.Since(began); late > 0 {
					t.Errorf("1001 came after %v", late)
				}
				p.say(frame(protocol.OpClose, closeCode(websocket.CloseGoingAway)))
				p.wantEnd()
			})
		}
		synctest.Wait()
		if err := s.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		living.Wait()
		if took := time.Since(began); took > 4*time.Second {
			t.Errorf("Shutdown took %v", took)
		}
	})
}

// A handler that is at work when the server ends, and fails to write for that reason, does not overtake the 1001.
func TestShutdownBesideHandlersAtWork(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		working, failed := make(chan struct{}), make(chan struct{})
		s := server.Handler(func(ctx context.Context, c *websocket.Conn) error {
			for _, err := range c.BorrowMessages(ctx) {
				if err != nil {
					return err
				}
				close(working)
				for err == nil {
					err = c.WriteText(ctx, "")
				}
				close(failed)
				return err
			}
			return nil
		}, nil)
		p := w.start(t, s).connect(t)
		p.say(frame(protocol.OpText, "work"))
		<-working
		go s.Shutdown(context.Background())
		for {
			h, err := p.in.Peek(1)
			if err != nil {
				t.Fatal(err)
			}
			if h[0] != 0x81 {
				break
			}
			p.wantFrame(protocol.OpText, "")
		}
		p.wantClose(websocket.CloseGoingAway, "server shutting down")
		<-failed
		p.say(frame(protocol.OpClose, closeCode(websocket.CloseGoingAway)))
		p.wantEnd()
	})
}

// Connections of Accept are closed and waited for as well.
func TestShutdownAccepted(t *testing.T) {
	s := new(server.Server)
	conns := make(chan *websocket.Conn, 1)
	a := serveHTTP(t, func(w http.ResponseWriter, r *http.Request) {
		c, err := s.Accept(w, r)
		if err != nil {
			t.Error(err)
		}
		conns <- c
	})
	p := a.connect(t)
	c := <-conns
	stopped := make(chan error)
	go func() { stopped <- s.Shutdown(context.Background()) }()
	p.wantClose(websocket.CloseGoingAway, "server shutting down")
	select {
	case <-c.Done():
		t.Error("closed without the peer's Close")
	case err := <-stopped:
		t.Errorf("Shutdown did not wait for the peer: %v", err)
	default:
	}
	p.say(frame(protocol.OpClose, closeCode(websocket.CloseGoingAway)))
	p.wantEnd()
	p.Close()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	<-c.Done()
}

// Peers that never answer are cut when the time is over, also handlers that do not look at their context are no
// longer waited for then.
func TestShutdownDeadline(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		started, release := make(chan struct{}), make(chan struct{})
		s := server.Handler(func(context.Context, *websocket.Conn) error {
			close(started)
			<-release
			return nil
		}, nil)
		p := w.start(t, s).connect(t)
		defer close(release)
		<-started
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		stopped := make(chan error)
		go func() { stopped <- s.Shutdown(ctx) }()
		p.wantClose(websocket.CloseGoingAway, "server shutting down")
		cancel()
		if err := <-stopped; err != context.Canceled {
			t.Errorf("Shutdown returned %v", err)
		}
		p.wantCut()
	})
}

// Without a deadline, Options.Conn.CloseTimeout bounds the wait for peers that never answer.
func TestShutdownCloseTimeout(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		s := server.Handler(echo, &server.Options{Conn: websocket.Options{CloseTimeout: 50 * time.Millisecond}})
		p := w.start(t, s).connect(t)
		if err := s.Shutdown(t.Context()); err != nil {
			t.Errorf("Shutdown returned %v", err)
		}
		p.wantClose(websocket.CloseGoingAway, "server shutting down")
		p.wantCut()
	})
}

// Shutdown waits for what a handler does after its connection is closed.
func TestShutdownWaitsForHandlers(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		var cleaned atomic.Bool
		started, release := make(chan struct{}), make(chan struct{})
		s := server.Handler(func(ctx context.Context, c *websocket.Conn) error {
			close(started)
			<-ctx.Done()
			<-release
			cleaned.Store(true)
			return nil
		}, nil)
		p := w.start(t, s).connect(t)
		<-started
		stopped := make(chan error)
		go func() { stopped <- s.Shutdown(context.Background()) }()
		p.wantClose(websocket.CloseGoingAway, "server shutting down")
		p.say(frame(protocol.OpClose, closeCode(websocket.CloseGoingAway)))
		p.wantEnd()
		p.Close()
		close(release)
		if err := <-stopped; err != nil || !cleaned.Load() {
			t.Errorf("Shutdown returned %v, the handler cleaned up: %v", err, cleaned.Load())
		}
	})
}

// While a server shuts down, net/http still brings requests.
//
//rfc:6455-4.2.2-11
func TestShutdownRefuses(t *testing.T) {
	for _, w := range ways[:2] {
		errs := make(chan error, 1)
		s := server.Handler(echo, nil)
		s.OnError = func(_ *http.Request, err error) { errs <- err }
		a := w.start(t, s)
		s.Shutdown(t.Context())
		p := a.dial(t)
		p.say(request())
		wantRefusal(t, p, 503, "6455-4.2.2-11", nil)
		wantError(t, errs, 503, "6455-4.2.2-11")
	}
}

// A handshake that Check holds up while the server begins to end is refused, too.
func TestShutdownRefusesWhatCheckHoldsUp(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		checking, goOn := make(chan struct{}), make(chan struct{})
		s := server.Handler(echo, &server.Options{Check: func(*http.Request, http.Header) error {
			close(checking)
			<-goOn
			return nil
		}})
		p := w.start(t, s).dial(t)
		p.say(request())
		<-checking
		stopped := make(chan error, 1)
		go func() { stopped <- s.Shutdown(context.Background()) }()
		until(t, "it refuses", func() bool {
			r, _, _ := handshake.ParseRequest([]byte(request("Sec-WebSocket-Key")), handshake.Limits{})
			_, err := s.Accept(blind{}, r)
			var e *handshake.Error
			return errors.As(err, &e) && e.Status == 503
		})
		close(goOn)
		wantRefusal(t, p, 503, "6455-4.2.2-11", nil)
		p.Close()
		if err := <-stopped; err != nil {
			t.Error(err)
		}
	})
}

// Opening handshakes under way are interrupted: in the request, and before it in TLS.
func TestShutdownDuringOpening(t *testing.T) {
	for _, w := range ways[2:] {
		t.Run(w.name, func(t *testing.T) {
			l := &countingListener{Listener: listen(t), accepted: make(chan struct{}, 2)}
			s := server.Handler(echo, nil)
			a := w.startOn(t, s, l)
			p := a.dial(t)
			p.say(request()[:50])
			<-l.accepted
			silent, err := net.Dial("tcp", a.String())
			if err != nil {
				t.Fatal(err)
			}
			defer silent.Close()
			<-l.accepted
			go s.Shutdown(context.Background())
			if w.tls {
				p.wantCut() // a TLS handshake may have been cut short
			} else {
				wantRefusal(t, p, 503, "6455-4.2.2-11", nil)
			}
			q := newPeer(t, silent)
			q.wantCut()
			p.Close()
			silent.Close()
			if err := s.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// countingListener tells of every connection accepted.
type countingListener struct {
	net.Listener
	accepted chan struct{}
}

func (l *countingListener) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	if err == nil {
		l.accepted <- struct{}{}
	}
	return nc, err
}

// A handshake that Shutdown overtakes: a raw one is refused, and one of net/http, which nothing interrupts, gets
// a connection that is going away. Close leaves nothing of either.
func TestShutdownDuringCheck(t *testing.T) {
	for _, now := range []bool{false, true} {
		everyWay(t, func(t *testing.T, w way) {
			checking, checked := make(chan struct{}), make(chan struct{})
			s := server.Handler(func(context.Context, *websocket.Conn) error {
				t.Error("the handler ran")
				return nil
			}, &server.Options{Check: func(*http.Request, http.Header) error {
				close(checking)
				<-checked
				return nil
			}})
			p := w.start(t, s).dial(t)
			p.say(request())
			<-checking
			if now {
				s.Close()
			} else {
				ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
				defer cancel()
				if err := s.Shutdown(ctx); err != context.DeadlineExceeded {
					t.Errorf("Shutdown returned %v", err)
				}
			}
			close(checked)
			p.wantCut()
			p.Close()
			if err := s.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// Close cuts all connections, with and without handlers.
func TestClose(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		errs := make(chan error, 1)
		s := server.Handler(func(ctx context.Context, c *websocket.Conn) error {
			err := echo(ctx, c)
			errs <- err
			return err
		}, nil)
		p := w.start(t, s).connect(t)
		p.say(frame(protocol.OpText, "Hello"))
		p.wantFrame(protocol.OpText, "Hello")
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		p.wantCut()
		if err := <-errs; !errors.Is(err, websocket.ErrClosed) && !errors.Is(err, context.Canceled) {
			t.Errorf("the handler got %v", err)
		}
	})
}

// Shutdown while peers keep coming: each is served or turned away, none is forgotten.
func TestShutdownRace(t *testing.T) {
	for range 20 {
		s := server.Handler(echo, &server.Options{Conn: websocket.Options{CloseTimeout: time.Second}})
		var peers sync.WaitGroup
		for _, w := range []way{ways[0], ways[2]} {
			a := w.start(t, s)
			for range 8 {
				peers.Go(func() { visit(t, a) })
			}
		}
		if err := s.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		peers.Wait()
	}
}

// visit connects if it can, says hello and waits for the end.
func visit(t *testing.T, a address) {
	nc, err := net.Dial("tcp", a.String())
	if err != nil {
		return
	}
	defer nc.Close()
	nc.SetDeadline(time.Now().Add(patience))
	nc.Write([]byte(request() + frame(protocol.OpText, "Hello") + frame(protocol.OpClose, closeCode(1000))))
	newPeer(t, nc).wantCut()
}

// However many peers never answer, they hold the end up by turns of CloseTimeout only.
func TestShutdownTurns(t *testing.T) {
	const peers, atOnce = 5000, 4096
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		s := server.Handler(echo, nil)
		go s.Serve(l)
		for range peers {
			p := l.dial(t)
			p.say(request())
			wantStatus(t, p, 101)
		}
		synctest.Wait()
		begin := time.Now()
		if err := s.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		turns := (peers + atOnce - 1) / atOnce
		if took := time.Since(begin); took > time.Duration(turns)*5*time.Second {
			t.Errorf("took %v", took)
		}
	})
}
