package server_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// refusals are requests that are refused the same way through net/http and on a raw connection.
var refusals = []struct {
	name   string
	fields []string
	status int
	rule   string
	header http.Header // fields that have to be in the answer
}{
	{"method", []string{"POST /chat HTTP/1.1"}, 405, "6455-4.2.1-3", http.Header{"Allow": {"GET"}}},
	{"HTTP/1.0", []string{"GET /chat HTTP/1.0"}, 505, "6455-4.2.1-4", nil},
	{"no upgrade", []string{"Upgrade"}, 426, "6455-4.2.1-7", upgradeRequired},
	{"upgrade to another protocol", []string{"Upgrade: h2c"}, 426, "6455-4.2.1-7", upgradeRequired},
	{"no connection", []string{"Connection"}, 426, "6455-4.2.1-8", upgradeRequired},
	{"connection without upgrade", []string{"Connection: keep-alive"}, 426, "6455-4.2.1-8", upgradeRequired},
	{"no key", []string{"Sec-WebSocket-Key"}, 400, "6455-4.2.1-9", nil},
	{"short key", []string{"Sec-WebSocket-Key: c2hvcnQ="}, 400, "6455-4.2.1-10", nil},
	{"no version", []string{"Sec-WebSocket-Version"}, 426, "6455-4.2.1-11", upgradeRequired},
	{"other version", []string{"Sec-WebSocket-Version: 25"}, 426, "6455-4.2.2-9", upgradeRequired},
	{"malformed version", []string{"Sec-WebSocket-Version: 013"}, 400, "6455-4.3-6", nil},
	{"malformed extensions", []string{"Sec-WebSocket-Extensions: ;"}, 400, "6455-9.1-2", nil},
	{"body", []string{"Content-Length: 2"}, 400, "6455-4.2.1-2", nil},
	{"chunked body", []string{"Transfer-Encoding: chunked"}, 400, "6455-4.2.1-2", nil},
	{"foreign origin", []string{"Origin: http://evil.example"}, 403, "6455-10.2-2", nil},
	{"opaque origin", []string{"Origin: null"}, 403, "6455-10.2-2", nil},
	{"empty origin", []string{"Origin:"}, 403, "6455-10.2-2", nil},
	{"two origins", []string{"Origin: http://server.example.com\r\nOrigin: http://evil.example"}, 400, "6455-4.2.1-2", nil},
}

var upgradeRequired = http.Header{"Upgrade": {"websocket"}, "Connection": {"Upgrade"}, "Sec-Websocket-Version": {"13"}}

//rfc:6455-4.2.1-2 6455-4.2.1-3 6455-4.2.1-4 6455-4.2.1-7 6455-4.2.1-8 6455-4.2.1-9 6455-4.2.1-10 6455-4.2.1-11
//rfc:6455-4.2.2-7 6455-4.2.2-9 6455-4.4-1 6455-7.2.2-1 6455-9.1-2 6455-10.2-1 6455-10.2-2 6455-10.7-4
func TestRefusals(t *testing.T) {
	for _, c := range refusals {
		t.Run(c.name, func(t *testing.T) {
			everyWay(t, func(t *testing.T, w way) {
				body := "" // which net/http wants to see before it closes the connection
				switch {
				case strings.HasPrefix(c.fields[0], "Content-Length"):
					body = "ok"
				case strings.HasPrefix(c.fields[0], "Transfer-Encoding"):
					body = "0\r\n\r\n"
				}
				errs := make(chan error, 1)
				s := server.Handler(echo, nil)
				s.OnError = func(_ *http.Request, err error) { errs <- err }
				p := w.start(t, s).dial(t)
				p.say(request(c.fields...) + body)
				wantRefusal(t, p, c.status, c.rule, c.header)
				wantError(t, errs, c.status, c.rule)
			})
		})
	}
}

// wantRefusal reads a refusal and the end of the connection.
func wantRefusal(t *testing.T, p *peer, status int, rule string, header http.Header) {
	t.Helper()
	r := wantStatus(t, p, status)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	text := string(body)
	if !strings.HasPrefix(text, http.StatusText(status)) || !strings.HasSuffix(text, "["+rule+"]\n") {
		t.Errorf("body %q does not name the status and rule %s", text, rule)
	}
	if got := r.Header.Get("Content-Type"); got != "text/plain; charset=utf-8" {
		t.Errorf("Content-Type: %q", got)
	}
	for name := range header {
		if got := strings.Join(r.Header[name], ", "); !strings.Contains(got, header.Get(name)) {
			t.Errorf("%s: %q, want %q", name, got, header.Get(name))
		}
	}
	if got := strings.Join(r.Header["Connection"], ", "); !strings.Contains(got, "close") {
		t.Errorf("Connection: %q, want close", got)
	}
	p.wantEnd()
	p.Close()
}

func wantError(t *testing.T, errs <-chan error, status int, rule string) {
	t.Helper()
	select {
	case err := <-errs:
		var e *handshake.Error
		if !errors.As(err, &e) || e.Status != status || e.Rule != rule {
			t.Errorf("OnError got %v, want status %d and rule %s", err, status, rule)
		}
	case <-time.After(patience):
		t.Error("OnError got nothing")
	}
}

// What net/http refuses by itself, or does not limit the same way.
//
//rfc:6455-4.2.1-2 6455-4.2.1-6 6455-10.7-4
func TestRawRefusals(t *testing.T) {
	for _, c := range []struct {
		name   string
		text   string
		status int
		rule   string
	}{
		{"no host", request("Host"), 400, "6455-4.2.1-6"},
		{"no HTTP", "HELO there\r\n\r\n", 400, "6455-4.2.1-2"},
		{"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "6455-4.2.1-4"},
		{"TLS on a plain port", "\x16\x03\x01\x02\x00\x01\x00", 400, "6455-4.2.1-2"},
		{"bare line feeds", strings.ReplaceAll(request(), "\r", ""), 400, "6455-4.2.1-2"},
		{"too many bytes", request("X: " + strings.Repeat("x", 300<<10)), 431, "6455-10.7-4"},
		{"too many lines", request("X: 1" + strings.Repeat("\r\nX: 1", 100)), 431, "6455-10.7-4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			errs := make(chan error, 1)
			s := server.Handler(echo, nil)
			s.OnError = func(_ *http.Request, err error) { errs <- err }
			p := way{}.start(t, s).dial(t)
			p.say(c.text)
			wantRefusal(t, p, c.status, c.rule, nil)
			wantError(t, errs, c.status, c.rule)
		})
	}
}

func TestHeaderLimits(t *testing.T) {
	for _, c := range []struct {
		option  string
		options server.Options
		text    string
		status  int
	}{
		{"Options.MaxHeaderBytes", server.Options{MaxHeaderBytes: len(request())}, request(), 101},
		{"Options.MaxHeaderBytes", server.Options{MaxHeaderBytes: len(request()) - 1}, request(), 431},
		{"Options.MaxHeaderBytes", server.Options{MaxHeaderBytes: 20 << 10}, request("X: " + strings.Repeat("x", 19<<10)), 101},
		{"Options.MaxHeaderLines", server.Options{MaxHeaderLines: 5}, request(), 101},
		{"Options.MaxHeaderLines", server.Options{MaxHeaderLines: 4}, request(), 431},
	} {
		errs := make(chan error, 1)
		s := server.Handler(echo, &c.options)
		s.OnError = func(_ *http.Request, err error) { errs <- err }
		p := way{}.start(t, s).dial(t)
		p.say(c.text)
		wantStatus(t, p, c.status)
		p.Close()
		if c.status == 101 {
			continue
		}
		var e *handshake.Error
		if err := <-errs; !errors.As(err, &e) || e.Option != c.option {
			t.Errorf("error %v does not name %s", err, c.option)
		}
	}
}

// A peer that drips its request byte by byte, or says nothing at all, is cut when the time is over.
func TestHandshakeTimeout(t *testing.T) {
	for _, c := range []struct {
		name    string
		timeout time.Duration
		takes   time.Duration
		drip    string
	}{
		{"default", 0, 10 * time.Second, request()},
		{"option", 3 * time.Second, 3 * time.Second, request()},
		{"silence", time.Second, time.Second, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				errs := make(chan error, 1)
				s := server.Handler(echo, &server.Options{HandshakeTimeout: c.timeout})
				s.OnError = func(_ *http.Request, err error) { errs <- err }
				l := newPipeListener()
				go s.Serve(l)
				defer s.Close()
				p := l.dial(t)
				begin := time.Now()
				var dripping sync.WaitGroup
				defer dripping.Wait()
				dripping.Go(func() {
					for _, b := range []byte(c.drip) {
						time.Sleep(300 * time.Millisecond)
						if _, err := p.Write([]byte{b}); err != nil {
							return
						}
					}
				})
				wantRefusal(t, p, 408, "6455-10.7-4", nil)
				wantError(t, errs, 408, "6455-10.7-4")
				if took := time.Since(begin); took != c.takes {
					t.Errorf("took %v, want %v", took, c.takes)
				}
			})
		})
	}
}

// A peer that goes away before its request is complete gets no answer.
func TestRequestCutShort(t *testing.T) {
	for text, reported := range map[string]error{"": nil, "GET /chat": io.ErrUnexpectedEOF} {
		for _, w := range ways[2:] {
			errs := make(chan error, 1)
			s := server.Handler(echo, nil)
			s.OnError = func(_ *http.Request, err error) { errs <- err }
			p := w.start(t, s).dial(t)
			p.say(text)
			p.Conn.(interface{ CloseWrite() error }).CloseWrite()
			p.wantCut()
			s.Shutdown(context.Background())
			select {
			case err := <-errs:
				if !errors.Is(err, reported) {
					t.Errorf("%s, %q: reported %v, want %v", w.name, text, err, reported)
				}
			default:
				if reported != nil {
					t.Errorf("%s, %q: nothing reported, want %v", w.name, text, reported)
				}
			}
		}
	}
}

// The server closes a connection that it has refused, whatever the peer does, and also one that has no half to
// close.
//
//rfc:6455-7.2.2-1
func TestRefusedConnectionEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := server.Handler(echo, nil)
		l := newPipeListener()
		go s.Serve(l)
		defer s.Close()
		p := l.dial(t)
		go p.say(request("Sec-WebSocket-Key"))
		wantRefusal(t, p, 400, "6455-4.2.1-9", nil)
	})
}

// A refusal arrives although much of the request has not been read.
//
//rfc:6455-7.1.1-4
func TestRefusalSurvivesUnreadBytes(t *testing.T) {
	for _, w := range ways[2:] {
		t.Run(w.name, func(t *testing.T) {
			p := w.start(t, server.Handler(echo, nil)).dial(t)
			go func() {
				for range 100 {
					io.WriteString(p.Conn, strings.Repeat("x", 8<<10))
				}
				p.Conn.(interface{ CloseWrite() error }).CloseWrite()
			}()
			wantStatus(t, p, 431)
		})
	}
}

// The frames of a refused peer are nobody's.
func TestRefusedFrames(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		handled := make(chan struct{}, 1)
		s := server.Handler(func(context.Context, *websocket.Conn) error { handled <- struct{}{}; return nil }, nil)
		p := w.start(t, s).dial(t)
		p.say(request("Origin: http://evil.example") + frame(protocol.OpText, "Hello"))
		wantStatus(t, p, 403)
		s.Shutdown(context.Background())
		if len(handled) > 0 {
			t.Error("the handler ran")
		}
	})
}

// Fields may come in any order, unknown ones do not matter.
//
//rfc:6455-4.2.1-1 6455-4.2.1-15
func TestFieldOrder(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		lines := strings.Split(strings.TrimSuffix(request("X-Unknown: 1"), "\r\n\r\n"), "\r\n")
		slices.Reverse(lines[1:])
		p := w.start(t, server.Handler(echo, nil)).dial(t)
		p.say(strings.Join(lines, "\r\n") + "\r\n\r\n")
		wantStatus(t, p, 101)
	})
}
