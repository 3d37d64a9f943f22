//go:build unix

package connect

import (
	"os"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/connect/terminal"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
)

func TestExec(t *testing.T) {
	_, address := ws.Serve(t)
	url := "ws://" + address + "/"
	t.Run("in order", func(t *testing.T) {
		ws.Connect(t, "one\ntwo\nthree\n", "-exec", `sed "s/^/$WS_TYPE: /"; echo`, url).
			Want(0, "text: one\ntext: two\ntext: three\n", "")
	})
	t.Run("binary", func(t *testing.T) {
		ws.Connect(t, "\xff\n", "-binary", "-exec", `echo $WS_TYPE; od -An -tx1`, url).Want(0, "binary\n ff\n", "")
	})
	t.Run("one fails", func(t *testing.T) {
		ws.Connect(t, "0\n7\n0\n", "-exec", `read status; echo done; exit $status`, url).
			Want(command.ExitFailed, "done\ndone\ndone\n", "ws: -exec: exit status 7\n")
	})
	t.Run("it leaves something running", func(t *testing.T) {
		ws.Connect(t, "one\n", "-exec", `sleep 5 & cat; echo`, url).Want(0, "one\n", "")
	})
	t.Run("for a number of messages", func(t *testing.T) {
		ws.Start(t, "connect", "-n", "2", "-exec", "cat; echo", wstest.Listen(t, counter(5))).Want(0, "0\n1\n", "")
	})
	t.Run("its stderr", func(t *testing.T) {
		ws.Connect(t, "oops\n", "-exec", `cat >&2`, url).Want(0, "", "oops")
	})
}

// Ctrl-C kills the command that runs, with all that it has started, whether the
// connection is open or not.
func TestExecInterrupted(t *testing.T) {
	_, address := ws.Serve(t)
	for _, open := range []bool{true, false} {
		p := ws.Start(t, "connect", "-exec", "echo started; sleep 600 | cat", "ws://"+address+"/")
		p.Say("one\ntwo\n")
		p.Stdout.Wait(t, "started\n")
		if !open {
			p.Stdin.Close()
		}
		p.Signals <- os.Interrupt
		p.Want(command.ExitInterrupt, "started\n", "")
	}
}

// At a terminal, what a command prints stands above the line.
func TestExecTerminal(t *testing.T) {
	_, address := ws.Serve(t)
	p := wstest.AtTerminal(t, t.TempDir(), "connect", "-exec", "tr a-z A-Z", "ws://"+address+"/")
	p.Types("hello" + wstest.KeyEnter)
	p.Sees("> hello\nHELLO\n>")
	p.Types(wstest.KeyCtrlD)
	p.Ends(0)
	if strings.Contains(p.Screen.String(), terminal.Answer) {
		t.Errorf("%q", p.Screen)
	}
}
