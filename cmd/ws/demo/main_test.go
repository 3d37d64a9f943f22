package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/internal/leak"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// TestMain fails the tests if a goroutine or a file descriptor outlives them.
func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// patience bounds everything that a test waits for, against hanging.
const patience = 10 * time.Minute

// serve serves d until the test ends, and returns "host:port".
func serve(t testing.TB, d *Demo) string { return serveWith(t, d, websocket.Options{}) }

// serveWith is serve with options for the connections.
func serveWith(t testing.TB, d *Demo, o websocket.Options) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	running := make(chan struct{})
	go func() {
		defer close(running)
		d.Run(ctx)
	}()
	s := &server.Server{Options: server.Options{Transport: d.Transport, Conn: o}, Handle: d.Handle, Fallback: d}
	serving := make(chan struct{})
	go func() {
		defer close(serving)
		s.Serve(d.Listen(l))
	}()
	t.Cleanup(func() {
		s.Close()
		cancel()
		<-running
		<-serving
	})
	return l.Addr().String()
}

// visitor is a page without a browser.
type visitor struct {
	testing.TB
	*websocket.Conn
}

// visit connects to a path.
func visit(t testing.TB, addr, path string) visitor {
	t.Helper()
	c, _, err := client.Dial(t.Context(), "ws://"+addr+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.CloseNow() })
	return visitor{t, c}
}

// tell sends a message.
func (v visitor) tell(format string, args ...any) {
	v.Helper()
	if err := v.WriteText(v.Context(), fmt.Sprintf(format, args...)); err != nil {
		v.Fatal(err)
	}
}

// hear returns the next message for which is returns true.
func hear[M any](v visitor, is func(M) bool) (m M) {
	v.Helper()
	ctx, cancel := context.WithTimeout(v.Context(), patience)
	defer cancel()
	for {
		_, data, err := v.Read(ctx)
		if err != nil {
			v.Fatal(err)
		}
		var m M
		if err := json.Unmarshal(data, &m); err != nil {
			v.Fatal(err)
		}
		if is(m) {
			return m
		}
	}
}

// wantClosed checks that the server closes the connection.
func (v visitor) wantClosed(code websocket.CloseCode, reason string) {
	v.Helper()
	var closed *websocket.CloseError
	for {
		_, _, err := v.Read(v.Context())
		if err == nil {
			continue
		}
		if !errors.As(err, &closed) || closed.Code != code || closed.Reason != reason {
			v.Errorf("closed with %v, want %d %q", err, code, reason)
		}
		return
	}
}

func TestPages(t *testing.T) {
	d := New(nil)
	get := func(method, path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		d.ServeHTTP(w, httptest.NewRequest(method, path, nil))
		return w
	}
	for path, want := range map[string]struct {
		status int
		is, in string
	}{
		"/":              {200, "text/html; charset=utf-8", `href="/chat"`},
		"/chat":          {200, "text/html; charset=utf-8", "<title>Chat · ws demo</title>"},
		"/chat?room=x":   {200, "text/html; charset=utf-8", `src="/web/chat.js"`},
		"/web/style.css": {200, "text/css; charset=utf-8", ":root"},
		"/web/socket.js": {200, "text/javascript; charset=utf-8", "class Socket"},
		"/web/icon.svg":  {200, "image/svg+xml", "<svg"},
		"/web/chat.html": {404, "text/plain; charset=utf-8", ""},
		"/web/":          {404, "text/plain; charset=utf-8", ""},
		"/web/..":        {307, "text/html; charset=utf-8", ""},
		"/nowhere":       {404, "text/plain; charset=utf-8", ""},
	} {
		w := get("GET", path)
		if w.Code != want.status || w.Header().Get("Content-Type") != want.is || !strings.Contains(w.Body.String(), want.in) {
			t.Errorf("%s: %d %v\n%.200s", path, w.Code, w.Header(), w.Body)
		}
		if !strings.HasPrefix(w.Header().Get("Content-Security-Policy"), "default-src 'self';") {
			t.Errorf("%s: %v", path, w.Header())
		}
	}
	if w := get("POST", "/"); w.Code != 405 {
		t.Errorf("POST: %d", w.Code)
	}
}

// Every room has a page of its own, and says what it shows and where to read how.
func TestRooms(t *testing.T) {
	paths := make(map[string]bool)
	for _, r := range New(nil).rooms {
		if r.Path == "" || r.Title == "" || r.About == "" || r.serve == nil || paths[r.Path] {
			t.Errorf("%+v", r)
		}
		paths[r.Path] = true
		if _, err := os.Stat(r.File); err != nil {
			t.Error(err)
		}
	}
}

func TestNoSuchRoom(t *testing.T) {
	addr := serve(t, New(nil))
	for _, path := range []string{"/", "/chat", "/ws/", "/ws/nowhere"} {
		visit(t, addr, path).wantClosed(4404, "there is no such room")
	}
}
