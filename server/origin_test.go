package server_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/server"
)

//rfc:6455-4.2.1-12 6455-4.2.1-13 6455-4.2.2-5 6455-4.2.2-6 6455-4.2.2-7 6455-10.1-1 6455-10.2-1 6455-10.2-2
func TestOrigin(t *testing.T) {
	const host = "server.example.com"
	for _, c := range []struct {
		pattern string // "" for none
		origin  string
		allowed bool
	}{
		// The server's own.
		{"", "http://server.example.com", true},
		{"", "HTTP://Server.Example.COM", true},
		{"", "http://server.example.com:80", true},
		{"", "https://server.example.com", false},
		{"", "http://server.example.com:8080", false},
		{"", "http://example.com", false},
		{"", "http://server.example.com.evil.example", false},
		{"", "http://server.example.com/", false},
		{"", "http://user@server.example.com", false},
		{"", "null", false},
		{"https://app.example", "http://server.example.com", true},

		{"https://app.example", "https://app.example", true},
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
	} {
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

// The scheme is part of the origin: over TLS the server's own is https.
func TestOriginScheme(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		a := w.start(t, server.Handler(echo, nil))
		for scheme, allowed := range map[string]bool{"https": w.tls, "http": !w.tls} {
			p := a.dial(t)
			p.say(request("Origin: " + scheme + "://server.example.com"))
			if got := p.response().StatusCode == 101; got != allowed {
				t.Errorf("%s allowed: %v, want %v", scheme, got, allowed)
			}
		}
	})
}

func TestNoOrigin(t *testing.T) {
	if !allows(t, &server.Options{Origins: []string{"https://app.example"}}, request()) {
		t.Error("a request without Origin is refused")
	}
}

func TestMalformedOrigins(t *testing.T) {
	for _, pattern := range []string{
		"", "example.com", "//example.com", "://example.com", "https://", "https://:443", "https://*", "*://example.com",
		"https://ex*mple.com", "https://*.*.example", "https://**.example", "https://*.", "https://example.com/",
		"https://example.com/path", "https://example.com:x", "https://example.com:70000", "https://example.com:80*",
		"https://user@example.com", "null", "https://example.com ", "https://[::1", "https://*:*",
	} {
		o := &server.Options{Origins: []string{"https://app.example", pattern}}
		l := listen(t)
		l.Close() // so that Serve returns in any case
		err := server.Handler(echo, o).Serve(l)
		wantOriginsError(t, pattern, err)
		r, _, _ := handshake.ParseRequest([]byte(request()), handshake.Limits{})
		_, err = server.Accept(blind{}, r, o)
		wantOriginsError(t, pattern, err)
	}
}

func wantOriginsError(t *testing.T, pattern string, err error) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), "Options.Origins") || !strings.Contains(err.Error(), `"`+pattern+`"`) {
		t.Errorf("pattern %q: error %v", pattern, err)
	}
}
