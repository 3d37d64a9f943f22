package server_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Each opening handshake is cut when its own time is over, whatever becomes of those before it, and a connection is
// left alone after it.
func TestDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		s := server.Handler(echo, &server.Options{Conn: websocket.Options{Keepalive: -1}})
		go s.Serve(l)
		defer s.Close()
		begin := time.Now()
		dial := func() *peer {
			p := l.dial(t)
			p.say("GET")
			time.Sleep(3 * time.Second)
			return p
		}
		first, second, third := dial(), dial(), dial()
		second.say(request()[len("GET"):])
		wantStatus(t, second, http.StatusSwitchingProtocols)
		for i, p := range []*peer{first, third} {
			wantRefusal(t, p, http.StatusRequestTimeout, "6455-10.7-4", nil)
			if took, want := time.Since(begin), time.Duration(10+6*i)*time.Second; took != want {
				t.Errorf("peer %d: cut after %v, want %v", i, took, want)
			}
		}
		time.Sleep(10 * time.Second)
		fourth := l.dial(t)
		begin = time.Now()
		fourth.wantCut()
		if took := time.Since(begin); took != 10*time.Second {
			t.Errorf("after a time without any: cut after %v", took)
		}
		second.say(frame(protocol.OpText, "Hello"))
		second.wantFrame(protocol.OpText, "Hello")
	})
}

// The time for the opening handshake covers Check and the response.
func TestDeadlineAfterRequest(t *testing.T) {
	for name, check := range map[string]func(*http.Request, http.Header) error{
		"a slow Check":                  func(*http.Request, http.Header) error { time.Sleep(11 * time.Second); return nil },
		"a peer that takes no response": nil,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newPipeListener()
				s := server.Handler(echo, &server.Options{Check: check})
				errs := make(chan error, 1)
				s.OnError = func(_ *http.Request, err error) { errs <- err }
				go s.Serve(l)
				defer s.Close()
				p := l.dial(t)
				p.say(request())
				if err := <-errs; err == nil {
					t.Error("no error")
				}
				if _, err := p.Read(make([]byte, 1)); err != io.EOF {
					t.Errorf("the connection is open: %v", err)
				}
			})
		})
	}
}

// A shutdown that comes while the response is being sent ends the connection in order.
func TestShutdownDuringResponse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		s := server.Handler(echo, nil)
		go s.Serve(l)
		p := l.dial(t)
		p.say(request())
		synctest.Wait() // the response waits to be read
		stopped := make(chan error)
		go func() { stopped <- s.Shutdown(context.Background()) }()
		synctest.Wait()
		wantStatus(t, p, http.StatusSwitchingProtocols)
		p.wantClose(websocket.CloseGoingAway, "server shutting down")
		p.say(frame(protocol.OpClose, closeCode(websocket.CloseGoingAway)))
		if err := <-stopped; err != nil {
			t.Error(err)
		}
	})
}

// A peer that has been refused and does not close is not waited for by a shutdown.
func TestShutdownDuringRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		s := server.Handler(echo, nil)
		go s.Serve(l)
		near, far := net.Pipe()
		defer near.Close()
		l.accepted <- halfClosing{far}
		p := newPeer(t, near)
		p.say(request("Upgrade"))
		if r := p.response(); r.StatusCode != http.StatusUpgradeRequired {
			t.Errorf("answered %v", r.Status)
		}
		synctest.Wait()
		begin := time.Now()
		if err := s.Shutdown(t.Context()); err != nil || time.Since(begin) > 0 {
			t.Errorf("Shutdown returned %v after %v", err, time.Since(begin))
		}
	})
}

// halfClosing can close its writing side, as TCP can: the peer of a refusal is then waited for.
type halfClosing struct{ net.Conn }

func (halfClosing) CloseWrite() error { return nil }

// A request that has arrived when the server stops is refused, whatever it is for, and Close can follow at any time.
func TestShutdownAfterRequest(t *testing.T) {
	for name, text := range map[string]string{"opening handshake": request(), "fallback": page()} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newPipeListener()
				s := server.Handler(echo, nil)
				s.Fallback = http.NotFoundHandler()
				go s.Serve(l)
				near, far := net.Pipe()
				defer near.Close()
				late := lateConn{far, make(chan struct{})}
				l.accepted <- late
				stopped := make(chan error)
				go func() { stopped <- s.Shutdown(context.Background()) }()
				synctest.Wait()
				close(late.open)
				p := newPeer(t, near)
				p.say(text)
				synctest.Wait() // the refusal waits to be read
				s.Close()
				if err := <-stopped; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// lateConn reads what comes after open has been closed, however late that is.
type lateConn struct {
	net.Conn
	open chan struct{}
}

func (c lateConn) Read(p []byte) (int, error) {
	<-c.open
	return c.Conn.Read(p)
}

func (c lateConn) SetReadDeadline(time.Time) error { return nil }
