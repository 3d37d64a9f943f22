//go:build unix

package main

import (
	"os"
	"strings"
	"testing"
)

func TestExec(t *testing.T) {
	_, address := serve(t)
	url := "ws://" + address + "/"
	t.Run("in order", func(t *testing.T) {
		connect(t, "one\ntwo\nthree\n", "-exec", `sed "s/^/$WS_TYPE: /"; echo`, url).
			want(0, "text: one\ntext: two\ntext: three\n", "")
	})
	t.Run("binary", func(t *testing.T) {
		connect(t, "\xff\n", "-binary", "-exec", `echo $WS_TYPE; od -An -tx1`, url).want(0, "binary\n ff\n", "")
	})
	t.Run("one fails", func(t *testing.T) {
		connect(t, "0\n7\n0\n", "-exec", `read status; echo done; exit $status`, url).
			want(exitFailed, "done\ndone\ndone\n", "ws: -exec: exit status 7\n")
	})
	t.Run("it leaves something running", func(t *testing.T) {
		connect(t, "one\n", "-exec", `sleep 5 & cat; echo`, url).want(0, "one\n", "")
	})
	t.Run("its stderr", func(t *testing.T) {
		connect(t, "oops\n", "-exec", `cat >&2`, url).want(0, "", "oops")
	})
}

// Ctrl-C kills the command that runs, with all that it has started, whether the
// connection is open or not.
func TestExecInterrupted(t *testing.T) {
	_, address := serve(t)
	for _, open := range []bool{true, false} {
		p := start(t, "connect", "-exec", "echo started; sleep 600 | cat", "ws://"+address+"/")
		p.say("one\ntwo\n")
		p.stdout.wait(t, "started\n")
		if !open {
			p.stdin.Close()
		}
		p.signals <- os.Interrupt
		p.want(exitInterrupt, "started\n", "")
	}
}

// At a terminal, what a command prints stands above the line.
func TestExecTerminal(t *testing.T) {
	_, address := serve(t)
	p := atTerminal(t, t.TempDir(), "connect", "-exec", "tr a-z A-Z", "ws://"+address+"/")
	p.types("hello" + keyEnter)
	p.sees("> hello\nHELLO\n>")
	p.types(keyCtrlD)
	p.ends(0)
	if strings.Contains(p.screen.String(), answer) {
		t.Errorf("%q", p.screen)
	}
}
