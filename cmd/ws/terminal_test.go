//go:build unix

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"

	"github.com/seed372fb791/rfc6455/protocol"
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
	url := listen(t, func(ctx context.Context, c *protocol.Conn) error {
		<-proceed
		c.WriteText(ctx, "first\x1b[2J\nsecond")
		c.Write(ctx, protocol.Binary, []byte{0, 255})
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

func TestTerminalPaste(t *testing.T) {
	_, address := serve(t)
	p := atTerminal(t, t.TempDir(), "connect", "ws://"+address+"/")
	p.types(pasteStart + "one\rtwo\rthr" + pasteEnd)
	p.sees("< one\n< two\n> thr")
	p.types("ee" + keyEnter)
	p.sees("< three\n>")
	p.types(keyCtrlD)
	p.ends(0)
}

func TestTerminalInterrupted(t *testing.T) {
	t.Run("Ctrl-C in a line", func(t *testing.T) {
		ended := make(chan error, 1)
		p := atTerminal(t, t.TempDir(), "connect", listen(t, func(ctx context.Context, c *protocol.Conn) error {
			err := echo(c)
			ended <- err
			return err
		}))
		p.types("half a li")
		p.sees("> half a li")
		p.types(keyCtrlC)
		p.ends(exitInterrupt)
		if err := fmt.Sprint(<-ended); !strings.Contains(err, "1001") {
			t.Error(err)
		}
	})
	t.Run("Ctrl-C twice", func(t *testing.T) {
		p := atTerminal(t, t.TempDir(), "connect", listen(t, stuck))
		p.sees("< hello\n>")
		p.types(keyCtrlC + keyCtrlC)
		p.ends(exitInterrupt)
	})
	t.Run("Ctrl-C after Ctrl-D", func(t *testing.T) {
		p := atTerminal(t, t.TempDir(), "connect", listen(t, stuck))
		p.sees("< hello\n>")
		p.types(keyCtrlD + keyCtrlC + keyCtrlC)
		p.ends(exitInterrupt)
	})
	t.Run("SIGTERM", func(t *testing.T) {
		_, address := serve(t)
		p := atTerminal(t, t.TempDir(), "connect", "ws://"+address+"/")
		p.types("half a li")
		p.sees("> half a li")
		p.program.Process.Signal(syscall.SIGTERM)
		p.ends(exitTerminated)
	})
	t.Run("Ctrl-C while there is no server", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		p := atTerminal(t, t.TempDir(), "connect", "-reconnect", "ws://"+l.Addr().String()+"/")
		p.screen.wait(t, "; next attempt in ")
		p.types("queued" + keyEnter + "half a li")
		p.sees("> queued\n> half a li")
		p.types(keyCtrlC)
		p.ends(exitInterrupt)
	})
	t.Run("Ctrl-C while dialing", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		p := atTerminal(t, t.TempDir(), "connect", "ws://"+l.Addr().String()+"/")
		nc, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		p.types(keyCtrlC)
		p.ends(exitInterrupt)
	})
}

// The end of the connection is noticed without a key being pressed.
func TestTerminalServerGone(t *testing.T) {
	for name, c := range map[string]struct {
		sent   string
		status int
		last   string
	}{
		"closed":   {"\x88\x02\x03\xf0", exitClosed, "ws: closed by the peer: 1008 (policy violation)"},
		"vanished": {"", exitFailed, "ws: connection lost: unexpected EOF"},
	} {
		for _, typed := range []string{"", "half a li"} {
			t.Run(name+" "+typed, func(t *testing.T) {
				proceed := make(chan bool)
				p := atTerminal(t, t.TempDir(), "connect", rawServer(t, func(nc net.Conn) {
					<-proceed
					io.WriteString(nc, c.sent)
				}))
				p.resize(60)
				p.types(typed)
				p.sees(strings.TrimSpace("> " + typed))
				close(proceed)
				row := ""
				if typed != "" {
					row = "> " + typed + "\n"
				}
				p.sees(row + c.last)
				p.ends(c.status)
			})
		}
	}
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

// A bug must not leave a terminal that its user cannot type at.
func TestTerminalPanic(t *testing.T) {
	t.Setenv("TERM", "xterm")
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	keys, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	defer keys.Close()
	before, _ := term.GetState(int(tty.Fd()))
	s := newScreen(environment{stdin: tty, stdout: tty, stderr: tty, typed: true, shown: true, noted: true}, looks{})
	if err := s.enter(); err != nil {
		t.Fatal(err)
	}
	raw, _ := term.GetState(int(tty.Fd()))
	func() {
		defer func() {
			if got := recover(); got != "oops" {
				t.Errorf("recovered %v", got)
			}
		}()
		s.careful(func() { panic("oops") })
	}()
	after, _ := term.GetState(int(tty.Fd()))
	if reflect.DeepEqual(raw, before) || !reflect.DeepEqual(after, before) {
		t.Errorf("before %v, in between %v, after %v", before, raw, after)
	}
}
