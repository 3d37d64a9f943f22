package autobahn

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

const fourCases = "case 1 of 4: OK, 1000 (normal closure)\ncase 2 of 4: OK, 1000 (normal closure)\ncase 3 of 4: OK, 3999\n" +
	"case 4 of 4: OK, connection lost: unexpected EOF\n"

// autobahnRuns are what the fuzzing server says, and what ws autobahn makes of it.
var autobahnRuns = []struct {
	name           string
	flags          []string
	count          string
	statuses       map[string]string
	status         int
	stdout, stderr string
	log            string // without those for the count
}{
	{
		name: "all cases", count: "4",
		stdout: fourCases + "cases: 4 (4 OK)\n",
		log:    "run 1, status 1, run 2, status 2, run 3, status 3, run 4, status 4, report",
	},
	{
		name: "one case", flags: []string{"-case", "2"}, count: "4",
		stdout: "case 2 of 4: OK, 1000 (normal closure)\ncases: 1 (1 OK)\n",
		log:    "run 2, status 2, report",
	},
	{
		name: "other verdicts that pass", count: "3",
		statuses: map[string]string{"1": `{"behavior": "NON-STRICT"}`, "2": `{"behavior": "INFORMATIONAL"}`, "3": `{"behavior":"UNIMPLEMENTED"}`},
		stdout: "case 1 of 3: NON-STRICT, 1000 (normal closure)\ncase 2 of 3: INFORMATIONAL, 1000 (normal closure)\ncase 3 of 3: UNIMPLEMENTED, 3999\n" +
			"cases: 3 (1 NON-STRICT, 1 INFORMATIONAL, 1 UNIMPLEMENTED)\n",
		log: "run 1, status 1, run 2, status 2, run 3, status 3, report",
	},
	{
		name: "one has failed", count: "2", statuses: map[string]string{"1": `{"behavior": "FAILED"}`},
		status: command.ExitFailed,
		stdout: "case 1 of 2: FAILED, 1000 (normal closure)\ncase 2 of 2: OK, 1000 (normal closure)\ncases: 2 (1 FAILED, 1 OK)\n",
		stderr: "ws: case 1 has not passed\n",
		log:    "run 1, status 1, run 2, status 2, report",
	},
	{
		name: "two have not passed", count: "2", statuses: map[string]string{"1": `{"behavior": "UNCLEAN"}`, "2": `{"behavior": "FAILED"}`},
		status: command.ExitFailed,
		stdout: "case 1 of 2: UNCLEAN, 1000 (normal closure)\ncase 2 of 2: FAILED, 1000 (normal closure)\ncases: 2 (1 UNCLEAN, 1 FAILED)\n",
		stderr: "ws: 2 cases have not passed: 1, 2\n",
		log:    "run 1, status 1, run 2, status 2, report",
	},
	{
		name: "no verdict", count: "3", statuses: map[string]string{"1": `{"behavior": "FAILED"}`, "2": "\x1b[31m"},
		status: command.ExitFailed,
		stdout: "case 1 of 3: FAILED, 1000 (normal closure)\ncases: 1 (1 FAILED)\n",
		stderr: "ws: case 1 has not passed; case 2: what the server thinks of it is \"\\x1b[31m\"\n",
		log:    "run 1, status 1, run 2, status 2",
	},
	{
		name: "a verdict that is none", count: "1", statuses: map[string]string{"1": `{"behavior": "\u001b[31m"}`},
		status: command.ExitFailed, stdout: "cases: 0\n",
		stderr: "ws: case 1: what the server thinks of it is \"{\\\"behavior\\\": \\\"\\\\u001b[31m\\\"}\"\n",
		log:    "run 1, status 1",
	},
	{
		name: "no such case", flags: []string{"-case", "5"}, count: "4",
		status: command.ExitFailed, stderr: "ws: there is no case 5, the last one is 4\n",
	},
	{
		name: "no number", count: "many",
		status: command.ExitFailed, stderr: "ws: the number of cases is \"many\"\n",
	},
	{name: "no cases", count: "0", stdout: "cases: 0\n", log: "report"},
}

func TestAutobahn(t *testing.T) {
	for _, c := range autobahnRuns {
		t.Run(c.name, func(t *testing.T) {
			f := wstest.NewFuzzer()
			f.Count, f.Statuses = c.count, c.statuses
			url := wstest.Listen(t, f.Serve)
			args := append([]string{"autobahn", "-url", url + "base", "-agent", "my agent/1"}, c.flags...)
			ws.Start(t, args...).Want(c.status, c.stdout, c.stderr)
			f.Mu.Lock()
			defer f.Mu.Unlock()
			if got, want := f.Log, asked(c.log); !slices.Equal(got, want) {
				t.Errorf("asked for %q\nwant %q", got, want)
			}
		})
	}
}

// asked returns what a Fuzzer logs that was asked for its count and what log says.
func asked(log string) []string {
	all := []string{"/base/getCaseCount  my agent/1"}
	for what := range strings.SplitSeq(log, ", ") {
		what, number, _ := strings.Cut(what, " ")
		if name := map[string]string{"run": "runCase", "status": "getCaseStatus", "report": "updateReports"}[what]; name != "" {
			all = append(all, fmt.Sprintf("/base/%s %s my agent/1", name, number))
		}
	}
	return all
}

// A case that takes too long is cut, the others are run.
func TestAutobahnCutsCases(t *testing.T) {
	f := wstest.NewFuzzer()
	f.Count = "2"
	f.Cases["1"] = func(ctx context.Context, c *websocket.Conn) error {
		_, _, err := c.Read(ctx)
		return err
	}
	f.Cases["2"] = f.Cases["3"]
	p := ws.Start(t, "autobahn", "-timeout", "50ms", "-url", wstest.Listen(t, f.Serve)+"base")
	p.WantStatus(command.ExitFailed)
	p.Stdout.Wait(t, "case 1 of 2: CUT, after 50ms\ncase 2 of 2: ") // which a busy machine may cut too
	p.Stderr.Wait(t, "not passed")
}

// A server that goes while cases are run is no success.
func TestAutobahnServerGoes(t *testing.T) {
	f := &wstest.Fuzzer{Count: "2", Cases: map[string]func(context.Context, *websocket.Conn) error{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server.Server{Handle: f.Serve}
	f.Cases["1"] = func(context.Context, *websocket.Conn) error { return s.Close() }
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	p := ws.Start(t, "autobahn", "-url", "ws://"+l.Addr().String()+"/base")
	p.WantStatus(command.ExitFailed)
	p.Stderr.Wait(t, "ws: case 1: the server does not say what it thinks of it: ")
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
		Want(0, "case 1 of 1: OK, 1009 (message too big)\ncases: 1 (1 OK)\n", "")
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
	p.Want(command.ExitInterrupt, "cases: 0\n", "")
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
	ws.Start(t, "autobahn", "-compress", "-url", url+"base").Want(0, "case 1 of 1: OK, 1000 (normal closure)\ncases: 1 (1 OK)\n", "")
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
