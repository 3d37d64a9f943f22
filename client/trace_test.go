package client_test

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/client"
)

// traced collects what the hooks of httptrace are told. Those of package net may be called from other goroutines.
type traced struct {
	mu  sync.Mutex
	log []string
}

func (l *traced) say(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.log = append(l.log, fmt.Sprintf(format, args...))
}

func (l *traced) hooks() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn:              func(address string) { l.say("get %s", address) },
		GotConn:              func(i httptrace.GotConnInfo) { l.say("got %T, reused: %v", i.Conn, i.Reused) },
		GotFirstResponseByte: func() { l.say("first byte") },
		DNSStart:             func(i httptrace.DNSStartInfo) { l.say("resolve %s", i.Host) },
		DNSDone:              func(i httptrace.DNSDoneInfo) { l.say("resolved %v, %v", i.Addrs, i.Err) },
		ConnectStart:         func(_, address string) { l.say("connect %s", address) },
		ConnectDone:          func(_, address string, err error) { l.say("connected %s, %v", address, err) },
		TLSHandshakeStart:    func() { l.say("TLS") },
		TLSHandshakeDone:     func(s tls.ConnectionState, err error) { l.say("TLS done: %s, %v", s.ServerName, err != nil) },
		WroteHeaders:         func() { l.say("wrote headers") },
		WroteRequest:         func(i httptrace.WroteRequestInfo) { l.say("wrote request, %v", i.Err) },
	}
}

// The hooks of net/http/httptrace see the stages of a dial in their order, and no credentials.
func TestTrace(t *testing.T) {
	noLeaks(t)
	s := listen(t, overTLS(serverTLS(), echo))
	_, port, _ := net.SplitHostPort(s.addr)
	resolve(t, map[string][]string{"server.test": {"127.0.0.1"}})
	var l traced
	ctx := httptrace.WithClientTrace(t.Context(), l.hooks())
	o := &client.Options{TLSConfig: &tls.Config{RootCAs: trusted}}
	c, _, err := client.Dial(ctx, "wss://bob:secret@server.test:"+port, o)
	if err != nil {
		t.Fatal(err)
	}
	talk(t, c)
	want := []string{
		"get server.test:" + port, "resolve server.test", "resolved [{127.0.0.1 }], <nil>",
		"connect " + s.addr, "connected " + s.addr + ", <nil>",
		"TLS", "TLS done: server.test, false", "got *tls.Conn, reused: false",
		"wrote headers", "wrote request, <nil>", "first byte",
	}
	if diff := cmp.Diff(want, l.log); diff != "" {
		t.Error(diff)
	}
}

// What fails is told as well, and what a redirect leads to.
func TestTraceFailure(t *testing.T) {
	noLeaks(t)
	var l traced
	ctx := httptrace.WithClientTrace(t.Context(), l.hooks())
	s := listen(t, saysFirst("HTTP/1.1 400 No\r\n\r\n"))
	if _, _, err := client.Dial(ctx, "wss://"+s.addr, nil); err == nil {
		t.Fatal("no error")
	}
	again := listen(t, answers(redirect(302, "/again")))
	if _, _, err := client.Dial(ctx, "ws://"+again.addr, &client.Options{MaxRedirects: 1}); err == nil {
		t.Fatal("no error")
	}
	log := strings.Join(l.log, "\n")
	for text, times := range map[string]int{
		"TLS done: , true": 1, "get " + s.addr: 1, "get " + again.addr: 2, "got *net.TCPConn": 2, "first byte": 2,
	} {
		if n := strings.Count(log, text); n != times {
			t.Errorf("%q comes %d times, want %d, in\n%s", text, n, times, log)
		}
	}
}
