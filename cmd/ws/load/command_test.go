package load

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
	"github.com/seed372fb791/rfc6455/cmd/ws/serve"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// ws has the commands that the tests run.
var ws = wstest.New(Command, serve.Command)

// bench runs ws bench until something was measured and returns what it has printed as JSON.
func bench(t *testing.T, args ...string) (r Result) {
	t.Helper()
	p := startBench(t, append([]string{"-json", "-conns", "3"}, args...)...)
	p.Signals <- os.Interrupt
	if got := <-p.Ended; got != command.ExitInterrupt {
		t.Errorf("exit status %d, want %d: %s", got, command.ExitInterrupt, p.Stderr)
	}
	return result(t, p)
}

// startBench starts ws bench on a terminal, and returns when it has told that there were answers.
func startBench(t *testing.T, args ...string) *wstest.Process {
	t.Helper()
	p := ws.StartIn(t, command.Environment{Noted: true}, append([]string{"bench", "-warmup", "0s", "-duration", "1h"}, args...)...)
	late := time.After(wstest.Patience)
	for answers := regexp.MustCompile(`[1-9][0-9,]* messages/s`); !answers.MatchString(p.Stderr.String()); {
		select {
		case <-p.Stderr.Changed:
		case <-late:
			t.Fatalf("no answers: %s", p.Stderr)
		}
	}
	return p
}

// result returns what ws bench has printed as JSON.
func result(t *testing.T, p *wstest.Process) (r Result) {
	t.Helper()
	if err := json.Unmarshal([]byte(p.Stdout.String()), &r); err != nil {
		t.Fatalf("%v: %q, %q", err, p.Stdout, p.Stderr)
	}
	return r
}

func TestBench(t *testing.T) {
	_, plain := ws.Serve(t)
	_, compressing := ws.Serve(t, "-compress", "-context-takeover")
	_, secure := ws.Serve(t, "-tls-self-signed")
	for name, args := range map[string][]string{
		"closed loop": {"ws://" + plain},
		"open loop":   {"ws://" + plain, "-rate", "1000"},
		"text":        {"ws://" + plain, "-text", "-pipeline", "5", "-size", "300"},
		"empty":       {"ws://" + plain, "-size", "0"},
		"compressed":  {"ws://" + compressing, "-text", "-size", "5000", "-compress", "-context-takeover"},
		"wss":         {"wss://" + secure, "-insecure"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := bench(t, args...)
			if !r.Measured() || r.URL != args[0] || r.Connections.Opened != 3 || r.MessagesPerSecond == 0 || r.Latency.P50 == 0 {
				t.Errorf("%+v", r)
			}
			onWire := r.WireOutPerSecond / r.MessagesPerSecond / float64(r.Size)
			if name == "compressed" && onWire > 0.5 {
				t.Errorf("%v bytes on the wire for each", onWire)
			}
		})
	}
}

// All that the flags say about the opening handshake is sent.
func TestBenchHandshake(t *testing.T) {
	seen := make(chan http.Header, 100)
	url := wstest.Listen(t, func(ctx context.Context, c *websocket.Conn) error {
		seen <- server.Request(ctx).Header
		return serve.Echo(c)
	})
	origin := strings.TrimSuffix(strings.Replace(url, "ws", "http", 1), "/")
	bench(t, url, "-H", "X-One: 1", "-origin", origin, "-subprotocol", "a,b", "-compress")
	h := <-seen
	for name, want := range map[string]string{"X-One": "1", "Origin": origin, "Sec-Websocket-Protocol": "a, b"} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if !strings.Contains(h.Get("Sec-Websocket-Extensions"), "permessage-deflate") {
		t.Errorf("%v", h)
	}
}

func TestBenchFails(t *testing.T) {
	wrong := wstest.Listen(t, func(ctx context.Context, c *websocket.Conn) error {
		for _, err := range c.Messages(ctx) {
			if err != nil {
				return err
			}
			c.WriteText(ctx, "no echo")
		}
		return nil
	})
	chart := filepath.Join(t.TempDir(), "chart.svg")
	p := ws.Start(t, "bench", "-json", "-conns", "3", "-warmup", "0s", "-duration", "1h", "-svg", chart, wrong)
	if status := <-p.Ended; status != command.ExitFailed {
		t.Errorf("exit status %d, want %d: %s", status, command.ExitFailed, p.Stderr)
	}
	r := result(t, p)
	if r.Failures[0] != (Failure{Kind: NoAnswer, Count: 3}) && r.Failures[0].Kind != Wrong {
		t.Errorf("%+v", r.Failures)
	}
	if _, err := os.Stat(chart); err == nil {
		t.Error("a chart of nothing")
	}
	p = ws.Start(t, "bench", "ws://127.0.0.1:1/")
	if status := <-p.Ended; status != command.ExitFailed || !strings.HasPrefix(p.Stderr.String(), "ws: no connection: dial ws://127.0.0.1:1: connect: ") ||
		strings.Count(p.Stderr.String(), "\n") != 1 || !strings.Contains(p.Stdout.String(), "10  refused") {
		t.Errorf("exit status %d, %q, %q", status, p.Stdout, p.Stderr)
	}
}

// What was measured until Ctrl-C is printed.
func TestBenchInterrupted(t *testing.T) {
	for signal, status := range map[os.Signal]int{os.Interrupt: command.ExitInterrupt, syscall.SIGTERM: command.ExitTerminated} {
		answered := make(chan struct{})
		url := wstest.Listen(t, func(ctx context.Context, c *websocket.Conn) error {
			n := 0
			for m, err := range c.Messages(ctx) {
				if err != nil {
					return err
				}
				if err := c.Write(ctx, m.Type, m.Data); err != nil {
					return err
				}
				if n++; n == 100 {
					close(answered)
				}
			}
			return nil
		})
		p := ws.Start(t, "bench", "-json", "-conns", "1", "-warmup", "0s", "-duration", "1h", url)
		<-answered
		p.Signals <- signal
		if got := <-p.Ended; got != status {
			t.Errorf("exit status %d, want %d", got, status)
		}
		var r Result
		if err := json.Unmarshal([]byte(p.Stdout.String()), &r); err != nil || !r.Interrupted || r.Latency.Count < 99 || len(r.Failures) > 0 {
			t.Errorf("%v, %+v, %q", err, r, p.Stderr)
		}
	}
}

// The exit status tells of failures, and whether anything was measured.
func TestBenchStatus(t *testing.T) {
	var measured Result
	measured.Connections.Opened, measured.Latency.Count = 1, 1
	nothing, failed := measured, measured
	nothing.Latency.Count = 0
	failed.Failures = []Failure{{Kind: Wrong, Count: 1}}
	for _, c := range []struct {
		name   string
		result Result
		ok     bool
	}{{"measured", measured, true}, {"nothing measured", nothing, false}, {"a failure", failed, false}} {
		o := &flags{json: true}
		if err := o.report(&c.result, command.Environment{Stdout: wstest.NewOutput(), Stderr: wstest.NewOutput()}, nil); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// The line that shows how it goes is only for terminals, and is gone at the end.
func TestBenchProgress(t *testing.T) {
	_, address := ws.Serve(t)
	p := startBench(t, "-conns", "2", "ws://"+address+"/")
	p.Signals <- os.Interrupt
	if status := <-p.Ended; status != command.ExitInterrupt || !strings.HasSuffix(p.Stderr.String(), wipeLine) {
		t.Errorf("exit status %d, %q", status, p.Stderr)
	}
	o := &flags{conns: command.Number{Value: 1000}, warmup: time.Second, duration: time.Minute}
	if o.load("", new(client.Options), command.Environment{}).Watch != nil {
		t.Error("shown where there is no terminal")
	}
	shown := wstest.NewOutput()
	watch := o.load("", new(client.Options), command.Environment{Stderr: shown, Noted: true}).Watch
	watch(Progress{Conns: 12, Failures: 3})
	watch(Progress{Elapsed: 61 * time.Second, Conns: 1000, PerSecond: 123456.7, P50: 345 * time.Microsecond, P99: 12 * time.Millisecond})
	const want = wipeLine + "opening: 12 of 1000 connections, 3 failures" +
		wipeLine + "1m1s of 1m1s: 1000 connections, 123,457 messages/s, p50 345 µs, p99 12.0 ms"
	if got := shown.String(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestBenchFiles(t *testing.T) {
	if err := checkFiles(1); err != nil {
		t.Error(err)
	}
	if err := checkFiles(math.MaxInt32); err != nil && !strings.Contains(err.Error(), "ulimit -n") {
		t.Error(err)
	}
}
