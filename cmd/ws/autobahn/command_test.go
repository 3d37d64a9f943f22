package autobahn

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

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
			status: command.ExitFailed, stderr: "ws: there is no case 5, the last one is 4\n", log: "[/base/getCaseCount  my agent/1]",
		},
		{
			name: "no number", count: "many",
			status: command.ExitFailed, stderr: "ws: the number of cases is \"many\"\n", log: "[/base/getCaseCount  my agent/1]",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := wstest.NewFuzzer()
			f.Count = c.count
			url := wstest.Listen(t, f.Serve)
			args := append([]string{"autobahn", "-url", url + "base", "-agent", agent}, c.flags...)
			ws.Start(t, args...).Want(c.status, c.stdout, c.stderr)
			f.Mu.Lock()
			defer f.Mu.Unlock()
			if got := fmt.Sprint(f.Log); got != c.log {
				t.Errorf("asked for %s\nwant %s", got, c.log)
			}
		})
	}
}

func TestAutobahnTakesLongMessages(t *testing.T) {
	f := &wstest.Fuzzer{Count: "1", Cases: map[string]func(context.Context, *websocket.Conn) error{
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
	ws.Start(t, "autobahn", "-url", wstest.Listen(t, f.Serve)+"base").
		Want(0, "case 1 of 1: 1009 (message too big)\n", "")
}

func TestAutobahnInterrupted(t *testing.T) {
	running := make(chan struct{})
	ended := make(chan error, 1)
	f := &wstest.Fuzzer{Count: "1", Cases: map[string]func(context.Context, *websocket.Conn) error{
		"1": func(ctx context.Context, c *websocket.Conn) error {
			close(running)
			_, _, err := c.Read(ctx)
			ended <- err
			return err
		},
	}}
	p := ws.Start(t, "autobahn", "-url", wstest.Listen(t, f.Serve)+"base")
	<-running
	p.Signals <- os.Interrupt
	p.Want(command.ExitInterrupt, "", "")
	if err := <-ended; !errors.Is(err, websocket.ErrClosed) {
		t.Error(err)
	}
}

func TestAutobahnCompressed(t *testing.T) {
	var accepted []websocket.CompressedStats
	url := listenCompressed(t, &wstest.Fuzzer{Count: "1", Cases: map[string]func(context.Context, *websocket.Conn) error{
		"1": func(ctx context.Context, c *websocket.Conn) error {
			err := wstest.WantEcho(websocket.Text, []byte(wstest.LongLine))(ctx, c)
			accepted = append(accepted, c.Stats().Inflated, c.Stats().Deflated)
			return err
		},
	}})
	ws.Start(t, "autobahn", "-compress", "-url", url+"base").Want(0, "case 1 of 1: 1000 (normal closure)\n", "")
	for _, s := range accepted {
		if s.Messages != 1 || s.Wire >= s.Contents {
			t.Errorf("%+v, want one compressed message", s)
		}
	}
	if len(accepted) != 2 {
		t.Error("the case was not run")
	}
}

// listenCompressed is listen for a server that agrees to compression.
func listenCompressed(t *testing.T, f *wstest.Fuzzer) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server.Server{Handle: f.Serve}
	s.Options.Compression.Mode = websocket.ContextTakeover
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return "ws://" + l.Addr().String() + "/"
}
