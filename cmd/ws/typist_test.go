//go:build unix

package main

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

// typist is a person at a terminal that runs ws.
type typist struct {
	t       *testing.T
	tty     *os.File // what ws sees
	keys    *os.File
	screen  *output
	width   int
	before  *term.State
	program *exec.Cmd
}

// atTerminal runs ws at a terminal with 40 columns. Its cache is in folder.
func atTerminal(t *testing.T, folder string, args ...string) *typist {
	t.Helper()
	return startTyping(t, wsFor(t, folder, args...))
}

// wsFor returns a run of ws for a terminal without colours.
func wsFor(t *testing.T, folder string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := exec.CommandContext(t.Context(), self, args...)
	program.Env = append(os.Environ(), runAsWS+"=1", "GORACE=atexit_sleep_ms=0", "TERM=xterm", "NO_COLOR=1", "HOME="+folder, "XDG_CACHE_HOME="+folder)
	return program
}

// startTyping starts a program at a terminal.
func startTyping(t *testing.T, program *exec.Cmd) *typist {
	t.Helper()
	keys, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	p := &typist{t: t, tty: tty, keys: keys, screen: newOutput(), width: 40, program: program}
	p.resize(p.width)
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
		io.Copy(p.screen, keys)
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

func (p *typist) resize(width int) {
	p.t.Helper()
	p.width = width
	if err := pty.Setsize(p.keys, &pty.Winsize{Rows: 24, Cols: uint16(width)}); err != nil {
		p.t.Fatal(err)
	}
}

// types types text and keys.
func (p *typist) types(text string) {
	p.t.Helper()
	if _, err := io.WriteString(p.keys, text); err != nil {
		p.t.Fatal(err)
	}
}

// sees waits until the last rows of the screen are want.
func (p *typist) sees(want string) {
	p.t.Helper()
	late := time.After(testPatience)
	for {
		got := shows(p.width, p.screen.String())
		if got == want || strings.HasSuffix(got, "\n"+want) {
			return
		}
		select {
		case <-p.screen.changed:
		case <-late:
			p.t.Fatalf("the screen shows:\n%s\nwant at its end:\n%s\n%q", got, want, p.screen)
		}
	}
}

// ends waits for the end and checks the exit status, and that the terminal is
// as it was.
func (p *typist) ends(status int) {
	p.t.Helper()
	p.program.Wait()
	if got := p.program.ProcessState.ExitCode(); got != status {
		p.t.Errorf("exit status %d, want %d\n%s", got, status, shows(p.width, p.screen.String()))
	}
	after, err := term.GetState(int(p.tty.Fd()))
	if err != nil {
		p.t.Fatal(err)
	}
	if !reflect.DeepEqual(after, p.before) {
		p.t.Errorf("the terminal is left as %v, it was %v", after, p.before)
	}
	io.WriteString(p.tty, "\n$ ") // as the shell does
	p.sees("$")
	modes := regexp.MustCompile(`\x1b\[\?2004[hl]`).FindAllString(p.screen.String(), -1)
	if n := len(modes); n > 0 && modes[n-1] != "\x1b[?2004l" {
		p.t.Errorf("bracketed paste is left on")
	}
}
