package suite

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/websocket"
)

// chosen returns cases by patterns.
func chosen(t *testing.T, peer protocol.Role, patterns ...string) []*Case {
	all, err := Cases(peer, false)
	if err == nil {
		all, err = Select(all, patterns, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// once starts a server whose process, so to say, ends with its first connection
// that gets as far as a frame. One that is dying still takes connections, as a system
// does for a process until it has gone.
func once(t *testing.T, dying bool) (url string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		if !dying {
			defer l.Close()
		}
		w := &wire{}
		head, _, _ := readHead(conn, w, protocol.Client, time.Now().Add(time.Minute))
		_, key, _ := strings.Cut(string(head), "Sec-WebSocket-Key: ")
		key, _, _ = strings.Cut(key, "\r\n")
		conn.Write([]byte("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + acceptKey(key) + "\r\n\r\n"))
		conn.Read(make([]byte, 1))
		conn.Close()
		for dying {
			late, err := l.Accept()
			if err != nil {
				return
			}
			late.Close()
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	return "ws://" + l.Addr().String()
}

// A server that ends is told from one that fails, and the cases that were on are
// named.
func TestServerGoesDown(t *testing.T) {
	cases := chosen(t, protocol.Server, "length-1@whole", "ping-empty@whole", "text-nul@whole")
	var down *DownError
	for _, dying := range []bool{false, true} {
		run, err := Server(t.Context(), Target{URL: once(t, dying)}, Options{Cases: cases, Parallel: 1})
		if !errors.As(err, &down) || len(down.On) != 1 || down.On[0] != cases[0].ID {
			t.Errorf("%v", err)
		}
		if len(run.Results) != 1 || run.Results[0].Verdict != verdict.Fail {
			t.Errorf("%d results, %+v", len(run.Results), run.Results)
		}
	}
	if _, err := Server(t.Context(), Target{URL: "ws://127.0.0.1:1"}, Options{Cases: cases}); !errors.As(err, &down) {
		t.Errorf("nobody listens: %v", err)
	}
	if _, err := Server(t.Context(), Target{URL: "http://127.0.0.1:1"}, Options{Cases: cases}); err == nil || errors.As(err, &down) {
		t.Errorf("no URL: %v", err)
	}
}

// The case that ends a server gets the blame, also if its own verdict would not
// be a failure, and no other.
func TestServerEndsInFailure(t *testing.T) {
	cases := chosen(t, protocol.Server, "length-2-64-less-1@whole", "unmasked-text-to-server@whole", "utf8-ff@whole")
	run, err := Server(t.Context(), Target{URL: once(t, false)}, Options{Cases: cases[:1]})
	var down *DownError
	if !errors.As(err, &down) || len(run.Results) != 1 || run.Results[0].Verdict != verdict.Fail {
		t.Errorf("%v, %+v", err, run.Results)
	}
	starts := 0
	restart := func(context.Context) (string, error) {
		if starts++; starts == 1 {
			return once(t, false), nil
		}
		return echoServer(t, websocket.Compression{}), nil
	}
	run, err = Server(t.Context(), Target{URL: once(t, false)}, Options{Cases: cases, Restart: restart})
	if err != nil || len(run.Results) != 3 || starts != 2 {
		t.Fatalf("%v, %d results, %d starts", err, len(run.Results), starts)
	}
	for i, want := range []verdict.Verdict{verdict.Fail, verdict.Fail, verdict.Pass} {
		if r := run.Results[i]; r.Verdict != want {
			t.Errorf("%s: %s, %s", r.Case.ID, r.Verdict, r.Got)
		}
	}
}

// A server that ends between two cases is not the fault of the second.
func TestServerEndsBetweenCases(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	cases := chosen(t, protocol.Server, "length-1@whole", "text-nul@whole")
	restart := func(context.Context) (string, error) { return echoServer(t, websocket.Compression{}), nil }
	run, err := Server(t.Context(), Target{URL: "ws://" + l.Addr().String()}, Options{Cases: cases, Restart: restart})
	if err != nil || len(run.Results) != 2 || run.Results[0].Verdict != verdict.Error || run.Results[1].Verdict != verdict.Pass {
		t.Errorf("%v, %+v", err, run.Results)
	}
}

// A server that can be started again is.
func TestServerRestarts(t *testing.T) {
	cases := chosen(t, protocol.Server, "length-1@whole", "ping-empty@whole", "text-nul@whole")
	starts := 0
	restart := func(context.Context) (string, error) {
		if starts++; starts == 1 {
			return once(t, false), nil
		}
		return echoServer(t, websocket.Compression{}), nil
	}
	run, err := Server(t.Context(), Target{URL: once(t, false)}, Options{Cases: cases, Restart: restart})
	if err != nil || len(run.Results) != 3 || starts != 2 {
		t.Fatalf("%v, %d results, %d starts", err, len(run.Results), starts)
	}
	for i, want := range []verdict.Verdict{verdict.Fail, verdict.Fail, verdict.Pass} {
		if r := run.Results[i]; r.Verdict != want {
			t.Errorf("%s: %s, %s", r.Case.ID, r.Verdict, r.Got)
		}
	}
}

// A server that refuses everything has no case that is passed by chance.
func TestServerRefuses(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: http.NotFoundHandler()}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Serve(l)
	}()
	defer func() {
		s.Close()
		<-done
	}()
	run, err := Server(t.Context(), Target{URL: "ws://" + l.Addr().String()}, Options{Cases: chosen(t, protocol.Server, "length-*", "opening-rfc-example")})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range run.Results {
		if r.Verdict != verdict.Error || !strings.Contains(r.Got, "404") {
			t.Errorf("%s: %s, %s", r.Case.ID, r.Verdict, r.Got)
		}
	}
}

// The end of the context ends a run in which a server says nothing.
func TestServerInterrupted(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		if c, err := l.Accept(); err == nil {
			cancel()
			c.Close()
		}
	}()
	run, err := Server(ctx, Target{URL: "ws://" + l.Addr().String()}, Options{Patience: time.Hour})
	if !errors.Is(err, context.Canceled) || len(run.Results) != 0 {
		t.Errorf("%v, %d results", err, len(run.Results))
	}
}
