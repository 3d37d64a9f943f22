package client_test

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/websocket"
)

//rfc:6455-4.1-1 6455-4.1-3 6455-4.1-10 6455-4.1-48
func TestDial(t *testing.T) {
	noLeaks(t)
	for _, address := range []string{"127.0.0.1:0", "[::1]:0"} {
		ln, err := net.Listen("tcp", address)
		if err != nil {
			t.Logf("no %s here: %v", address, err)
			continue
		}
		s := startServer(ln, echo)
		defer s.close()
		c, resp, err := client.Dial(t.Context(), "ws://"+s.addr, nil)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != 101 || readAll(t, resp) != "" || resp.Request.URL.Host != s.addr || resp.TLS != nil {
			t.Errorf("response: %+v", resp)
		}
		talk(t, c)
	}
}

// What is wrong with the URL or the options is found before anything is connected.
//
//rfc:6455-4.1-4 6455-4.1-18 6455-4.1-33 6455-7.2.1-1
func TestInvalidBeforeConnecting(t *testing.T) {
	for _, test := range []struct {
		url, rule string
		o         client.Options
	}{
		{url: "ftp://host/", rule: "6455-3-1"},
		{url: "host/", rule: "6455-3-1"},
		{url: "ws://", rule: "6455-3-1"},
		{url: "ws://host:0/", rule: "6455-3-1"},
		{url: "ws://host:65536/", rule: "6455-3-1"},
		{url: "ws://user:secret%@host/", rule: "6455-3-2"},
		{url: "ws://us er:secret@host/", rule: "6455-3-2"},
		{url: "ws://us%3Aer:secret@host/", rule: "6455-3-2"},
		{url: "ws://user:secret@", rule: "6455-3-1"},
		{url: "ws://host/#secret", rule: "6455-3-8"},
		{url: "ws://host/", rule: "6455-4.1-18", o: client.Options{Header: http.Header{"A": {"b\r\nC: d"}}}},
		{url: "ws://host/", rule: "6455-4.1-18", o: client.Options{Header: http.Header{"Upgrade": {"h2c"}}}},
		{url: "ws://host/", rule: "6455-4.1-18", o: client.Options{Header: http.Header{"sec-websocket-protocol": {"a"}}}},
		{url: "ws://host/", rule: "6455-4.1-18", o: client.Options{Origin: "a\nb"}},
		{url: "ws://host/", rule: "6455-4.1-33", o: client.Options{Subprotocols: []string{"a", "a"}}},
	} {
		test.o.DialContext = func(context.Context, string, string) (net.Conn, error) {
			t.Errorf("%s: connected", test.url)
			return nil, io.EOF
		}
		_, err := dialFails(t, test.url, &test.o, client.StageURL, "")
		wantRule(t, err, test.rule)
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error repeats a secret: %v", test.url, err)
		}
	}
}

// The request has what section 4.1 lists, and what the options add.
//
//rfc:6455-4.1-17 6455-4.1-19 6455-4.1-20 6455-4.1-21 6455-4.1-22 6455-4.1-23 6455-4.1-24 6455-4.1-25 6455-4.1-26
//rfc:6455-4.1-28 6455-4.1-30 6455-4.1-31 6455-4.1-35
func TestRequest(t *testing.T) {
	noLeaks(t)
	requests := make(chan string, 2)
	s := listen(t, func(nc net.Conn) {
		_, raw := readRequest(nc)
		requests <- raw
	})
	o := &client.Options{
		Origin:       "https://example.com",
		Subprotocols: []string{"chat", "superchat"},
		Header:       http.Header{"Authorization": {"Bearer x"}, "Cookie": {"a=b"}},
	}
	var keys []string
	for range 2 {
		dialFails(t, "ws://"+s.addr+"/chat?room=1", o, client.StageHandshake, "unexpected EOF")
		before, after, _ := strings.Cut(<-requests, "Sec-WebSocket-Key: ")
		key, after, _ := strings.Cut(after, "\r\n")
		if nonce, err := base64.StdEncoding.DecodeString(key); len(nonce) != 16 || err != nil {
			t.Errorf("key %q", key)
		}
		keys = append(keys, key)
		want := lines("GET /chat?room=1 HTTP/1.1", "Host: "+s.addr, "Upgrade: websocket", "Connection: Upgrade",
			"Origin: https://example.com", "Sec-WebSocket-Protocol: chat, superchat", "Sec-WebSocket-Version: 13",
			"Authorization: Bearer x", "Cookie: a=b", "User-Agent: Go-rfc6455/1")
		if diff := cmp.Diff(want, before+after); diff != "" {
			t.Error(diff)
		}
	}
	if keys[0] == keys[1] {
		t.Error("two requests with the same key")
	}
}

// Until the response is there nothing follows the request.
//
//rfc:6455-4.1-36
func TestNothingAfterRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		nc, server := net.Pipe()
		go client.NewConn(t.Context(), nc, "ws://host/", nil)
		if _, request := readRequest(server); !strings.HasSuffix(request, "\r\n\r\n") {
			t.Errorf("more comes with the request: %q", request)
		}
		more := make(chan string, 1)
		go func() { more <- drained(server) }()
		synctest.Wait()
		select {
		case s := <-more:
			t.Errorf("the connection ended after %q", s)
		default:
		}
		time.Sleep(time.Minute) // the handshake's timeout
		if s := <-more; s != "" {
			t.Errorf("the client sent %q before the response", s)
		}
	})
}

//rfc:6455-4.1-31 6455-4.1-50
func TestSubprotocol(t *testing.T) {
	noLeaks(t)
	s := listen(t, echo)
	for _, test := range []struct {
		offered []string
		want    string
	}{
		{nil, ""},
		{[]string{"other"}, ""}, // the server has to choose none of what it does not know
		{[]string{"other", "superchat", "chat"}, "superchat"},
	} {
		c, _, err := client.Dial(t.Context(), "ws://"+s.addr, &client.Options{Subprotocols: test.offered})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Subprotocol(); got != test.want {
			t.Errorf("offered %v, got %q", test.offered, got)
		}
		talk(t, c)
	}
}

// What comes after the response is the connection's, wherever the bytes are cut.
func TestFramesWithResponse(t *testing.T) {
	hello := protocol.AppendHeader(nil, websocket.Header{Fin: true, Opcode: protocol.OpText, Length: 5})
	hello = append(hello, "Hello"...)
	total := len(handshake.AcceptKey("")) + len(switching) - len("ACCEPT") + len(hello)
	for cut := range total {
		nc, server := net.Pipe()
		go func() {
			r, _ := readRequest(server)
			all := filled(switching, r) + string(hello)
			io.WriteString(server, all[:cut]) // a Pipe hands over each write by itself
			io.WriteString(server, all[cut:])
			drained(server)
		}()
		c, _, err := client.NewConn(t.Context(), nc, "ws://host/", nil)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if _, p, err := c.Read(t.Context()); string(p) != "Hello" || err != nil {
			t.Fatalf("cut at %d: read %q, %v", cut, p, err)
		}
		c.CloseNow()
		server.Close()
	}
}

// A context means nothing to a connection that is open, nor does the timeout.
func TestContextEndsAfterDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		nc, server := net.Pipe()
		go echo(server)
		c, _, err := client.NewConn(ctx, nc, "ws://host/", nil)
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		synctest.Wait()
		time.Sleep(time.Hour)
		talk(t, c)
	})
}

// Dial neither changes nor keeps what the caller owns.
func TestOptionsStay(t *testing.T) {
	noLeaks(t)
	s := listen(t, echo)
	make := func() *client.Options {
		return &client.Options{
			Header:       http.Header{"Authorization": {"Bearer x"}},
			Subprotocols: []string{"chat"},
			TLSConfig:    &tls.Config{NextProtos: []string{"h2"}},
		}
	}
	o := make()
	c, _, err := client.Dial(t.Context(), "ws://"+s.addr, o)
	if err != nil {
		t.Fatal(err)
	}
	talk(t, c)
	want := make()
	if !cmp.Equal(o.Header, want.Header) || !cmp.Equal(o.Subprotocols, want.Subprotocols) ||
		!slices.Equal(o.TLSConfig.NextProtos, []string{"h2"}) || o.TLSConfig.MinVersion != 0 ||
		o.HandshakeTimeout != 0 || o.MaxRedirects != 0 {
		t.Errorf("options have changed: %+v", o)
	}
}

// Connections of the caller's own take turns as well, by name.
//
//rfc:6455-4.1-7
func TestNewConnTakesTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, server := net.Pipe()
		defer server.Close()
		go client.NewConn(t.Context(), first, "ws://host/", nil)
		synctest.Wait()
		second, _ := net.Pipe()
		o := &client.Options{HandshakeTimeout: time.Second}
		_, _, err := client.NewConn(t.Context(), second, "ws://HOST:80/other", o)
		wantEnd(t, err, client.StageConnect, context.DeadlineExceeded)
		if _, err := second.Write([]byte("x")); err != io.ErrClosedPipe {
			t.Errorf("the connection is not closed: %v", err)
		}
	})
}

// A connection of the caller's own is used, and closed if that fails.
//
//rfc:6455-4.1-2
func TestNewConn(t *testing.T) {
	noLeaks(t)
	s := listen(t, echo)
	nc, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := client.NewConn(t.Context(), nc, "ws://host/", nil)
	if err != nil {
		t.Fatal(err)
	}
	talk(t, c)
	for _, url := range []string{"ws://host/#", "ws://host/", "wss://host/"} {
		nc, server := net.Pipe()
		go server.Close()
		if _, _, err := client.NewConn(t.Context(), nc, url, nil); err == nil {
			t.Errorf("%s: no error", url)
		}
		if _, err := nc.Write([]byte("x")); err != io.ErrClosedPipe {
			t.Errorf("%s: the connection is not closed: %v", url, err)
		}
	}
}
