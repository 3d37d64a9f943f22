package wstest

import (
	"cmp"
	"io"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
)

// Patience bounds everything that a test waits for, against hanging.
const Patience = 10 * time.Minute

// Process is a run of ws.
type Process struct {
	t              testing.TB
	Stdin          *io.PipeWriter
	Stdout, Stderr *Output
	Signals        chan os.Signal
	Ended          chan int
}

// Start runs ws with the arguments, until the test ends at the latest.
func (ws Tool) Start(t testing.TB, args ...string) *Process {
	return ws.StartIn(t, command.Environment{}, args...)
}

// StartIn is Start with the rest of the environment chosen. If Times does not say
// otherwise a closing handshake and an answer get all the time that they need, and
// after as many answers as there were messages none is waited for.
func (ws Tool) StartIn(t testing.TB, env command.Environment, args ...string) *Process {
	env.Times.Close = cmp.Or(env.Times.Close, Patience)
	env.Times.Answer = cmp.Or(env.Times.Answer, Patience)
	env.Times.Quiet = cmp.Or(env.Times.Quiet, time.Millisecond)
	r, w := io.Pipe()
	p := &Process{
		t: t, Stdin: w, Stdout: NewOutput(), Stderr: NewOutput(),
		Signals: make(chan os.Signal, 2), Ended: make(chan int, 1),
	}
	env.Stdin, env.Stdout, env.Stderr, env.Signals = r, p.Stdout, p.Stderr, p.Signals
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		p.Ended <- ws.Run(args, env)
		r.Close()
	}()
	t.Cleanup(func() {
		w.Close()
		for range 2 {
			select {
			case p.Signals <- syscall.SIGTERM:
			default:
			}
		}
		<-gone
	})
	return p
}

// Say types text.
func (p *Process) Say(text string) {
	p.t.Helper()
	if _, err := io.WriteString(p.Stdin, text); err != nil {
		p.t.Fatal(err)
	}
}

// Want waits for the end and compares the exit status and what was printed.
func (p *Process) Want(status int, stdout, stderr string) {
	p.t.Helper()
	p.WantStatus(status)
	if got := p.Stdout.String(); got != stdout {
		p.t.Errorf("stdout:\n%.500q (%d bytes)\nwant:\n%.500q (%d bytes)", got, len(got), stdout, len(stdout))
	}
	if got := p.Stderr.String(); got != stderr {
		p.t.Errorf("stderr:\n%.500q\nwant:\n%.500q", got, stderr)
	}
}

// WantStatus waits for the end and compares the exit status.
func (p *Process) WantStatus(status int) {
	p.t.Helper()
	select {
	case got := <-p.Ended:
		if got != status {
			p.t.Errorf("exit status %d, want %d", got, status)
		}
	case <-time.After(Patience):
		p.t.Fatalf("does not end; stdout:\n%.500s\nstderr:\n%.500s", p.Stdout, p.Stderr)
	}
}
