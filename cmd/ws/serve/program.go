package serve

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/shell"
	"github.com/seed372fb791/rfc6455/websocket"
)

// program is a command that talks with the peer of a connection: messages become
// lines of its stdin, lines of its stdout become messages.
type program struct {
	conn    *websocket.Conn
	command *exec.Cmd
	stdin   io.WriteCloser
	stdout  *output
	ended   chan error // how the command has ended
	pulse   time.Duration
	waits   atomic.Bool // for the command to read
}

// start starts the command for c, whose request is r.
func (p *programs) start(r *http.Request, c *websocket.Conn) (*program, error) {
	cmd := shell.Command(p.ctx, p.line)
	cmd.Env = environment(os.Environ(), r, c.Subprotocol())
	cmd.WaitDelay = outputTime
	stderr := &prefixed{prefix: r.RemoteAddr + ": ", to: p.stderr}
	cmd.Stderr = stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, theirs, err := os.Pipe()
	if err != nil {
		stdin.Close()
		return nil, err
	}
	cmd.Stdout = theirs
	err = cmd.Start()
	theirs.Close()
	if err != nil {
		out.Close()
		return nil, err
	}
	run := &program{conn: c, command: cmd, stdin: stdin, stdout: &output{File: out}, pulse: p.pulse}
	run.ended = make(chan error, 1)
	go func() {
		err := cmd.Wait()
		stderr.end()
		run.ended <- err
	}()
	return run, nil
}

// talk passes messages and lines on until the connection or the command ends, and
// sees to it that both do. The error is why the connection has ended, or that the
// command has failed.
func (p *program) talk(ctx context.Context) error {
	talking, stop := context.WithCancel(ctx)
	var parts sync.WaitGroup
	var unsaid error
	over, said := make(chan error, 2), make(chan bool)
	parts.Go(func() { over <- p.hear(talking) })
	parts.Go(func() { p.lookAfter(talking) })
	parts.Go(func() {
		defer close(said)
		if unsaid = p.say(ctx); unsaid != nil {
			over <- unsaid
			io.Copy(io.Discard, p.stdout) // it may go on printing until it ends
		}
	})
	err := p.untilOver(ctx, over, said)
	p.stdout.Close()
	stop()
	parts.Wait()
	return cmp.Or(err, unsaid)
}

// untilOver waits for the end of the connection or of the command, and ends the
// command and what it has left behind.
func (p *program) untilOver(ctx context.Context, over <-chan error, said <-chan bool) (err error) {
	select {
	case err = <-over:
		p.stop()
	case <-ctx.Done():
		err = ctx.Err()
		p.stop()
	case err = <-p.ended:
		if errors.Is(err, exec.ErrWaitDelay) { // it has ended well, and left something running
			err = nil
		}
	}
	p.stdout.finish()
	left := shell.Terminate(p.command) == nil
	select {
	case <-said:
	case <-over:
	case <-ctx.Done():
	}
	if left {
		shell.Kill(p.command)
	}
	return err
}

// stop has a command end: it is asked to by the end of its stdin, then by SIGTERM,
// and is killed at last.
func (p *program) stop() error {
	p.stdin.Close()
	for _, more := range []func(*exec.Cmd) error{shell.Terminate, shell.Kill} {
		select {
		case err := <-p.ended:
			return err
		case <-time.After(stopTime):
			more(p.command)
		}
	}
	return <-p.ended
}

// hear passes messages on to the command. The error is why there are no more.
func (p *program) hear(ctx context.Context) error {
	for m, err := range p.conn.BorrowMessages(ctx) {
		if err != nil {
			return err
		}
		switch {
		case m.Type == websocket.Binary:
			return p.refuse(websocket.CloseUnsupportedData, "a binary message, where only text becomes lines")
		case bytes.IndexByte(m.Data, '\n') >= 0:
			return p.refuse(websocket.ClosePolicyViolation, "a message of several lines, where each becomes one")
		}
		p.waits.Store(true)
		p.stdin.Write(slices.Concat(m.Data, []byte{'\n'})) // or it does not take any more, which is its choice
		p.waits.Store(false)
	}
	return nil
}

// refuse begins to close the connection because of a message.
func (p *program) refuse(code websocket.CloseCode, what string) error {
	p.conn.StartClose(code, what)
	return fmt.Errorf("the peer has sent %s", what)
}

// say sends what the command prints. The error is why that is not possible.
func (p *program) say(ctx context.Context) error {
	lines := bufio.NewScanner(p.stdout)
	lines.Buffer(nil, command.MaxMessage)
	for lines.Scan() {
		err := p.conn.Write(ctx, websocket.Text, lines.Bytes())
		var refused *websocket.SendError
		if errors.As(err, &refused) {
			return fmt.Errorf("a line that it has printed was not sent: %s", refused.Text)
		} else if err != nil {
			return err
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return fmt.Errorf("it has printed a line of more than %d bytes", command.MaxMessage)
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, os.ErrClosed):
		return nil
	default:
		return err
	}
}

// lookAfter sends a Pong now and then while the command does not read, and so the
// connection is not read either: that it cannot be written is all that shows then
// that the peer has gone. A Pong that answers no Ping is no question (section 5.5.3).
func (p *program) lookAfter(ctx context.Context) {
	beat := time.NewTicker(p.pulse)
	defer beat.Stop()
	for {
		select {
		case <-beat.C:
			if p.waits.Load() {
				p.conn.Pong(ctx, nil)
			}
		case <-ctx.Done():
			return
		}
	}
}
