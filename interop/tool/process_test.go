package tool

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds everything that a test waits for.
const patience = 10 * time.Minute

// process is a program that runs.
type process struct {
	*exec.Cmd
	testing.TB
	mu      sync.Mutex
	text    bytes.Buffer // its stdout
	changed chan struct{}
	ended   chan struct{}
}

// start starts a program, and ends it with the test at the latest.
func start(t *testing.T, name string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(name, args...), TB: t, changed: make(chan struct{}, 1), ended: make(chan struct{})}
	p.Stdout, p.Stderr = p, t.Output()
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		p.Wait()
	}()
	t.Cleanup(func() { p.stop(syscall.SIGTERM) })
	return p
}

// Write is the program's stdout.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case p.changed <- struct{}{}:
	default:
	}
	return p.text.Write(b)
}

// printed returns its stdout.
func (p *process) printed() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// await waits until it has printed text, and returns all of it.
func (p *process) await(text string) string {
	p.Helper()
	for late := time.After(patience); !strings.Contains(p.printed(), text); {
		select {
		case <-p.changed:
		case <-late:
			p.Fatalf("printed:\n%s\nwant in it: %s", p.printed(), text)
		}
	}
	return p.printed()
}

// line waits for its first line.
func (p *process) line() string {
	p.Helper()
	text, _, _ := strings.Cut(p.await("\n"), "\n")
	return text
}

// stop ends it by a signal, and returns the exit status.
func (p *process) stop(signal os.Signal) int {
	p.Process.Signal(signal)
	return p.status()
}

// status waits for its end and returns the exit status.
func (p *process) status() int {
	late := time.AfterFunc(patience, func() { p.Process.Kill() })
	defer late.Stop()
	<-p.ended
	return p.ProcessState.ExitCode()
}
