package client_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/client"
)

// stage is a place where a dial can be made to wait for ever.
type stage struct {
	name  string
	want  client.Stage
	start func(t *testing.T, reached func()) (url string, o *client.Options)
}

// silent is a server that takes what comes, says what it is told to, calls reached, and then only waits for the
// client to hang up.
func silent(t *testing.T, reached func(), talk func(net.Conn)) *testServer {
	return listen(t, func(nc net.Conn) {
		talk(nc)
		reached()
		drained(nc)
	})
}

func anything(nc net.Conn) { nc.Read(make([]byte, 1000)) }

// stages are all stages of a dial.
var stages = []stage{
	{"resolving", client.StageConnect, func(t *testing.T, reached func()) (string, *client.Options) {
		resolver := net.DefaultResolver
		t.Cleanup(func() { net.DefaultResolver = resolver })
		net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			reached()
			<-ctx.Done()
			return nil, ctx.Err()
		}}
		return "ws://stall.test", nil
	}},
	{"waiting for the turn", client.StageConnect, func(t *testing.T, reached func()) (string, *client.Options) {
		s, first := silentFirst(t)
		occupy(t, reached, s.addr, s.addr, nil, first)
		return "ws://" + s.addr, nil
	}},
	{"waiting for the turn of a name", client.StageConnect, func(t *testing.T, reached func()) (string, *client.Options) {
		s, first := silentFirst(t)
		o := &client.Options{DialContext: to(s)}
		occupy(t, reached, "server.test", "server.test:80", o, first)
		return "ws://server.test", o
	}},
	{"connecting", client.StageConnect, func(t *testing.T, reached func()) (string, *client.Options) {
		return "ws://server.test", &client.Options{DialContext: stall(reached)}
	}},
	{"connecting to the proxy", client.StageProxy, func(t *testing.T, reached func()) (string, *client.Options) {
		return "ws://server.test", &client.Options{DialContext: stall(reached), Proxy: fixed("http://proxy.test")}
	}},
	{"the proxy's TLS", client.StageProxy, throughProxy("https", anything)},
	{"the proxy's answer", client.StageProxy, throughProxy("http", func(nc net.Conn) {
		readHTTP(nc)
		io.WriteString(nc, "HTTP/1.1 200 OK\r\n")
	})},
	{"the proxy's greeting", client.StageProxy, throughProxy("socks5", anything)},
	{"the proxy's authentication", client.StageProxy, throughProxy("socks5", func(nc net.Conn) {
		anything(nc)
		nc.Write([]byte{5, 2})
		anything(nc)
	})},
	{"the proxy's reply", client.StageProxy, throughProxy("socks5", func(nc net.Conn) {
		anything(nc)
		nc.Write([]byte{5, 0})
		anything(nc)
		nc.Write([]byte{5, 0, 0})
	})},
	{"TLS", client.StageTLS, func(t *testing.T, reached func()) (string, *client.Options) {
		return "wss://" + silent(t, reached, anything).addr, nil
	}},
	{"TLS in a tunnel", client.StageTLS, func(t *testing.T, reached func()) (string, *client.Options) {
		p := newProxy(silent(t, reached, anything), "", "")
		return "wss://server.test", &client.Options{Proxy: fixed("http://" + listen(t, p.connect).addr)}
	}},
	{"the response", client.StageHandshake, func(t *testing.T, reached func()) (string, *client.Options) {
		return "ws://" + silent(t, reached, anything).addr, nil
	}},
	{"the rest of the response", client.StageHandshake, func(t *testing.T, reached func()) (string, *client.Options) {
		return "ws://" + silent(t, reached, answers(strings.TrimSuffix(switching, "\r\n"))).addr, nil
	}},
	{"the response after a redirect", client.StageHandshake, func(t *testing.T, reached func()) (string, *client.Options) {
		s := silent(t, reached, anything)
		return "ws://" + listen(t, answers(redirect(302, "ws://"+s.addr))).addr, &client.Options{CheckRedirect: anywhere}
	}},
}

// silentFirst is a silent server that closes a channel when the first request is there.
func silentFirst(t *testing.T) (*testServer, chan struct{}) {
	first := make(chan struct{})
	return silent(t, func() { close(first) }, anything), first
}

// occupy has another dial take the turn of host, for the time of the test, and calls reached when one more waits.
func occupy(t *testing.T, reached func(), url, host string, o *client.Options, taken chan struct{}) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		client.Dial(ctx, "ws://"+url, o)
		close(done)
	}()
	t.Cleanup(func() { cancel(); <-done })
	<-taken
	go func() {
		waitWanted(host, 2)
		reached()
	}()
}

// stall is a DialContext that gets nowhere.
func stall(reached func()) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		reached()
		<-ctx.Done()
		return nil, ctx.Err()
	}
}

func throughProxy(scheme string, talk func(net.Conn)) func(t *testing.T, reached func()) (string, *client.Options) {
	return func(t *testing.T, reached func()) (string, *client.Options) {
		proxy := scheme + "://bob:secret@" + silent(t, reached, talk).addr
		return "ws://server.test", &client.Options{Proxy: fixed(proxy)}
	}
}

// A context that ends ends the dial, wherever it is, and nothing is left of it.
func TestCancel(t *testing.T) {
	cause := errors.New("changed my mind")
	for _, s := range stages {
		t.Run(s.name, func(t *testing.T) {
			noLeaks(t)
			ctx, cancel := context.WithCancelCause(t.Context())
			reached := make(chan struct{}, 10)
			url, o := s.start(t, func() { reached <- struct{}{} })
			failed := make(chan error)
			go func() {
				_, _, err := client.Dial(ctx, url, o)
				failed <- err
			}()
			<-reached
			cancel(cause)
			err := <-failed
			wantEnd(t, err, s.want, context.Canceled)
			if !errors.Is(err, cause) {
				t.Errorf("%v does not tell the cause", err)
			}
		})
	}
}

// So does the timeout, whose error names the option. On a busy machine it may be over at an earlier stage.
func TestHandshakeTimeout(t *testing.T) {
	for _, s := range stages {
		t.Run(s.name, func(t *testing.T) {
			noLeaks(t)
			url, o := s.start(t, func() {})
			var mine client.Options
			if o != nil {
				mine = *o
			}
			mine.HandshakeTimeout = 50 * time.Millisecond
			_, _, err := client.Dial(t.Context(), url, &mine)
			wantEnd(t, err, anyStage, context.DeadlineExceeded)
			if !strings.Contains(err.Error(), "50ms, Options.HandshakeTimeout") {
				t.Errorf("error %v", err)
			}
			var timeout net.Error
			if !errors.As(err, &timeout) || !timeout.Timeout() {
				t.Errorf("%v is no timeout", err)
			}
		})
	}
}

const anyStage = client.Stage("")

func wantEnd(t *testing.T, err error, stage client.Stage, end error) {
	t.Helper()
	var e *client.Error
	if !errors.As(err, &e) || stage != anyStage && e.Stage != stage || !errors.Is(err, end) {
		t.Errorf("error %v, want stage %q and %v", err, stage, end)
	}
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the error repeats a secret: %v", err)
	}
}

// A server that does not even read the request holds nobody up for longer than that either.
func TestTimeoutWhileWriting(t *testing.T) {
	for _, test := range []struct{ option, want time.Duration }{
		{0, 30 * time.Second},
		{time.Minute, time.Minute},
		{-1, time.Hour}, // no limit but the context's
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			nc, _ := net.Pipe()
			start := time.Now()
			_, _, err := client.NewConn(ctx, nc, "ws://host/", &client.Options{HandshakeTimeout: test.option})
			wantEnd(t, err, client.StageHandshake, context.DeadlineExceeded)
			if took := time.Since(start); took != test.want {
				t.Errorf("option %v: it took %v", test.option, took)
			}
		})
	}
}

// A context that has ended already connects nothing.
func TestCancelledBefore(t *testing.T) {
	noLeaks(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := listen(t, func(nc net.Conn) {
		if raw := drained(nc); raw != "" {
			t.Errorf("the server was sent %q", raw)
		}
	})
	_, _, err := client.Dial(ctx, "ws://"+s.addr, nil)
	wantEnd(t, err, client.StageConnect, context.Canceled)
}
