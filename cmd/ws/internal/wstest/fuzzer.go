package wstest

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"sync"

	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Fuzzer plays the fuzzing server of the Autobahn suite with cases of its own.
type Fuzzer struct {
	Count    string
	Cases    map[string]func(context.Context, *websocket.Conn) error
	Statuses map[string]string // what is thought of cases, OK of those that are not in it

	Mu  sync.Mutex
	Log []string // what was asked for
}

func (f *Fuzzer) Serve(ctx context.Context, c *websocket.Conn) error {
	u := server.Request(ctx).URL
	f.Mu.Lock()
	f.Log = append(f.Log, fmt.Sprintf("%s %s %s", u.Path, u.Query().Get("case"), u.Query().Get("agent")))
	f.Mu.Unlock()
	switch u.Path {
	case "/base/getCaseCount":
		c.WriteText(ctx, f.Count)
	case "/base/getCaseStatus":
		c.WriteText(ctx, cmp.Or(f.Statuses[u.Query().Get("case")], `{"behavior": "OK"}`))
	case "/base/runCase":
		return f.Cases[u.Query().Get("case")](ctx, c)
	}
	return nil
}

// WantEcho is a case that sends a message, wants it back and closes.
func WantEcho(typ websocket.Type, p []byte) func(context.Context, *websocket.Conn) error {
	return func(ctx context.Context, c *websocket.Conn) error {
		go c.Write(ctx, typ, p)
		got, q, err := c.Read(ctx)
		if err == nil && (got != typ || !bytes.Equal(p, q)) {
			return c.Close(ctx, 4000, "another message")
		}
		return err
	}
}

func NewFuzzer() *Fuzzer {
	return &Fuzzer{Count: "4", Cases: map[string]func(context.Context, *websocket.Conn) error{
		"1": WantEcho(websocket.Text, []byte("grüße")),
		"2": WantEcho(websocket.Binary, bytes.Repeat([]byte("0123456789abcdef"), 1<<16)),
		"3": func(ctx context.Context, c *websocket.Conn) error { return c.Close(ctx, 3999, "the reason") },
		"4": func(_ context.Context, c *websocket.Conn) error { return c.CloseNow() },
	}}
}
