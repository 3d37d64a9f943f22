package server_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// capped is what a server does with connections up to a cap and beyond it.
func capped(t *testing.T, w way, s *server.Server, option string, fields ...string) {
	t.Helper()
	errs := make(chan error, 10)
	s.Handle = echo
	s.OnError = func(_ *http.Request, err error) { errs <- err }
	a := w.start(t, s)
	first, second := a.connect(t, fields...), a.connect(t, fields...)
	until(t, "two are there", func() bool { return s.Stats().Conns == 2 })
	p := a.dial(t)
	p.say(request(fields...))
	wantRefusal(t, p, 503, "6455-4.2.2-11", nil)
	var e *handshake.Error
	if err := <-errs; !errors.As(err, &e) || e.Option != option {
		t.Errorf("got %v, want %s", err, option)
	}
	refused := a.dial(t)
	refused.say(request(append(fields, "Sec-WebSocket-Key")...)) // holds no place when it has failed
	refused.response()
	refused.Close()
	<-errs
	first.Close() // without a closing handshake
	until(t, "the place is free", func() bool { return s.Stats().Conns == 1 })
	third := a.connect(t, fields...)
	third.say(frame(protocol.OpText, "hello"))
	third.wantFrame(protocol.OpText, "hello")
	if got := s.Stats(); got.Conns != 2 || got.Accepted != 3 || got.Refused[503] != 2 || got.Handshakes != 0 {
		t.Errorf("%+v", got)
	}
	second.Close()
	third.Close()
	until(t, "all are gone", func() bool { return s.Stats().Conns == 0 })
}

// until waits for a condition.
func until(t *testing.T, what string, come func() bool) {
	t.Helper()
	for began := time.Now(); !come(); time.Sleep(time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatalf("%s: not in a minute", what)
		}
	}
}

//rfc:6455-4.2.2-11
func TestMaxConns(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) { capped(t, w, &server.Server{MaxConns: 2}, "Server.MaxConns") })
}

func TestMaxConnsPerAddress(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		capped(t, w, &server.Server{MaxConnsPerAddress: 2}, "Server.MaxConnsPerAddress")
	})
}

// Behind a proxy the program says whose connection it is.
func TestMaxConnsPerAddressOfAProxy(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		s := &server.Server{MaxConnsPerAddress: 2, Address: func(r *http.Request) string { return r.Header.Get("X-Real-IP") }}
		capped(t, w, s, "Server.MaxConnsPerAddress", "X-Real-IP: 192.0.2.1")
		a := w.start(t, s)
		for range 3 {
			defer a.connect(t).Close() // of nobody: they do not count
		}
		for _, ip := range []string{"192.0.2.1", "192.0.2.1", "192.0.2.2"} {
			defer a.connect(t, "X-Real-IP: "+ip).Close()
		}
	})
}

// Beyond the cap raw connections are closed without a word, those through net/http refused.
func TestMaxHandshakes(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		entered, leave := make(chan struct{}), make(chan struct{})
		s := server.Handler(echo, &server.Options{Check: func(*http.Request, http.Header) error {
			entered <- struct{}{}
			<-leave
			return nil
		}})
		s.MaxHandshakes = 2
		a := w.start(t, s)
		var peers []*peer
		for range 2 {
			p := a.dial(t)
			p.say(request())
			<-entered
			peers = append(peers, p)
		}
		if got := s.Stats().Handshakes; got != 2 {
			t.Errorf("%d handshakes", got)
		}
		if w.netHTTP {
			p := a.dial(t)
			p.say(request())
			wantRefusal(t, p, 503, "6455-4.2.2-11", nil)
		} else {
			nc, err := net.Dial("tcp", a.String())
			if err != nil {
				t.Fatal(err)
			}
			if n, err := nc.Read(make([]byte, 1)); n > 0 || err == nil {
				t.Errorf("%d bytes, %v", n, err)
			}
			nc.Close()
			if got := s.Stats().Dropped; got != 1 {
				t.Errorf("%d dropped", got)
			}
		}
		close(leave)
		for _, p := range peers {
			if r := p.response(); r.StatusCode != 101 {
				t.Error(r.Status)
			}
		}
		go func() { <-entered }()
		a.connect(t)
	})
}

// Connections end within the last tenth of their time, each at another moment, and those that have ended before
// leave nothing behind.
func TestMaxAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server.Server{Handle: echo, MaxAge: time.Hour}
		l := newPipeListener()
		go s.Serve(l)
		began := time.Now()
		var mu sync.Mutex
		ages := make(map[time.Duration]bool)
		var all sync.WaitGroup
		for range 50 {
			p := l.dial(t)
			p.say(request())
			p.response()
			all.Go(func() {
				for { // with the Pings of keepalive
					h, err := p.in.Peek(2)
					if err != nil {
						t.Error(err)
						return
					}
					if h[0] != 0x80|byte(protocol.OpPing) {
						break
					}
					p.in.Discard(2 + int(h[1]))
					p.say(frame(protocol.OpPong, ""))
				}
				age := time.Since(began)
				p.wantClose(websocket.CloseGoingAway, "time to reconnect")
				p.say(frame(protocol.OpClose, closeCode(websocket.CloseGoingAway)))
				mu.Lock()
				defer mu.Unlock()
				ages[age] = true
				if age < 54*time.Minute || age > time.Hour {
					t.Errorf("closed after %v", age)
				}
			})
		}
		short := l.dial(t)
		short.say(request())
		short.response()
		short.Close()
		all.Wait()
		if len(ages) < 40 {
			t.Errorf("50 connections ended at %d moments", len(ages))
		}
		s.Shutdown(context.Background())
	})
}

// A place that a handshake has held which ended by a panic, or a lost client, is free again, and each is counted.
func TestCapsAfterFailures(t *testing.T) {
	ends := map[string]func(){
		"panic":  func() { panic("a bug") },
		"Goexit": runtime.Goexit, // as by t.FailNow
	}
	everyWay(t, func(t *testing.T, w way) {
		for name, end := range ends {
			t.Run(name, func(t *testing.T) {
				on := func(r *http.Request, path string) {
					if r.URL.Path == path {
						end()
					}
				}
				s := &server.Server{Handle: echo, MaxConns: 1, MaxConnsPerAddress: 1}
				s.Address = func(r *http.Request) string { on(r, "/address"); return "" }
				s.Scheme = func(r *http.Request) string { on(r, "/scheme"); return "" }
				s.Check = func(r *http.Request, _ http.Header) error { on(r, "/check"); return nil }
				s.Transport = func(r *http.Request, nc net.Conn) net.Conn { on(r, "/transport"); return nc }
				s.OnError = func(*http.Request, error) {}
				a := w.start(t, s)
				for i, path := range []string{"/address", "/scheme", "/check", "/transport"} {
					p := a.dial(t)
					p.say(request("GET "+path+" HTTP/1.1", "Origin: https://server.example.com"))
					io.Copy(io.Discard, p.in)
					p.Close()
					has := func(accepted, failed int) func() bool {
						return func() bool {
							got := s.Stats()
							return got.Conns == 0 && got.Handshakes == 0 &&
								got.Accepted == int64(accepted) && got.Failed+got.Refused[500] == int64(failed)
						}
					}
					until(t, "the place is free", has(i, i+1))
					a.connect(t).Close()
					until(t, "all are gone", has(i+1, i+1))
				}
				if err := s.Shutdown(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
	})
}
