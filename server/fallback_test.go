package server_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/server"
)

func TestFallbackAnswersWhatAsksForNoUpgrade(t *testing.T) {
	fallback := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		fmt.Fprintf(w, "<!DOCTYPE html>%s %s%v", r.Host, body, err)
	})
	everyWay(t, func(t *testing.T, w way) {
		a := w.start(t, &server.Server{Handle: echo, Fallback: fallback})
		for _, c := range []struct {
			name, request string
			status        int
			want          string
		}{
			{"a page", page("GET / HTTP/1.1", "Connection: close"), 200, "<!DOCTYPE html>server.example.com <nil>"},
			{"another page", page("Connection: close"), 404, "404 page not found\n"},
			{"another upgrade", page("Upgrade: h2c"), 426, "Upgrade Required: Upgrade does not contain websocket [6455-4.2.1-7]\n"},
		} {
			t.Run(c.name, func(t *testing.T) {
				p := a.dial(t)
				p.say(c.request)
				r := p.response()
				body, _ := io.ReadAll(r.Body)
				if r.StatusCode != c.status || string(body) != c.want {
					t.Errorf("%d %q, want %d %q", r.StatusCode, body, c.status, c.want)
				}
				if connection := r.Header["Connection"]; !strings.Contains(fmt.Sprint(connection), "close") {
					t.Errorf("Connection: %q", connection)
				}
				if n, err := p.in.Read(make([]byte, 1)); n > 0 || err != io.EOF {
					t.Errorf("%d bytes more, %v", n, err)
				}
			})
		}
		a.connect(t)
	})
}

// What a proxy has left of an opening handshake is no case for Fallback, whose page would hide what is wrong. It is
// refused, and the text says what is missing and why.
//
//rfc:6455-4.2.1-4 6455-4.2.1-7 6455-4.2.1-8 6455-4.2.2-9
func TestFallbackGetsNoStrippedHandshake(t *testing.T) {
	fallback := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "a page") })
	const proxy = "; a proxy has to pass Upgrade and Connection on (nginx: proxy_http_version 1.1; " +
		`proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";)`
	for _, c := range []struct {
		name   string
		fields []string
		status int
		rule   string
		text   string
		header http.Header
	}{
		{"as nginx 1.22 by itself", []string{"GET /chat HTTP/1.0", "Upgrade", "Connection: close"},
			505, "6455-4.2.1-4", "the HTTP version is below 1.1" + proxy, nil},
		{"as nginx with HTTP/1.1", []string{"Upgrade", "Connection: close"},
			426, "6455-4.2.1-7", "Upgrade is missing" + proxy, upgradeRequired},
		{"Upgrade is passed on", []string{"Connection: close"},
			426, "6455-4.2.1-8", "Connection does not contain Upgrade" + proxy, upgradeRequired},
		{"Connection is passed on", []string{"Upgrade"},
			426, "6455-4.2.1-7", "Upgrade is missing" + proxy, upgradeRequired},
		{"only the key is left", []string{"Upgrade", "Connection", "Sec-WebSocket-Version"},
			426, "6455-4.2.1-7", "Upgrade is missing" + proxy, upgradeRequired},
		{"only the version is left", []string{"Upgrade", "Connection", "Sec-WebSocket-Key"},
			426, "6455-4.2.1-7", "Upgrade is missing" + proxy, upgradeRequired},
	} {
		t.Run(c.name, func(t *testing.T) {
			everyWay(t, func(t *testing.T, w way) {
				errs := make(chan error, 1)
				s := &server.Server{Handle: echo, Fallback: fallback}
				s.OnError = func(r *http.Request, err error) { errs <- fmt.Errorf("%s: %w", r.RemoteAddr, err) }
				p := w.start(t, s).dial(t)
				p.say(request(c.fields...))
				wantRefusal(t, p, c.status, c.rule, c.header)
				want := fmt.Sprintf("%v: websocket: handshake: %s [%s]", p.LocalAddr(), c.text, c.rule)
				if err := <-errs; err.Error() != want {
					t.Errorf("OnError is told %q\nwant: %q", err, want)
				}
			})
		})
	}
}

func TestPanicOfFallbackEndsOnlyItsConnection(t *testing.T) {
	reported := make(chan error, 1)
	a := way{}.start(t, &server.Server{
		Handle:   echo,
		Fallback: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("oops") }),
		Options:  server.Options{OnError: func(_ *http.Request, err error) { reported <- err }},
	})
	p := a.dial(t)
	p.say(page())
	if n, err := p.in.Read(make([]byte, 1)); n > 0 || err == nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	if err, ok := (<-reported).(*server.PanicError); !ok || err.Value != "oops" {
		t.Errorf("reported: %v", err)
	}
	a.connect(t)
}

// A response of a size that takes a slow reader a while arrives whole.
func TestFallbackToASlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		long := bytes.Repeat([]byte("0123456789abcdef"), 8<<16)
		l := newPipeListener()
		s := &server.Server{Handle: echo, Fallback: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(long) })}
		go s.Serve(l)
		defer s.Close()
		p := l.dial(t)
		p.say(page())
		var got bytes.Buffer
		for { // 64 KiB in five seconds
			n, err := io.CopyN(&got, p.in, 64<<10)
			if err != nil {
				break
			}
			if n > 0 {
				time.Sleep(5 * time.Second)
			}
		}
		if !bytes.HasSuffix(got.Bytes(), long) {
			t.Errorf("%d bytes came of %d", got.Len(), len(long))
		}
	})
}

// The end of a server does not wait for one that does not read at all, nor does a server without end.
func TestFallbackToADeadReader(t *testing.T) {
	for _, stop := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			l := newPipeListener()
			s := &server.Server{Handle: echo, Fallback: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, 1<<20)) })}
			go s.Serve(l)
			p := l.dial(t)
			p.say(page())
			synctest.Wait()
			began, most := time.Now(), 10*time.Second
			if stop {
				most = 0
				s.Close()
			}
			s.Shutdown(t.Context())
			if took := time.Since(began); took != most {
				t.Errorf("%v until the end", took)
			}
		})
	}
}

// A raw listener takes no bodies, and does not pretend that there was none.
func TestFallbackRefusesBodies(t *testing.T) {
	s := &server.Server{Handle: echo, Fallback: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "done") })}
	a := way{}.start(t, s)
	for _, c := range []struct {
		fields []string
		status int
	}{
		{[]string{"Content-Length: 5"}, 413},
		{[]string{"Transfer-Encoding: chunked"}, 413},
		{[]string{"Content-Length: 5", "Expect: 100-continue"}, 413},
		{[]string{"Content-Length: 0"}, 200},
		{nil, 200},
	} {
		p := a.dial(t)
		p.say(page(append(c.fields, "POST /chat HTTP/1.1")...))
		if r := p.response(); r.StatusCode != c.status {
			t.Errorf("%q: %v, want %d", c.fields, r.Status, c.status)
		}
		p.Close()
	}
}
