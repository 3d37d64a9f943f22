package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/seed372fb791/rfc6455/websocket"
)

// record has a client say hello to a server, and writes that to a file.
func record(t testing.TB, file, server string) {
	t.Helper()
	p, address := startProxy(t, "-to", "ws://"+server, "-record", file)
	connect(t, "hello\n", "ws://"+address).want(0, "hello\n", "")
	p.stdout.wait(t, "1 > end")
	p.signals <- os.Interrupt
	p.wantStatus(0)
}

// The same server replays green, another one red, over TLS too.
func TestReplay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hello")
	_, server := serve(t)
	record(t, file, server)
	const green = "replays green: 4 answers on 1 connection\n"
	start(t, "replay", file, "ws://"+server).want(0, green, "")
	_, secure := serve(t, "-tls-self-signed")
	start(t, "replay", "-insecure", file, "wss://"+secure).want(0, green, "")

	loud := listen(t, func(ctx context.Context, c *websocket.Conn) error {
		for m, err := range c.Messages(ctx) {
			if err != nil {
				return err
			}
			if err := c.WriteText(ctx, strings.ToUpper(string(m.Data))); err != nil {
				return err
			}
		}
		return nil
	})
	p := start(t, "replay", file, loud)
	p.wantStatus(exitFailed)
	p.stdout.wait(t, `1 answer 2: want text "hello", got text "HELLO"`+"\n")
	p.stderr.wait(t, "ws: 1 difference in 4 answers on 1 connection\n")
}

func TestReplayCannotRun(t *testing.T) {
	folder := t.TempDir()
	nothing, hour := filepath.Join(folder, "nothing"), filepath.Join(folder, "hour")
	for name, text := range map[string]string{nothing: "nothing\n", hour: "# ws transcript 1\n0 1 open\n3600 1 > end\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	start(t, "replay", nothing, "ws://127.0.0.1:1").want(exitFailed, "",
		"ws: "+nothing+": no transcript: the first line is not \"# ws transcript 1\"\n")
	start(t, "replay", hour, "ws://127.0.0.1:1").want(exitFailed, "",
		"ws: dial tcp 127.0.0.1:1: connect: connection refused\n")
	_, server := serve(t)
	p := start(t, "replay", hour, "ws://"+server)
	p.signals <- syscall.SIGTERM
	p.want(exitTerminated, "", "")
}
