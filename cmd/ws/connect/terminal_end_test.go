//go:build unix

package connect

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

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
	"github.com/seed372fb791/rfc6455/cmd/ws/serve"
	"github.com/seed372fb791/rfc6455/websocket"
)

func TestTerminalInterrupted(t *testing.T) {
	t.Run("Ctrl-C in a line", func(t *testing.T) {
		ended := make(chan error, 1)
		p := wstest.AtTerminal(t, t.TempDir(), "connect", wstest.Listen(t, func(ctx context.Context, c *websocket.Conn) error {
			err := serve.Echo(c)
			ended <- err
			return err
		}))
		p.Types("half a li")
		p.Sees("> half a li")
		p.Types(wstest.KeyCtrlC)
		p.Ends(command.ExitInterrupt)
		if err := fmt.Sprint(<-ended); !strings.Contains(err, "1001") {
			t.Error(err)
		}
	})
	t.Run("Ctrl-C twice", func(t *testing.T) {
		p := wstest.AtTerminal(t, t.TempDir(), "connect", wstest.Listen(t, stuck))
		p.Sees("< hello\n>")
		p.Types(wstest.KeyCtrlC + wstest.KeyCtrlC)
		p.Ends(command.ExitInterrupt)
	})
	t.Run("Ctrl-C after Ctrl-D", func(t *testing.T) {
		p := wstest.AtTerminal(t, t.TempDir(), "connect", wstest.Listen(t, stuck))
		p.Sees("< hello\n>")
		p.Types(wstest.KeyCtrlD + wstest.KeyCtrlC + wstest.KeyCtrlC)
		p.Ends(command.ExitInterrupt)
	})
	t.Run("SIGTERM", func(t *testing.T) {
		_, address := ws.Serve(t)
		p := wstest.AtTerminal(t, t.TempDir(), "connect", "ws://"+address+"/")
		p.Types("half a li")
		p.Sees("> half a li")
		p.Program.Process.Signal(syscall.SIGTERM)
		p.Ends(command.ExitTerminated)
	})
	t.Run("Ctrl-C while there is no server", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		p := wstest.AtTerminal(t, t.TempDir(), "connect", "-reconnect", "ws://"+l.Addr().String()+"/")
		p.Screen.Wait(t, "; next attempt in ")
		p.Types("queued" + wstest.KeyEnter + "half a li")
		p.Sees("> half a li")
		p.Types(wstest.KeyCtrlC)
		p.Ends(command.ExitInterrupt)
	})
	t.Run("Ctrl-C while dialing", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		p := wstest.AtTerminal(t, t.TempDir(), "connect", "ws://"+l.Addr().String()+"/")
		nc, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		p.Types(wstest.KeyCtrlC)
		p.Ends(command.ExitInterrupt)
	})
}

// The end of the connection is noticed without a key being pressed.
func TestTerminalServerGone(t *testing.T) {
	for name, c := range map[string]struct {
		sent   string
		status int
		last   string
	}{
		"closed":   {"\x88\x02\x03\xf0", command.ExitClosed, "ws: closed by the peer: 1008 (policy violation)"},
		"vanished": {"", command.ExitFailed, "ws: connection lost: unexpected EOF"},
	} {
		for _, typed := range []string{"", "half a li"} {
			t.Run(name+" "+typed, func(t *testing.T) {
				proceed := make(chan bool)
				p := wstest.AtTerminal(t, t.TempDir(), "connect", rawServer(t, func(nc net.Conn) {
					<-proceed
					io.WriteString(nc, c.sent)
				}))
				p.Resize(60)
				p.Types(typed)
				p.Sees(strings.TrimSpace("> " + typed))
				close(proceed)
				row := ""
				if typed != "" {
					row = "> " + typed + "\n"
				}
				p.Sees(row + c.last)
				p.Ends(c.status)
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
	s := newScreen(command.Environment{Stdin: tty, Stdout: tty, Stderr: tty, Typed: true, Shown: true, Noted: true}, new(flags))
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
