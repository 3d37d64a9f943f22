package server_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/server"
)

// checkByPath is a Check that does by the path what programs may do.
func checkByPath(r *http.Request, response http.Header) error {
	switch r.URL.Path {
	case "/chat":
		response.Set("Set-Cookie", "seen=1")
		return nil
	case "/private":
		response.Set("WWW-Authenticate", `Basic realm="x"`)
		response["X-Split"] = []string{"a\r\nX-Injected: b"}
		return &handshake.Error{Status: 401, Rule: "6455-4.2.2-3", Text: "log in first"}
	case "/blocked":
		return errors.New("secret: user 17 is blocked")
	case "/redirect":
		return &handshake.Error{Status: 307, Rule: "6455-4.2.2-4", Text: "not here", Location: "/chat"}
	case "/page":
		response.Set("Content-Type", "application/json")
		return &handshake.Error{Status: 429, Body: `{"wait":5}`}
	case "/zero":
		return &handshake.Error{Text: "no status"}
	case "/hints":
		return &handshake.Error{Status: 103}
	case "/fine":
		return fmt.Errorf("wrapped: %w", &handshake.Error{Status: 200})
	case "/999":
		return &handshake.Error{Status: 999}
	case "/elsewhere":
		return &handshake.Error{Status: 302, Location: "/a\r\nX-Injected: b"}
	case "/split":
		response["X-Split"] = []string{"a\r\nX-Injected: b"}
		return nil
	}
	return &handshake.Error{Status: 404, Rule: "6455-4.2.2-11", Text: "no such service"}
}

//rfc:6455-4.2.2-3 6455-4.2.2-4 6455-4.2.2-10 6455-4.2.2-11 6455-10.5-1
func TestCheck(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		var reported bytes.Buffer
		logger := log.New(&reported, "", 0)
		s := server.Handler(echo, &server.Options{Check: checkByPath})
		s.OnError = func(r *http.Request, err error) { logger.Println(r.URL.Path, err) }
		a := w.start(t, s)
		ask := func(path string) *http.Response {
			p := a.dial(t)
			p.say(request("GET " + path + " HTTP/1.1"))
			return p.response()
		}
		if r := ask("/chat"); r.StatusCode != 101 || r.Header.Get("Set-Cookie") != "seen=1" {
			t.Errorf("/chat: %v, %v", r.Status, r.Header)
		}
		r := ask("/private")
		if r.StatusCode != 401 || r.Header.Get("WWW-Authenticate") == "" || r.Header.Get("X-Injected") != "" {
			t.Errorf("/private: %v, %v", r.Status, r.Header)
		}
		wantBody(t, r, "Unauthorized: log in first [6455-4.2.2-3]\n")
		r = ask("/blocked")
		if r.StatusCode != 403 {
			t.Errorf("/blocked: %v", r.Status)
		}
		wantBody(t, r, "Forbidden: the server does not accept the request [6455-10.5-1]\n")
		if r := ask("/nowhere"); r.StatusCode != 404 {
			t.Errorf("/nowhere: %v", r.Status)
		}
		r = ask("/redirect")
		if r.StatusCode != 307 || r.Header.Get("Location") != "/chat" {
			t.Errorf("/redirect: %v, %v", r.Status, r.Header)
		}
		wantBody(t, r, "Temporary Redirect: not here [6455-4.2.2-4]\n")
		r = ask("/page")
		if r.StatusCode != 429 || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("/page: %v, %v", r.Status, r.Header)
		}
		wantBody(t, r, `{"wait":5}`)
		cannot := []string{"/zero", "/hints", "/fine", "/999", "/elsewhere"}
		for _, path := range append(cannot, "/split") {
			r := ask(path)
			if r.StatusCode != 500 || r.Header.Get("X-Injected") != "" {
				t.Errorf("%s: %v, %v", path, r.Status, r.Header)
			}
			wantBody(t, r, "Internal Server Error\n")
		}
		s.Close()
		s.Shutdown(context.Background())
		if want := "/blocked secret: user 17 is blocked\n"; !strings.Contains(reported.String(), want) {
			t.Errorf("reported %q, want %q", reported.String(), want)
		}
		for _, path := range cannot {
			if want := path + " websocket: Options.Check: Status "; !strings.Contains(reported.String(), want) {
				t.Errorf("reported %q, want %q", reported.String(), want)
			}
		}
	})
}

func wantBody(t *testing.T, r *http.Response, want string) {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil || string(body) != want {
		t.Errorf("body %q (%v), want %q", body, err, want)
	}
}

// A panic in Check ends its own handshake only.
func TestCheckPanics(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		errs := make(chan error, 1)
		s := server.Handler(echo, &server.Options{Check: func(*http.Request, http.Header) error { panic("a bug") }})
		s.OnError = func(_ *http.Request, err error) { errs <- err }
		p := w.start(t, s).dial(t)
		p.say(request())
		if w.netHTTP { // which takes the panic
			p.wantEnd()
			return
		}
		wantBody(t, wantStatus(t, p, 500), "Internal Server Error\n")
		p.Close()
		var e *server.PanicError
		if err := <-errs; !errors.As(err, &e) || e.Value != "a bug" {
			t.Errorf("got %v", err)
		}
	})
}

// On a raw connection the time for Check is bounded.
func TestCheckDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := server.Handler(echo, &server.Options{
			HandshakeTimeout: time.Second,
			Check: func(r *http.Request, _ http.Header) error {
				<-r.Context().Done()
				return r.Context().Err()
			},
		})
		l := newPipeListener()
		go s.Serve(l)
		defer s.Close()
		p := l.dial(t)
		begin := time.Now()
		go p.say(request())
		wantRefusal(t, p, 403, "6455-10.5-1", nil)
		if took := time.Since(begin); took != time.Second {
			t.Errorf("took %v", took)
		}
	})
}
