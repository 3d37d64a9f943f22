//go:build unix

package report

import (
	"bufio"
	"os"
	"path/filepath"
	"testing"

	"github.com/creack/pty"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

func TestProgress(t *testing.T) {
	ptmx, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer ptmx.Close()
	defer tty.Close()
	if err := pty.Setsize(tty, &pty.Winsize{Rows: 10, Cols: 40}); err != nil {
		t.Fatal(err)
	}
	p := NewProgress(tty, "ws://x/\x1b", 20)
	p.Add(&verdict.Result{Verdict: verdict.Pass})
	p.Add(&verdict.Result{Verdict: verdict.Fail})
	p.End()
	tty.WriteString("\n")
	got, err := bufio.NewReader(ptmx).ReadString('\n')
	if want := eraseLine + `1 of 20 cases, ws://x/\x1b: 1 pass` + eraseLine + `2 of 20 cases, ws://x/\x1b: 1 pass, 1…` + eraseLine + "\r\n"; got != want || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// A file gets no line that moves.
func TestProgressNoTerminal(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p := NewProgress(f, "x", 1)
	p.Add(&verdict.Result{Verdict: verdict.Pass})
	p.End()
	if b, err := os.ReadFile(f.Name()); len(b) > 0 || err != nil {
		t.Errorf("got %q, %v", b, err)
	}
}
