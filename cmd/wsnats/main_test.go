package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/internal/leak"
	"github.com/seed372fb791/rfc6455/websocket"
)

// asCommand has the tests' program be wsnats.
const asCommand = "WSNATS"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
	}
	os.Exit(leak.Run(m))
}

// patience bounds everything that a test waits for, against hanging.
const patience = 5 * time.Minute

// start starts wsnats demo. after returns what follows words in a line that it prints.
func start(t *testing.T, backplane string) (p *exec.Cmd, after func(words string) string) {
	t.Helper()
	p = exec.Command(os.Args[0], "demo", "-addr", "127.0.0.1:0", "-backplane", backplane)
	p.Env = append(os.Environ(), asCommand+"=1", "TMPDIR="+t.TempDir())
	p.Stderr = os.Stderr
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Process.Kill()
		p.Wait()
	})
	lines := bufio.NewScanner(out)
	return p, func(words string) string {
		t.Helper()
		for lines.Scan() {
			if rest, found := strings.CutPrefix(lines.Text(), words); found {
				return rest
			}
		}
		t.Fatalf("%q is not printed", words)
		return ""
	}
}

// join joins the chat at an address, and returns the connection.
func join(t *testing.T, url, name string) *websocket.Conn {
	t.Helper()
	c, _, err := client.Dial(t.Context(), "ws"+strings.TrimPrefix(url, "http")+"ws/chat", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.CloseNow() })
	if err := c.WriteText(t.Context(), fmt.Sprintf(`{"kind": "join", "room": "a", "name": %q}`, name)); err != nil {
		t.Fatal(err)
	}
	return c
}

// hear waits until a text is said.
func hear(t *testing.T, c *websocket.Conn, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		var m struct{ Kind, Text string }
		_, data, err := c.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatal(err)
		}
		if m.Kind == "said" && m.Text == text {
			return
		}
	}
}

// A process with the server in it, and one that joins by the URL that it prints, have one chat.
func TestTwoProcesses(t *testing.T) {
	p, first := start(t, "nats")
	broker := first("others join with -backplane ")
	ann := join(t, first("open "), "Ann")
	_, second := start(t, broker)
	ben := join(t, second("open "), "Ben")
	for i, c := range []*websocket.Conn{ann, ben} {
		text := fmt.Sprintf("number %d", i)
		if err := c.WriteText(t.Context(), fmt.Sprintf(`{"kind": "say", "id": "%d", "text": %q}`, i, text)); err != nil {
			t.Fatal(err)
		}
		hear(t, ann, text)
		hear(t, ben, text)
	}
	ann.CloseNow()
	temporary := strings.TrimPrefix(p.Env[len(p.Env)-1], "TMPDIR=")
	p.Process.Signal(os.Interrupt)
	if err := p.Wait(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
