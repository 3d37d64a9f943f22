package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// fuzzer plays the fuzzing server of the Autobahn suite with cases of its own.
type fuzzer struct {
	count string
	cases map[string]func(context.Context, *websocket.Conn) error

	mu  sync.Mutex
	log []string // what was asked for
}

func (f *fuzzer) serve(ctx context.Context, c *websocket.Conn) error {
	u := server.Request(ctx).URL
	f.mu.Lock()
	f.log = append(f.log, fmt.Sprintf("%s %s %s", u.Path, u.Query().Get("case"), u.Query().Get("agent")))
	f.mu.Unlock()
	switch u.Path {
	case "/base/getCaseCount":
		c.WriteText(ctx, f.count)
	case "/base/runCase":
		return f.cases[u.Query().Get("case")](ctx, c)
	}
	return nil
}

// wantEcho is a case that sends a message, wants it back and closes.
func wantEcho(typ websocket.Type, p []byte) func(context.Context, *websocket.Conn) error {
	return func(ctx context.Context, c *websocket.Conn) error {
		go c.Write(ctx, typ, p)
		got, q, err := c.Read(ctx)
		if err == nil && (got != typ || !bytes.Equal(p, q)) {
			return c.Close(ctx, 4000, "another message")
		}
		return err
	}
}

func newFuzzer() *fuzzer {
	return &fuzzer{count: "4", cases: map[string]func(context.Context, *websocket.Conn) error{
		"1": wantEcho(websocket.Text, []byte("grüße")),
		"2": wantEcho(websocket.Binary, bytes.Repeat([]byte("0123456789abcdef"), 1<<16)),
		"3": func(ctx context.Context, c *websocket.Conn) error { return c.Close(ctx, 3999, "the reason") },
		"4": func(_ context.Context, c *websocket.Conn) error { return c.CloseNow() },
	}}
}

func TestAutobahn(t *testing.T) {
	const agent = "my agent/1"
	for _, c := range []struct {
		name           string
		flags          []string
		count          string
		status         int
		stdout, stderr string
		log            string
	}{
		{
			name: "all cases", count: "4",
			stdout: "case 1 of 4: 1000 (normal closure)\ncase 2 of 4: 1000 (normal closure)\ncase 3 of 4: 3999\n" +
				"case 4 of 4: connection lost: unexpected EOF\n",
			log: "[/base/getCaseCount  my agent/1 /base/runCase 1 my agent/1 /base/runCase 2 my agent/1 " +
				"/base/runCase 3 my agent/1 /base/runCase 4 my agent/1 /base/updateReports  my agent/1]",
		},
		{
			name: "one case", flags: []string{"-case", "2"}, count: "4",
			stdout: "case 2 of 4: 1000 (normal closure)\n",
			log:    "[/base/getCaseCount  my agent/1 /base/runCase 2 my agent/1 /base/updateReports  my agent/1]",
		},
		{
			name: "no such case", flags: []string{"-case", "5"}, count: "4",
			status: exitFailed, stderr: "ws: there is no case 5, the last one is 4\n", log: "[/base/getCaseCount  my agent/1]",
		},
		{
			name: "no number", count: "many",
			status: exitFailed, stderr: "ws: the number of cases is \"many\"\n", log: "[/base/getCaseCount  my agent/1]",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFuzzer()
			f.count = c.count
			url := listen(t, f.serve)
			args := append([]string{"autobahn", "-url", url + "base", "-agent", agent}, c.flags...)
			start(t, args...).want(c.status, c.stdout, c.stderr)
			f.mu.Lock()
			defer f.mu.Unlock()
			if got := fmt.Sprint(f.log); got != c.log {
				t.Errorf("asked for %s\nwant %s", got, c.log)
			}
		})
	}
}

func TestAutobahnTakesLongMessages(t *testing.T) {
	f := &fuzzer{count: "1", cases: map[string]func(context.Context, *websocket.Conn) error{
		"1": func(ctx context.Context, c *websocket.Conn) error {
			// In frames: the echo is one message, too long for this end's limit.
			w, err := c.Writer(ctx, websocket.Binary)
			if err != nil {
				return err
			}
			for range 16 {
				w.Write(make([]byte, 1<<20))
			}
			go w.Close()
			_, _, err = c.Read(ctx)
			return err
		},
	}}
	start(t, "autobahn", "-url", listen(t, f.serve)+"base").
		want(0, "case 1 of 1: 1009 (message too big)\n", "")
}

func TestAutobahnInterrupted(t *testing.T) {
	running := make(chan struct{})
	ended := make(chan error, 1)
	f := &fuzzer{count: "1", cases: map[string]func(context.Context, *websocket.Conn) error{
		"1": func(ctx context.Context, c *websocket.Conn) error {
			close(running)
			_, _, err := c.Read(ctx)
			ended <- err
			return err
		},
	}}
	p := start(t, "autobahn", "-url", listen(t, f.serve)+"base")
	<-running
	p.signals <- os.Interrupt
	p.want(exitInterrupt, "", "")
	if err := <-ended; !errors.Is(err, websocket.ErrClosed) {
		t.Error(err)
	}
}
