//go:build unix

package wstest

import (
	"io"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"
)

// Typist is a person at a terminal that runs ws.
type Typist struct {
	t       *testing.T
	tty     *os.File // what ws sees
	keys    *os.File
	Screen  *Output
	Width   int
	before  *term.State
	Program *exec.Cmd
}

// AtTerminal runs ws at a terminal with 40 columns. Its cache is in folder.
func AtTerminal(t *testing.T, folder string, args ...string) *Typist {
	t.Helper()
	return Type(t, ForTerminal(t, folder, args...))
}

// ForTerminal returns a run of ws for a terminal without colours.
func ForTerminal(t *testing.T, folder string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := exec.CommandContext(t.Context(), self, args...)
	program.Env = append(os.Environ(), runAsWS+"=1", "GORACE=atexit_sleep_ms=0", "TERM=xterm", "NO_COLOR=1", "HOME="+folder, "XDG_CACHE_HOME="+folder)
	return program
}

// Type starts a program at a terminal.
func Type(t *testing.T, program *exec.Cmd) *Typist {
	t.Helper()
	keys, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	p := &Typist{t: t, tty: tty, keys: keys, Screen: NewOutput(), Width: 40, Program: program}
	p.Resize(p.Width)
	if p.before, err = term.GetState(int(tty.Fd())); err != nil {
		t.Fatal(err)
	}
	program.Stdin, program.Stdout, program.Stderr = tty, tty, tty
	program.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan bool)
	go func() {
		io.Copy(p.Screen, keys)
		close(read)
	}()
	t.Cleanup(func() {
		program.Process.Kill()
		program.Wait()
		tty.Close()
		<-read
		keys.Close()
	})
	return p
}

func (p *Typist) Resize(width int) {
	p.t.Helper()
	p.Width = width
	if err := pty.Setsize(p.keys, &pty.Winsize{Rows: 24, Cols: uint16(width)}); err != nil {
		p.t.Fatal(err)
	}
}

// Types types text and keys.
func (p *Typist) Types(text string) {
	p.t.Helper()
	if _, err := io.WriteString(p.keys, text); err != nil {
		p.t.Fatal(err)
	}
}

// Sees waits until the last rows of the screen are want.
func (p *Typist) Sees(want string) {
	p.t.Helper()
	late := time.After(Patience)
	for {
		got := Shows(p.Width, p.Screen.String())
		if got == want || strings.HasSuffix(got, "\n"+want) {
			return
		}
		select {
		case <-p.Screen.Changed:
		case <-late:
			p.t.Fatalf("the screen shows:\n%s\nwant at its end:\n%s\n%q", got, want, p.Screen)
		}
	}
}

// Ends waits for the end and checks the exit status, and that the terminal is
// as it was.
func (p *Typist) Ends(status int) {
	p.t.Helper()
	p.Program.Wait()
	if got := p.Program.ProcessState.ExitCode(); got != status {
		p.t.Errorf("exit status %d, want %d\n%s", got, status, Shows(p.Width, p.Screen.String()))
	}
	after, err := term.GetState(int(p.tty.Fd()))
	if err != nil {
		p.t.Fatal(err)
	}
	if !reflect.DeepEqual(after, p.before) {
		p.t.Errorf("the terminal is left as %v, it was %v", after, p.before)
	}
	io.WriteString(p.tty, "\n$ ") // as the shell does
	p.Sees("$")
	modes := regexp.MustCompile(`\x1b\[\?2004[hl]`).FindAllString(p.Screen.String(), -1)
	if n := len(modes); n > 0 && modes[n-1] != "\x1b[?2004l" {
		p.t.Errorf("bracketed paste is left on")
	}
}
