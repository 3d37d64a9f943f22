package outages

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds everything that a test waits for, against hanging.
const patience = 5 * time.Minute

// process is a server that runs. It may be ended and started again.
type process struct {
	*testing.T
	settings
	cmd  *exec.Cmd
	read chan struct{} // closed when all has been read that it has printed

	mu      sync.Mutex
	got     []string // messages, since the first start
	errors  []string
	ready   bool
	changed chan struct{}
}

// newProcess starts a server, and ends it with the test at the latest.
func newProcess(t *testing.T, s settings) *process {
	t.Helper()
	p := &process{T: t, settings: s, changed: make(chan struct{}, 1)}
	p.start()
	t.Cleanup(p.kill)
	return p
}

// start starts it and waits until it listens.
func (p *process) start() {
	p.Helper()
	text, err := json.Marshal(p.settings)
	if err != nil {
		p.Fatal(err)
	}
	p.cmd = exec.Command(os.Args[0])
	p.cmd.Env = append(os.Environ(), "OUTAGES="+string(text))
	p.cmd.Stderr = p.Output()
	out, err := p.cmd.StdoutPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		p.Fatal(err)
	}
	p.ready, p.read = false, make(chan struct{})
	go func() {
		defer close(p.read)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var r report
			if json.Unmarshal(lines.Bytes(), &r) == nil {
				p.note(r)
			}
		}
	}()
	p.until("that the server listens", func() bool { return p.ready })
}

func (p *process) note(r report) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case r.Ready:
		p.ready = true
	case r.Error != "":
		p.errors = append(p.errors, r.Error)
	default:
		p.got = append(p.got, r.Got)
	}
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// until waits for something that the server prints.
func (p *process) until(what string, is func() bool) {
	p.Helper()
	late := time.After(patience)
	for {
		p.mu.Lock()
		done := is()
		p.mu.Unlock()
		if done {
			return
		}
		select {
		case <-p.changed:
		case <-late:
			p.Fatalf("%s does not come about", what)
		}
	}
}

// signal sends the server a signal.
func (p *process) signal(s syscall.Signal) {
	p.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.Fatal(err)
	}
}

// kill ends it at once.
func (p *process) kill() {
	p.cmd.Process.Kill()
	<-p.read
	p.cmd.Wait()
}
