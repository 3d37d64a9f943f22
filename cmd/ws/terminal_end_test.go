//go:build unix

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"golang.org/x/term"

	"github.com/seed372fb791/rfc6455/websocket"
)

func TestTerminalInterrupted(t *testing.T) {
	t.Run("Ctrl-C in a line", func(t *testing.T) {
		ended := make(chan error, 1)
		p := atTerminal(t, t.TempDir(), "connect", listen(t, func(ctx context.Context, c *websocket.Conn) error {
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
		p.sees("> half a li")
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
