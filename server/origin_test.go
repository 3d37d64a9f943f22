package server_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/server"
)

// origins are those of requests for http://server.example.com.
var origins = []struct {
	pattern string // "" for none
	origin  string
	allowed bool
}{
	// The server's own.
	{"", "http://server.example.com", true},
	{"", "HTTP://Server.Example.COM", true},
	{"", "http://server.example.com:80", true},
	{"", "https://server.example.com", true}, // TLS may end in front
	{"", "https://server.example.com:443", true},
	{"", "wss://server.example.com", true},
	{"", "ws://server.example.com:80", true},
	{"", "https://server.example.com:80", false},
	{"", "http://server.example.com:443", false},
	{"", "http://server.example.com:8080", false},
	{"", "ftp://server.example.com", false},
	{"", "http://example.com", false},
	{"", "http://server.example.com.evil.example", false},
	{"", "http://server.example.com/", true},
	{"", "http://server.example.com//", false},
	{"", "http://server.example.com/x", false},
	{"", "http://user@server.example.com", false},
	{"", "null", false},
	{"https://app.example", "http://server.example.com", true},

	{"https://app.example", "https://app.example", true},
	{"https://app.example/", "https://app.example", true},
	{"https://app.example", "wss://app.example/", true},
	{"wss://app.example", "https://app.example", true},
	{"https://app.example", "https://APP.example:443", true},
	{"HTTPS://App.Example", "https://app.example", true},
	{"https://app.example:443", "https://app.example", true},
	{"https://app.example", "http://app.example", false},
	{"https://app.example", "https://app.example:8443", false},
	{"https://app.example", "https://x.app.example", false},
	{"https://app.example", "https://app.example.evil.example", false},
	{"https://app.example", "https://app.example, https://evil.example", false},
	{"https://app.example:8443", "https://app.example:8443", true},
	{"https://app.example:8443", "https://app.example", false},
	{"http://[::1]:8080", "http://[::1]:8080", true},
	{"http://[::1]:8080", "http://[::1]", false},
	{"https://[0:0::1]", "https://[::1]", true},
	{"https://[2001:DB8:0::1]:*", "https://[2001:db8::1]:3000", true},
	{"https://[0:0::1]", "https://[::2]", false},
	{"chrome-extension://abcdef", "chrome-extension://abcdef", true},

	{"https://*.app.example", "https://x.app.example", true},
	{"https://*.app.example", "https://x.y.APP.example", true},
	{"https://*.app.example", "https://app.example", false},
	{"https://*.app.example", "https://.app.example:x", false},
	{"https://*.app.example", "https://evilapp.example", false},
	{"https://*.app.example", "https://evil.example/.app.example", false},
	{"https://*.app.example", "https://evil.example?.app.example", false},
	{"https://*.app.example", "https://evil.example:80:x.app.example", false},
	{"https://*.app.example", "https://[::1].app.example", false},
	{"https://*.app.example", "https://x.app.example:8443", false},
	{"https://*.app.example", "null", false},

	{"http://localhost:*", "http://localhost:3000", true},
	{"http://localhost:*", "http://localhost", true},
	{"http://localhost:*", "http://localhost:", true},
	{"http://localhost:*", "http://localhost:0", false},
	{"http://localhost:*", "https://localhost:3000", false},
	{"http://localhost:*", "http://localhost.evil.example:3000", false},
	{"http://[::1]:*", "http://[::1]:3000", true},
	{"https://*.app.example:*", "https://x.app.example:3000", true},

	{"*", "https://evil.example", true},
	{"*", "null", true},
}

//rfc:6455-4.2.1-12 6455-4.2.1-13 6455-4.2.2-5 6455-4.2.2-6 6455-4.2.2-7 6455-10.1-1 6455-10.2-1 6455-10.2-2
func TestOrigin(t *testing.T) {
	const host = "server.example.com"
	for _, c := range origins {
		o := &server.Options{}
		if c.pattern != "" {
			o.Origins = []string{"https://first.example", c.pattern}
		}
		if got := allows(t, o, request("Host: "+host, "Origin: "+c.origin)); got != c.allowed {
			t.Errorf("pattern %q, origin %q: allowed %v, want %v", c.pattern, c.origin, got, c.allowed)
		}
	}
}

// allows reports whether o lets a request pass.
func allows(t *testing.T, o *server.Options, text string) bool {
	t.Helper()
	r, _, err := handshake.ParseRequest([]byte(text), handshake.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = server.Accept(blind{}, r, o)
	var e *handshake.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v", err)
	}
	if e.Status != http.StatusForbidden && !strings.Contains(e.Text, "hijack") {
		t.Fatalf("error %v", err)
	}
	return e.Status != http.StatusForbidden
}

// blind is an http.ResponseWriter that stops Accept after it has decided, because it cannot be hijacked.
type blind struct{}

func (blind) Header() http.Header         { return http.Header{} }
func (blind) Write(p []byte) (int, error) { return len(p), nil }
func (blind) WriteHeader(int)             {}

// A server that speaks TLS itself takes no page of http. One that does not may be behind a proxy that does.
func TestOriginScheme(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		a := w.start(t, server.Handler(echo, nil))
		for scheme, allowed := range map[string]bool{"https": true, "http": !w.tls} {
			p := a.dial(t)
			p.say(request("Origin: " + scheme + "://server.example.com"))
			if got := p.response().StatusCode == 101; got != allowed {
				t.Errorf("%s allowed: %v, want %v", scheme, got, allowed)
			}
		}
	})
}

// A Host with a port stands for that port, whatever the scheme.
func TestOriginOfAHostWithAPort(t *testing.T) {
	for origin, allowed := range map[string]bool{
		"https://server.example.com:8080": true,
		"http://server.example.com:8080":  true,
		"https://server.example.com":      false,
		"http://server.example.com":       false,
	} {
		if got := allows(t, new(server.Options), request("Host: server.example.com:8080", "Origin: "+origin)); got != allowed {
			t.Errorf("%s allowed: %v", origin, got)
		}
	}
}

// Options.Scheme knows better than what the server sees.
func TestScheme(t *testing.T) {
	for scheme, want := range map[string][2]bool{ // whether pages of http and https are allowed
		"":      {true, true},
		"http":  {true, true},
		"ws":    {true, true},
		"https": {false, true},
		"WSS":   {false, true},
	} {
		o := &server.Options{Scheme: func(r *http.Request) string { return scheme }}
		for i, page := range []string{"http://server.example.com", "https://server.example.com"} {
			if got := allows(t, o, request("Origin: "+page)); got != want[i] {
				t.Errorf("Scheme %q, %s allowed: %v", scheme, page, got)
			}
		}
	}
	p, errs := refusing(t, server.Options{Scheme: func(*http.Request) string { return "gopher" }})
	p.say(request("Origin: http://server.example.com"))
	wantBody(t, wantStatus(t, p, 500), "Internal Server Error\n")
	if err := <-errs; !strings.Contains(err.Error(), `Options.Scheme has returned "gopher"`) {
		t.Error(err)
	}
}

// refusing returns a peer of a server that tells errs why it refuses.
func refusing(t *testing.T, o server.Options) (p *peer, errs chan error) {
	errs = make(chan error, 1)
	o.OnError = func(_ *http.Request, err error) { errs <- err }
	return way{}.start(t, server.Handler(echo, &o)).dial(t), errs
}

// Who looks for the cause finds what was compared, and how proxies bring it about. The peer is not told Host, which
// may be a name that it does not know.
func TestOriginRefusal(t *testing.T) {
	p, errs := refusing(t, server.Options{})
	p.say(request("Host: upstream:8080", "Origin: https://chat.example"))
	body, _ := io.ReadAll(wantStatus(t, p, 403).Body)
	for _, want := range []string{"Origin", "Host", "Options.Origins", "proxy_set_header Host $http_host", "[6455-10.2-2]"} {
		if !strings.Contains(string(body), want) {
			t.Errorf("the answer lacks %q: %s", want, body)
		}
	}
	if strings.Contains(string(body), "upstream") {
		t.Errorf("the answer is %s", body)
	}
	err := <-errs
	for _, want := range []string{`Origin "https://chat.example"`, `Host "upstream:8080"`, "proxy_set_header"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error lacks %q: %v", want, err)
		}
	}
}

func TestNoOrigin(t *testing.T) {
	if !allows(t, &server.Options{Origins: []string{"https://app.example"}}, request()) {
		t.Error("a request without Origin is refused")
	}
}

func TestMalformedOrigins(t *testing.T) {
	for _, pattern := range []string{
		"", "example.com", "//example.com", "://example.com", "https://", "https://:443", "https://*", "*://example.com",
		"https://ex*mple.com", "https://*.*.example", "https://**.example", "https://*.", "https://example.com//",
		"https://example.com/path", "https://example.com:x", "https://example.com:70000", "https://example.com:80*",
		"https://user@example.com", "null", "https://example.com ", "https://[::1", "https://*:*",
	} {
		o := &server.Options{Origins: []string{"https://app.example", pattern}}
		l := listen(t)
		l.Close() // so that Serve returns in any case
		wantOriginsError(t, pattern, panicOf(func() { server.Handler(echo, o) }))
		err := (&server.Server{Options: *o, Handle: echo}).Serve(l)
		wantOriginsError(t, pattern, err)
		r, _, _ := handshake.ParseRequest([]byte(request()), handshake.Limits{})
		_, err = server.Accept(blind{}, r, o)
		wantOriginsError(t, pattern, err)
	}
}

// panicOf returns the error that f panics with.
func panicOf(f func()) (err error) {
	defer func() { err, _ = recover().(error) }()
	f()
	return nil
}

func wantOriginsError(t *testing.T, pattern string, err error) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), "Options.Origins") || !strings.Contains(err.Error(), `"`+pattern+`"`) {
		t.Errorf("pattern %q: error %v", pattern, err)
	}
}
