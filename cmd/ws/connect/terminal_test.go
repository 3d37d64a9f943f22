//go:build unix

package connect

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/connect/terminal"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
	"github.com/seed372fb791/rfc6455/cmd/ws/serve"
	"github.com/seed372fb791/rfc6455/websocket"
)

func TestTerminalEditing(t *testing.T) {
	_, address := ws.Serve(t)
	url := "ws://" + address + "/"
	for name, c := range map[string]struct{ keys, want string }{
		"a line":             {"hello", "hello"},
		"in the middle":      {"hllo" + strings.Repeat(wstest.KeyLeft, 3) + "e", "hello"},
		"at the beginning":   {"ello" + wstest.KeyHome + "h", "hello"},
		"at the end":         {"hell" + wstest.KeyHome + wstest.KeyEnd + "o", "hello"},
		"a word to the left": {"one two" + wstest.KeyCtrlLeft + "and ", "one and two"},
		"the rest deleted":   {"hello, you" + wstest.KeyCtrlLeft + wstest.KeyLeft + wstest.KeyLeft + "\x0b", "hello"},
		"a cleared screen":   {"helo" + wstest.KeyLeft + "\x0cl", "hello"},
		"a key too much":     {"helloo" + wstest.KeyBack, "hello"},
		"not ASCII":          {"grüße, 世界🎉x" + wstest.KeyBack + wstest.KeyBack + wstest.KeyLeft + "!", "grüße, 世!界"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := wstest.AtTerminal(t, t.TempDir(), "connect", url)
			p.Sees("ws: connected to " + url + "\n>")
			p.Types(c.keys)
			p.Sees("> " + c.want)
			p.Types(wstest.KeyEnter)
			p.Sees("> " + c.want + "\n< " + c.want + "\n>")
			p.Types(wstest.KeyCtrlD)
			p.Ends(0)
		})
	}
}

func TestTerminalLongLine(t *testing.T) {
	_, address := ws.Serve(t)
	p := wstest.AtTerminal(t, t.TempDir(), "connect", "ws://"+address+"/")
	long := strings.Repeat("0123456789", 12)
	p.Types(long + wstest.KeyHome + "x" + wstest.KeyEnter)
	wrapped := func(s string) string { return s[:40] + "\n" + s[40:80] + "\n" + s[80:120] + "\n" + s[120:] }
	p.Sees(wrapped("> x"+long) + "\n" + wrapped("< x"+long) + "\n>")
	p.Types(wstest.KeyCtrlD)
	p.Ends(0)
}

// What comes while a line is typed stands above it.
func TestTerminalMessageWhileTyping(t *testing.T) {
	proceed := make(chan bool)
	url := wstest.Listen(t, func(ctx context.Context, c *websocket.Conn) error {
		<-proceed
		c.WriteText(ctx, "first\x1b[2J\nsecond")
		c.Write(ctx, websocket.Binary, []byte{0, 255})
		return serve.Echo(c)
	})
	p := wstest.AtTerminal(t, t.TempDir(), "connect", url)
	p.Types("half a li")
	p.Sees("> half a li")
	proceed <- true
	p.Sees("< first\\x1b[2J\n  second\n< binary, 2 bytes: 00 ff\n> half a li")
	p.Types("ne" + wstest.KeyEnter)
	p.Sees("> half a line\n< half a line\n>")
	p.Resize(20)
	p.Types("a line of more than twenty")
	p.Sees("> a line of more tha\nn twenty")
	p.Resize(60)
	p.Sees("> a line of more than twenty")
	p.Types(wstest.KeyEnter + wstest.KeyCtrlD)
	p.Ends(0)
}

func TestTerminalHistory(t *testing.T) {
	_, address := ws.Serve(t)
	url, folder := "ws://"+address+"/", t.TempDir()
	p := wstest.AtTerminal(t, folder, "connect", url)
	p.Types("one" + wstest.KeyEnter + "two" + wstest.KeyEnter)
	p.Sees("< two\n>")
	p.Types(wstest.KeyUp + wstest.KeyUp + wstest.KeyEnter)
	p.Sees("> one\n< one\n>")
	p.Types(wstest.KeyCtrlD)
	p.Ends(0)
	file := filepath.Join(folder, "ws", "history")
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	p = wstest.AtTerminal(t, folder, "connect", url)
	p.Types(wstest.KeyUp + wstest.KeyUp + wstest.KeyEnter)
	p.Sees("> two\n< two\n>")
	p.Types(wstest.KeyCtrlD)
	p.Ends(0)
}

// A line that was deleted is no longer there when Ctrl-D comes right behind.
func TestTerminalEndOfLines(t *testing.T) {
	_, address := ws.Serve(t)
	p := wstest.AtTerminal(t, t.TempDir(), "connect", "ws://"+address+"/")
	p.Types("half a li")
	p.Sees("> half a li")
	p.Types("\x15" + wstest.KeyCtrlD)
	p.Ends(0)
	if got := wstest.Shows(p.Width, p.Screen.String()); strings.Contains(got, "half") {
		t.Errorf("the screen shows:\n%s", got)
	}
}

// Ctrl-D waits for no answer: a person has seen what came.
func TestTerminalEndsAtOnce(t *testing.T) {
	p := wstest.AtTerminal(t, t.TempDir(), "connect", wstest.Listen(t, mute))
	p.Types("hello" + wstest.KeyEnter)
	p.Sees("> hello\n>")
	p.Types(wstest.KeyCtrlD)
	p.Ends(0)
	if strings.Contains(p.Screen.String(), "answer") {
		t.Errorf("%q", p.Screen)
	}
}

func TestTerminalPaste(t *testing.T) {
	url := wstest.Listen(t, func(ctx context.Context, c *websocket.Conn) error {
		for _, want := range []string{"one", "two"} {
			if _, got, err := c.Read(ctx); string(got) != want || err != nil {
				t.Errorf("%q, %v, want %q", got, err, want)
			}
		}
		c.WriteText(ctx, "both")
		return serve.Echo(c)
	})
	p := wstest.AtTerminal(t, t.TempDir(), "connect", url)
	p.Sees(">")
	p.Types(wstest.PasteStart + "one\rtwo\rthr" + wstest.PasteEnd)
	p.Sees("> one\n> two\n< both\n> thr")
	p.Types("ee" + wstest.KeyEnter)
	p.Sees("< three\n>")
	p.Types(wstest.KeyCtrlD)
	p.Ends(0)
}

func TestTerminalRoundTrip(t *testing.T) {
	_, address := ws.Serve(t)
	p := wstest.AtTerminal(t, t.TempDir(), "connect", "-ping", "10ms", "ws://"+address+"/")
	p.Types("hello")
	late := time.After(wstest.Patience)
	for !regexp.MustCompile(`(?m)^ *[0-9.]+ms> hello$`).MatchString(wstest.Shows(p.Width, p.Screen.String())) {
		select {
		case <-p.Screen.Changed:
		case <-late:
			t.Fatalf("%q", p.Screen)
		}
	}
	p.Types(wstest.KeyEnter)
	p.Screen.Wait(t, terminal.Answer+"hello")
	p.Types(wstest.KeyCtrlD)
	p.Ends(0)
}

// The greeting ends with what was agreed.
func TestTerminalGreeting(t *testing.T) {
	_, address := ws.Serve(t, "-compress")
	url := "ws://" + address + "/"
	p := wstest.AtTerminal(t, t.TempDir(), "connect", "-compress", "-subprotocol", "chat", url)
	p.Screen.Wait(t, "ws: connected to "+url+", without a subprotocol, "+
		"permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n")
	p.Types(wstest.KeyCtrlD)
	p.Ends(0)
}

func TestTerminalColours(t *testing.T) {
	_, address := ws.Serve(t)
	ws := wstest.ForTerminal(t, t.TempDir(), "connect", "ws://"+address+"/")
	ws.Env = append(ws.Env, "NO_COLOR=")
	p := wstest.Type(t, ws)
	p.Screen.Wait(t, paint(noteColour, "ws: connected to ws://"+address+"/"))
	p.Types("hello" + wstest.KeyEnter)
	p.Screen.Wait(t, terminal.Answer+paint(textColour, "hello"))
	p.Types(wstest.KeyCtrlD)
	p.Ends(0)
}

func TestDumbTerminal(t *testing.T) {
	_, address := ws.Serve(t)
	ws := wstest.ForTerminal(t, t.TempDir(), "connect", "ws://"+address+"/")
	ws.Env = append(ws.Env, "TERM=dumb")
	p := wstest.Type(t, ws)
	p.Types("hello\n")
	p.Sees("hello\nhello")
	p.Types(wstest.KeyCtrlD)
	p.Ends(0)
	if strings.Contains(p.Screen.String(), "\x1b") {
		t.Errorf("%q", p.Screen)
	}
}
