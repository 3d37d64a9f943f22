package server_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// lines is what was logged.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// logged has package log write into what it returns, until the test ends.
func logged(t *testing.T) *lines {
	l := new(lines)
	log.SetOutput(l)
	t.Cleanup(func() { log.SetOutput(io.Discard) })
	return l
}

// startLogged is start with what is logged: by http.Server.ErrorLog through net/http.
func (w way) startLogged(t *testing.T, s *server.Server) (address, *lines) {
	if !w.netHTTP {
		out := logged(t)
		return w.start(t, s), out
	}
	out, l := new(lines), listen(t)
	w.serveHTTP(t, &http.Server{Handler: s, ErrorLog: log.New(out, "", 0)}, l)
	return address{l.Addr(), w.tls}, out
}

// Without OnError what is the server's own fault is logged: where net/http logs, or by package log.
func TestOwnFaultsAreLogged(t *testing.T) {
	check := func(r *http.Request, _ http.Header) error {
		switch r.URL.Path {
		case "/status":
			return &handshake.Error{Status: 200}
		case "/fault":
			return &handshake.Error{Status: 500, Text: "no database"}
		case "/denied":
			return errors.New("a secret")
		}
		return nil
	}
	handle := func(context.Context, *websocket.Conn) error { return errors.New("out of order") }
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			s := server.Handler(handle, &server.Options{Check: check})
			a, out := w.startLogged(t, s)
			for _, path := range []string{"/status", "/fault", "/denied", "/chat"} {
				p := a.dial(t)
				p.say(request("GET " + path + " HTTP/1.1"))
				if p.response().StatusCode == 101 {
					p.wantClose(websocket.CloseInternalError, "internal error")
				}
				p.Close()
			}
			p := a.dial(t)
			p.say(request("Sec-WebSocket-Key")) // the peer's fault
			p.response()
			p.Close()
			if err := s.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
			got := out.String()
			for _, want := range []string{"Options.Check: Status 200", "no database", "out of order"} {
				if strings.Count(got, want) != 1 {
					t.Errorf("logged %q, want %q", got, want)
				}
			}
			if strings.Contains(got, "secret") || strings.Contains(got, "Key is missing") {
				t.Errorf("logged %q", got)
			}
		})
	}
}

// A peer may be able to provoke what is logged: it gets ten lines, then one a second that tells of the others.
func TestLogIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := logged(t)
		l := newPipeListener()
		s := server.Handler(func(context.Context, *websocket.Conn) error { return errors.New("out of order") }, nil)
		go s.Serve(l)
		defer s.Close()
		fail := func(times int) {
			for range times {
				p := l.dial(t)
				p.say(request())
				p.response()
				p.Close()
			}
			synctest.Wait()
		}
		for _, c := range []struct {
			times, lines int
			last         string
		}{
			{25, 10, "out of order"},
			{1, 11, "out of order (and 15 more since the last one)"},
			{3, 12, "out of order"},
			{1, 13, "out of order (and 2 more since the last one)"},
		} {
			fail(c.times)
			got := strings.Split(strings.TrimSpace(out.String()), "\n")
			if len(got) != c.lines || !strings.HasSuffix(got[len(got)-1], c.last) {
				t.Errorf("%d lines, the last is %q, want %d and %q", len(got), got[len(got)-1], c.lines, c.last)
			}
			time.Sleep(time.Second)
		}
	})
}

// Whoever reads of a handshake without a request learns whose it was.
func TestErrorsWithoutARequestNameThePeer(t *testing.T) {
	for _, w := range ways[2:] {
		for text, want := range map[string]string{
			"HELO there\r\n\r\n": "the request line is malformed", "GET /chat": "unexpected EOF", "": "",
		} {
			if w.tls {
				text, want = "GET /chat HTTP/1.1\r\n", "tls: first record does not look like a TLS handshake"
			}
			errs := make(chan error, 1)
			s := server.Handler(echo, &server.Options{OnError: func(r *http.Request, err error) {
				if r != nil {
					t.Error("there is a request")
				}
				errs <- err
			}})
			nc, err := net.Dial("tcp", w.start(t, s).String())
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(nc, text)
			nc.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, nc)
			nc.Close()
			s.Shutdown(t.Context())
			if want == "" { // a mere probe of the port
				if len(errs) > 0 {
					t.Errorf("reported: %v", <-errs)
				}
				continue
			}
			got, from := (<-errs).Error(), fmt.Sprintf("websocket: %v: ", nc.LocalAddr())
			if !strings.HasPrefix(got, from) || !strings.Contains(got, want) {
				t.Errorf("reported: %q, want %q and %q", got, from, want)
			}
		}
	}
}

// Middleware that hides the http.Hijacker is a fault that a log has to show.
func TestHiddenHijackerIsLogged(t *testing.T) {
	out := new(lines)
	s := server.Handler(echo, nil)
	hide := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.ServeHTTP(struct{ http.ResponseWriter }{w}, r)
	})
	l := listen(t)
	way{}.serveHTTP(t, &http.Server{Handler: hide, ErrorLog: log.New(out, "", 0)}, l)
	p := address{l.Addr(), false}.dial(t)
	p.say(request())
	wantBody(t, wantStatus(t, p, 500), "Internal Server Error\n")
	if !strings.Contains(out.String(), "cannot be hijacked") {
		t.Errorf("logged %q", out)
	}
}

// A Server literal that means nothing says so at its first request.
func TestWrongOptionsAreLogged(t *testing.T) {
	for want, s := range map[string]*server.Server{
		"Handle is nil":   {},
		"Options.Origins": {Handle: echo, Options: server.Options{Origins: []string{"example.com"}}},
	} {
		out := new(lines)
		l := listen(t)
		way{}.serveHTTP(t, &http.Server{Handler: s, ErrorLog: log.New(out, "", 0)}, l)
		p := address{l.Addr(), false}.dial(t)
		p.say(request())
		wantStatus(t, p, 500)
		if !strings.Contains(out.String(), want) {
			t.Errorf("logged %q, want %q", out, want)
		}
	}
}

// What a program's functions panic with ends their own connection, and no other; nothing stays open.
func TestPanicsDuringOpening(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		for name, o := range map[string]func(*server.Server){
			"Transport": func(s *server.Server) {
				s.Transport = func(*http.Request, net.Conn) net.Conn { panic("a bug") }
			},
			"Scheme": func(s *server.Server) { s.Scheme = func(*http.Request) string { panic("a bug") } },
			"Frame": func(s *server.Server) {
				s.Conn.Trace = &websocket.Trace{Close: func(*websocket.Conn, bool, websocket.CloseCode, string) { panic("a bug") }}
				s.Handle = func(context.Context, *websocket.Conn) error { return nil }
			},
		} {
			t.Run(name, func(t *testing.T) {
				errs := make(chan error, 10)
				s := &server.Server{Handle: echo}
				s.OnError = func(_ *http.Request, err error) { errs <- err }
				o(s)
				a := w.start(t, s)
				for range 2 {
					p := a.dial(t)
					p.say(request("Origin: https://server.example.com"))
					io.Copy(io.Discard, p.in) // until the server has closed it
					p.Close()
					if w.netHTTP && name != "Frame" {
						continue // net/http has logged it
					}
					var e *server.PanicError
					if err := <-errs; !errors.As(err, &e) || e.Value != "a bug" {
						t.Errorf("got %v", err)
					}
				}
				if err := s.Shutdown(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
	})
}

// So does a panic of a tls.Config's function on a raw listener.
func TestPanicDuringTLS(t *testing.T) {
	errs := make(chan error, 1)
	s := server.Handler(echo, nil)
	s.OnError = func(_ *http.Request, err error) { errs <- err }
	l := listen(t)
	config := &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { panic("a bug") }}
	a := way{}.startOn(t, s, tls.NewListener(l, config))
	nc, err := net.Dial("tcp", a.String())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if err := tls.Client(nc, &tls.Config{InsecureSkipVerify: true}).Handshake(); err == nil {
		t.Error("shook hands")
	}
	var e *server.PanicError
	if err := <-errs; !errors.As(err, &e) || e.Value != "a bug" {
		t.Errorf("got %v", err)
	}
}

// One of OnError itself is logged.
func TestPanicOfOnError(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		s := server.Handler(func(context.Context, *websocket.Conn) error { return errors.New("out of order") }, nil)
		s.OnError = func(*http.Request, error) { panic("another bug") }
		a, out := w.startLogged(t, s)
		p := a.connect(t)
		p.wantClose(websocket.CloseInternalError, "internal error")
		p.Close()
		p = a.dial(t)
		p.say(request("Sec-WebSocket-Key"))
		wantStatus(t, p, 400)
		p.Close()
		if err := s.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if n := strings.Count(out.String(), "panic: another bug"); n != 2 {
			t.Errorf("logged %d times: %s", n, out)
		}
	})
}
