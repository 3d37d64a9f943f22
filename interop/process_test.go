package interop

import (
	"encoding/json"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
)

// prepare returns a command that is ended with the test, at the latest.
func prepare(t *testing.T, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	cmd.Stderr = t.Output()
	return cmd
}

// start starts the command and sees to it that it has ended before the test.
// The channel is closed when it has.
func start(t *testing.T, cmd *exec.Cmd) (ended <-chan struct{}) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var err error
	go func() {
		err = cmd.Wait() // the test's context ends it
		close(done)
	}()
	t.Cleanup(func() {
		<-done
		t.Logf("%s has ended: %v", cmd.Path, err)
	})
	return done
}

// startPeer starts a script that takes commands as lines of JSON and writes
// events.
func startPeer(t *testing.T, can abilities, name string, args ...string) *peer {
	t.Helper()
	cmd := prepare(t, name, args...)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	start(t, cmd)

	p := newPeer(can)
	p.do = func(c command) error {
		if f, ok := stdin.(interface{ SetWriteDeadline(time.Time) error }); ok {
			f.SetWriteDeadline(time.Now().Add(patience))
		}
		return json.NewEncoder(stdin).Encode(c)
	}
	events := json.NewDecoder(stdout)
	go func() {
		defer close(p.events)
		var ev event
		for ; events.Decode(&ev) == nil; ev = (event{}) {
			select {
			case p.events <- ev:
			case <-t.Context().Done():
				return
			}
		}
	}()
	return p
}

// parameters is the argument that tells a script what to accept.
func parameters(t *testing.T, d *handshake.Deflate) string {
	t.Helper()
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// listening waits for a peer that is a server and returns its port.
func (p *peer) listening(t *testing.T) int {
	t.Helper()
	ev := p.next(t)
	if ev.Event != "listening" {
		t.Fatalf("the peer's first event: %v", ev)
	}
	return ev.Port
}
