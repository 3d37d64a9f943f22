//go:build unix

package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

func TestTerminalEditing(t *testing.T) {
	_, address := serve(t)
	url := "ws://" + address + "/"
	for name, c := range map[string]struct{ keys, want string }{
		"a line":             {"hello", "hello"},
		"in the middle":      {"hllo" + strings.Repeat(keyLeft, 3) + "e", "hello"},
		"at the beginning":   {"ello" + keyHome + "h", "hello"},
		"at the end":         {"hell" + keyHome + keyEnd + "o", "hello"},
		"a word to the left": {"one two" + keyCtrlLeft + "and ", "one and two"},
		"the rest deleted":   {"hello, you" + keyCtrlLeft + keyLeft + keyLeft + "\x0b", "hello"},
		"a cleared screen":   {"helo" + keyLeft + "\x0cl", "hello"},
		"a key too much":     {"helloo" + keyBack, "hello"},
		"not ASCII":          {"grüße, 世界🎉x" + keyBack + keyBack + keyLeft + "!", "grüße, 世!界"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := atTerminal(t, t.TempDir(), "connect", url)
			p.sees("ws: connected to " + url + "\n>")
			p.types(c.keys)
			p.sees("> " + c.want)
			p.types(keyEnter)
			p.sees("> " + c.want + "\n< " + c.want + "\n>")
			p.types(keyCtrlD)
			p.ends(0)
		})
	}
}

func TestTerminalLongLine(t *testing.T) {
	_, address := serve(t)
	p := atTerminal(t, t.TempDir(), "connect", "ws://"+address+"/")
	long := strings.Repeat("0123456789", 12)
	p.types(long + keyHome + "x" + keyEnter)
	wrapped := func(s string) string { return s[:40] + "\n" + s[40:80] + "\n" + s[80:120] + "\n" + s[120:] }
	p.sees(wrapped("> x"+long) + "\n" + wrapped("< x"+long) + "\n>")
	p.types(keyCtrlD)
	p.ends(0)
}

// What comes while a line is typed stands above it.
func TestTerminalMessageWhileTyping(t *testing.T) {
	proceed := make(chan bool)
	url := listen(t, func(ctx context.Context, c *websocket.Conn) error {
		<-proceed
		c.WriteText(ctx, "first\x1b[2J\nsecond")
		c.Write(ctx, websocket.Binary, []byte{0, 255})
		return echo(c)
	})
	p := atTerminal(t, t.TempDir(), "connect", url)
	p.types("half a li")
	p.sees("> half a li")
	proceed <- true
	p.sees("< first\\x1b[2J\n  second\n< binary, 2 bytes: 00 ff\n> half a li")
	p.types("ne" + keyEnter)
	p.sees("> half a line\n< half a line\n>")
	p.resize(20)
	p.types("a line of more than twenty")
	p.sees("> a line of more tha\nn twenty")
	p.resize(60)
	p.sees("> a line of more than twenty")
	p.types(keyEnter + keyCtrlD)
	p.ends(0)
}

func TestTerminalHistory(t *testing.T) {
	_, address := serve(t)
	url, folder := "ws://"+address+"/", t.TempDir()
	p := atTerminal(t, folder, "connect", url)
	p.types("one" + keyEnter + "two" + keyEnter)
	p.sees("< two\n>")
	p.types(keyUp + keyUp + keyEnter)
	p.sees("> one\n< one\n>")
	p.types(keyCtrlD)
	p.ends(0)
	file := filepath.Join(folder, "ws", "history")
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	p = atTerminal(t, folder, "connect", url)
	p.types(keyUp + keyUp + keyEnter)
	p.sees("> two\n< two\n>")
	p.types(keyCtrlD)
	p.ends(0)
}

// A line that was deleted is no longer there when Ctrl-D comes right behind.
func TestTerminalEndOfLines(t *testing.T) {
	_, address := serve(t)
	p := atTerminal(t, t.TempDir(), "connect", "ws://"+address+"/")
	p.types("half a li")
	p.sees("> half a li")
	p.types("\x15" + keyCtrlD)
	p.ends(0)
	if got := shows(p.width, p.screen.String()); strings.Contains(got, "half") {
		t.Errorf("the screen shows:\n%s", got)
	}
}

func TestTerminalPaste(t *testing.T) {
	url := listen(t, func(ctx context.Context, c *websocket.Conn) error {
		for _, want := range []string{"one", "two"} {
			if _, got, err := c.Read(ctx); string(got) != want || err != nil {
				t.Errorf("%q, %v, want %q", got, err, want)
			}
		}
		c.WriteText(ctx, "both")
		return echo(c)
	})
	p := atTerminal(t, t.TempDir(), "connect", url)
	p.sees(">")
	p.types(pasteStart + "one\rtwo\rthr" + pasteEnd)
	p.sees("> one\n> two\n< both\n> thr")
	p.types("ee" + keyEnter)
	p.sees("< three\n>")
	p.types(keyCtrlD)
	p.ends(0)
}

func TestTerminalRoundTrip(t *testing.T) {
	_, address := serve(t)
	p := atTerminal(t, t.TempDir(), "connect", "-ping", "10ms", "ws://"+address+"/")
	p.types("hello")
	late := time.After(testPatience)
	for !regexp.MustCompile(`(?m)^ *[0-9.]+ms> hello$`).MatchString(shows(p.width, p.screen.String())) {
		select {
		case <-p.screen.changed:
		case <-late:
			t.Fatalf("%q", p.screen)
		}
	}
	p.types(keyEnter)
	p.screen.wait(t, answer+"hello")
	p.types(keyCtrlD)
	p.ends(0)
}

// The greeting ends with what was agreed.
func TestTerminalGreeting(t *testing.T) {
	_, address := serve(t, "-compress")
	url := "ws://" + address + "/"
	p := atTerminal(t, t.TempDir(), "connect", "-compress", "-subprotocol", "chat", url)
	p.screen.wait(t, "ws: connected to "+url+", without a subprotocol, "+
		"permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n")
	p.types(keyCtrlD)
	p.ends(0)
}

func TestTerminalColours(t *testing.T) {
	_, address := serve(t)
	ws := wsFor(t, t.TempDir(), "connect", "ws://"+address+"/")
	ws.Env = append(ws.Env, "NO_COLOR=")
	p := startTyping(t, ws)
	p.screen.wait(t, paint(noteColour, "ws: connected to ws://"+address+"/"))
	p.types("hello" + keyEnter)
	p.screen.wait(t, answer+paint(textColour, "hello"))
	p.types(keyCtrlD)
	p.ends(0)
}

func TestDumbTerminal(t *testing.T) {
	_, address := serve(t)
	ws := wsFor(t, t.TempDir(), "connect", "ws://"+address+"/")
	ws.Env = append(ws.Env, "TERM=dumb")
	p := startTyping(t, ws)
	p.types("hello\n")
	p.sees("hello\nhello")
	p.types(keyCtrlD)
	p.ends(0)
	if strings.Contains(p.screen.String(), "\x1b") {
		t.Errorf("%q", p.screen)
	}
}
