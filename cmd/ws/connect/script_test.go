package connect

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
	"github.com/seed372fb791/rfc6455/websocket"
)

// scripted answers what scripts send.
func scripted(ctx context.Context, c *websocket.Conn) error {
	for m, err := range c.Messages(ctx) {
		switch {
		case err != nil:
			return err
		case string(m.Data) == "bye":
			return c.Close(ctx, 4000, "bye")
		case string(m.Data) == "hush":
			continue
		}
		if err := c.Write(ctx, m.Type, m.Data); err != nil {
			return err
		}
	}
	return nil
}

func TestScript(t *testing.T) {
	url := wstest.Listen(t, scripted)
	for name, c := range map[string]struct {
		script, stderr string
		status         int
	}{
		"all words": {script: `
# a comment
timeout 20s
send "a \"quoted\" text"
expect "a \"quoted\" text"
	send binary 00 ff*3
expect binary 00 ffffff
send "number 17"
ping
expect /^number [0-9]+$/
send "{\"a\":[1,2.50],\"b\":null}"
expect json {"b": null, "a": [1, 2.5]}
close 1000 "done"
expect close 1000
`},
		"nothing":            {script: ""},
		"closed by the peer": {script: "send \"bye\"\nexpect close 4000"},
		"another text":       {script: "send \"a\"\n\nexpect \"b\"", status: 1, stderr: `line 3: expected "b", got "a"`},
		"another type":       {script: "send binary 61\nexpect \"a\"", status: 1, stderr: `line 2: expected "a", got binary 61`},
		"no match":           {script: "send \"a\"\nexpect /b/", status: 1, stderr: `line 2: expected text with /b/, got "a"`},
		"other JSON":         {script: "send \"[1]\"\nexpect json [2]", status: 1, stderr: `line 2: expected json [2], got "[1]"`},
		"nothing comes":      {script: "timeout 10ms\nsend \"hush\"\nexpect \"b\"", status: 1, stderr: `line 3: expected "b", got nothing within 10ms`},
		"the end":            {script: "send \"bye\"\nexpect \"b\"", status: 1, stderr: `line 2: expected "b", got the end: closed by the peer: 4000: "bye"`},
		"another code":       {script: "send \"bye\"\nexpect close 1000", status: 1, stderr: `line 2: expected close 1000, got the end: closed by the peer: 4000: "bye"`},
		"no end":             {script: "send \"a\"\nexpect close 1000", status: 1, stderr: `line 2: expected close 1000, got "a"`},
		"a code not for use": {script: "close 1006", status: 1, stderr: "line 1: 1006 (abnormal closure) is no close code to send"},
		"a long reason":      {script: "close 1000 \"a\"*124", status: 1, stderr: "line 1: the close reason has more than 123 bytes"},
		"a long message":     {script: "send \"a\"*300\nexpect \"b\"", status: 1, stderr: `line 2: expected "b", got "` + strings.Repeat("a", 100) + `" ... (300 bytes)`},
		"unknown word":       {script: "\nwait 5s", status: 1, stderr: `line 2: unknown word "wait"`},
		"bad quotes":         {script: `send "a`, status: 1, stderr: `line 1: "a: invalid syntax`},
		"no quotes":          {script: "send a", status: 1, stderr: `line 1: want a quoted "text" or binary and bytes in hex, not "a"`},
		"bad bytes":          {script: "send binary 0g", status: 1, stderr: "line 1: encoding/hex: invalid byte"},
		"bad expression":     {script: "expect /(/", status: 1, stderr: "line 1: error parsing regexp"},
		"bad JSON":           {script: "expect json {", status: 1, stderr: "line 1: not JSON"},
		"two values":         {script: "expect json 1 2", status: 1, stderr: "line 1: more than one JSON value"},
		"bad code":           {script: "close soon", status: 1, stderr: `line 1: want a close code such as 1000, not "soon"`},
		"bad time":           {script: "timeout 5", status: 1, stderr: "line 1: want a time such as 5s"},
		"words after ping":   {script: "ping twice", status: 1, stderr: `line 1: ping stands alone, without "twice"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "talk")
			if err := os.WriteFile(file, []byte(c.script), 0o600); err != nil {
				t.Fatal(err)
			}
			p := ws.Start(t, "connect", "-script", file, url)
			status, stderr := <-p.Ended, p.Stderr.String()
			lines := 1
			if c.stderr == "" {
				lines = 0
			}
			if status != c.status || !strings.Contains(stderr, c.stderr) || strings.Count(stderr, "\n") != lines || p.Stdout.String() != "" {
				t.Errorf("exit status %d, %q, want %d, %q", status, stderr, c.status, c.stderr)
			}
		})
	}
}

func TestScriptFromStdin(t *testing.T) {
	ws.Connect(t, "send \"a\"\nexpect \"a\"\n", "-script", "-", wstest.Listen(t, scripted)).Want(0, "", "")
}

func TestScriptInterrupted(t *testing.T) {
	url := wstest.Listen(t, scripted)
	p := ws.Start(t, "connect", "-frames", "-script", "-", url)
	p.Say("send \"hush\"\nexpect \"a\"\n")
	p.Stdin.Close()
	p.Stderr.Wait(t, "> FIN text")
	p.Signals <- syscall.SIGTERM
	if status := <-p.Ended; status != command.ExitTerminated {
		t.Errorf("exit status %d", status)
	}
}
