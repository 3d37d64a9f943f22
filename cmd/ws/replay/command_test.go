package replay_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/connect"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
	"github.com/seed372fb791/rfc6455/cmd/ws/proxy"
	"github.com/seed372fb791/rfc6455/cmd/ws/replay"
	"github.com/seed372fb791/rfc6455/cmd/ws/serve"
	"github.com/seed372fb791/rfc6455/websocket"
)

// ws has the commands that the tests run.
var ws = wstest.New(replay.Command, connect.Command, proxy.Command, serve.Command)

// The same server replays green, another one red, over TLS too.
func TestReplay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hello")
	_, server := ws.Serve(t)
	ws.Record(t, file, server)
	const green = "replays green: 4 answers on 1 connection\n"
	ws.Start(t, "replay", file, "ws://"+server).Want(0, green, "")
	recording, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := ws.Start(t, "replay", "-", "ws://"+server)
	p.Say(string(recording))
	p.Stdin.Close()
	p.Want(0, green, "")
	_, secure := ws.Serve(t, "-tls-self-signed")
	ws.Start(t, "replay", "-insecure", file, "wss://"+secure).Want(0, green, "")

	loud := wstest.Listen(t, func(ctx context.Context, c *websocket.Conn) error {
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
	p = ws.Start(t, "replay", file, loud)
	p.WantStatus(command.ExitFailed)
	p.Stdout.Wait(t, `1 answer 2 differs: want text "hello", got text "HELLO"`+"\n")
	p.Stderr.Wait(t, "ws: 1 difference in 4 answers on 1 connection\n")
}

func TestReplayCannotRun(t *testing.T) {
	folder := t.TempDir()
	nothing, hour := filepath.Join(folder, "nothing"), filepath.Join(folder, "hour")
	for name, text := range map[string]string{nothing: "nothing\n", hour: "# ws transcript 1\n0 1 open\n3600 1 > end\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ws.Start(t, "replay", nothing, "ws://127.0.0.1:1").Want(command.ExitFailed, "",
		"ws: "+nothing+": no transcript: the first line is not \"# ws transcript 1\"\n")
	ws.Start(t, "replay", hour, "ws://127.0.0.1:1").Want(command.ExitFailed, "",
		"ws: dial tcp 127.0.0.1:1: connect: connection refused\n")
	_, server := ws.Serve(t)
	p := ws.Start(t, "replay", hour, "ws://"+server)
	p.Signals <- syscall.SIGTERM
	p.Want(command.ExitTerminated, "", "")
	p = ws.Start(t, "replay", "-", "ws://"+server) // whose recording does not come
	p.Signals <- syscall.SIGTERM
	p.Want(command.ExitTerminated, "", "")
	p.Stdin.Close()
}
