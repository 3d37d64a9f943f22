package server_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

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
			{"a page", request("GET / HTTP/1.1", "Upgrade", "Connection: close"), 200, "<!DOCTYPE html>server.example.com <nil>"},
			{"another page", request("Upgrade", "Connection: close"), 404, "404 page not found\n"},
			{"a broken handshake", request("Connection: close"), 426, "Upgrade Required: Connection does not contain Upgrade [6455-4.2.1-8]\n"},
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

func TestPanicOfFallbackEndsOnlyItsConnection(t *testing.T) {
	reported := make(chan error, 1)
	a := way{}.start(t, &server.Server{
		Handle:   echo,
		Fallback: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("oops") }),
		Options:  server.Options{OnError: func(_ *http.Request, err error) { reported <- err }},
	})
	p := a.dial(t)
	p.say(request("Upgrade"))
	if n, err := p.in.Read(make([]byte, 1)); n > 0 || err == nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	if err, ok := (<-reported).(*server.PanicError); !ok || err.Value != "oops" {
		t.Errorf("reported: %v", err)
	}
	a.connect(t)
}
