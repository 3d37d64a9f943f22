package client_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/handshake"
)

// refused wants err to say that the server refused with the status.
func refused(t *testing.T, err error, status int) {
	t.Helper()
	var e *handshake.Error
	if !errors.As(err, &e) || e.Status != status || e.Rule != "6455-4.1-37" {
		t.Errorf("error %v, want a refusal with %d", err, status)
	}
}

// A refusal comes back as HTTP would have it, with the beginning of its body.
//
//rfc:6455-4.1-37
func TestRefusal(t *testing.T) {
	noLeaks(t)
	long := strings.Repeat("x", 16<<10)
	for name, test := range map[string]struct {
		answer string
		status int
		body   string
	}{
		"length":        {"HTTP/1.1 401 No\r\nContent-Length: 5\r\n\r\nHello, and more", 401, "Hello"},
		"chunked":       {"HTTP/1.1 403 \r\nTransfer-Encoding: chunked\r\n\r\n3\r\nHel\r\n2\r\nlo\r\n0\r\n\r\n", 403, "Hello"},
		"until the end": {"HTTP/1.1 503 Busy\r\n\r\nHello", 503, "Hello"},
		"HTTP/1.0":      {"HTTP/1.0 404 Not Found\r\n\r\nHello", 404, "Hello"},
		"none":          {"HTTP/1.1 426 No\r\nSec-WebSocket-Version: 13, 8\r\nContent-Length: 0\r\n\r\n", 426, ""},
		"a success":     {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 200, "hi"},
		"no content":    {"HTTP/1.1 204 \r\n\r\n", 204, ""},
		"cut short":     {"HTTP/1.1 400 No\r\nContent-Length: 50\r\n\r\nHello", 400, "Hello"},
		"bad chunk":     {"HTTP/1.1 400 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nHel\r\nxx\r\n", 400, "Hel"},
		"bad length":    {"HTTP/1.1 400 No\r\nContent-Length: five\r\n\r\nHello", 400, ""},
		"bad encoding":  {"HTTP/1.1 400 No\r\nTransfer-Encoding: gzip\r\n\r\nHello", 400, ""},
		"long":          {"HTTP/1.1 400 No\r\nContent-Length: 20000\r\n\r\n" + long + long, 400, long},
		"in small bits": {"HTTP/1.1 400 No\r\nX: " + strings.Repeat("y", 3000) + "\r\n\r\nHello", 400, "Hello"},
	} {
		t.Run(name, func(t *testing.T) {
			s := listen(t, answers(test.answer))
			resp, e := dialFails(t, "ws://"+s.addr, nil, client.StageHandshake, "the server answered")
			refused(t, e, test.status)
			if got := readAll(t, resp); resp.StatusCode != test.status || got != test.body {
				t.Errorf("status %d, body %.100q", resp.StatusCode, got)
			}
			if err := resp.Body.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// stuck answers a request over a Pipe with text and then sends nothing until the client hangs up.
func stuck(server net.Conn, text string) {
	r, _ := readRequest(server)
	io.WriteString(server, filled(text, r))
	drained(server)
}

// A body without end costs 16 KiB, one that does not come costs 5 s, and none costs the status.
func TestEndlessRefusal(t *testing.T) {
	noLeaks(t)
	s := listen(t, func(nc net.Conn) {
		readRequest(nc)
		io.WriteString(nc, "HTTP/1.1 403 Forbidden\r\n\r\n")
		for {
			if _, err := nc.Write(make([]byte, 1000)); err != nil {
				return
			}
		}
	})
	resp, e := dialFails(t, "ws://"+s.addr, nil, client.StageHandshake, "403 Forbidden")
	refused(t, e, 403)
	if got := len(readAll(t, resp)); got != 16<<10 {
		t.Errorf("%d bytes of body", got)
	}
}

func TestRefusalThatStops(t *testing.T) {
	const forbidden = "HTTP/1.1 403 Forbidden\r\nContent-Length: 10\r\n\r\nHello"
	synctest.Test(t, func(t *testing.T) {
		nc, server := net.Pipe()
		go stuck(server, forbidden)
		start := time.Now()
		_, resp, err := client.NewConn(t.Context(), nc, "ws://host/", nil)
		refused(t, err, 403)
		if got := readAll(t, resp); got != "Hello" || time.Since(start) != 5*time.Second {
			t.Errorf("body %q after %v", got, time.Since(start))
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		nc, server := net.Pipe()
		go stuck(server, forbidden)
		_, resp, err := client.NewConn(ctx, nc, "ws://host/", nil)
		refused(t, err, 403)
		if got := readAll(t, resp); got != "Hello" {
			t.Errorf("body %q", got)
		}
	})
}

// A caller can authenticate after a 401: the RFC's own example of what HTTP may do.
//
//rfc:6455-4.1-35 6455-4.1-37
func TestAuthenticate(t *testing.T) {
	noLeaks(t)
	s := listen(t, func(nc net.Conn) {
		r, _ := readRequest(nc)
		if user, password, _ := r.BasicAuth(); user != "bob" || password != "secret" {
			io.WriteString(nc, "HTTP/1.1 401 \r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n")
			return
		}
		echoTo(nc, r, nil)
	})
	resp, e := dialFails(t, "ws://"+s.addr, nil, client.StageHandshake, "401 Unauthorized")
	refused(t, e, 401)
	if resp.Header.Get("WWW-Authenticate") != `Basic realm="x"` {
		t.Errorf("header %v", resp.Header)
	}
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth("bob", "secret")
	c, _, err := client.Dial(t.Context(), "ws://"+s.addr, &client.Options{Header: r.Header})
	if err != nil {
		t.Fatal(err)
	}
	talk(t, c)
}
