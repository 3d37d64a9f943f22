package connect

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/shell"
	"github.com/seed372fb791/rfc6455/websocket"
)

const (
	// waitingCommands is how many messages may wait for their command. Then the
	// connection is not read until one has ended.
	waitingCommands = 10
	// outputTime is how long the output of a command that has ended or was killed
	// may stay open, in another process that it has started.
	outputTime = time.Second
)

// executor runs a shell command for each message, one after the other.
type executor struct {
	command string
	screen  *screen
	queue   chan websocket.Message
	ctx     context.Context // ends when commands are to be killed
	kill    context.CancelCauseFunc
	done    chan bool
	failed  error
}

func newExecutor(command string, screen *screen) *executor {
	e := &executor{command: command, screen: screen, queue: make(chan websocket.Message, waitingCommands), done: make(chan bool)}
	e.ctx, e.kill = context.WithCancelCause(context.Background())
	go screen.careful(e.runAll)
	return e
}

// take has the command run for a message, in its turn. The error is why no more
// commands are run.
func (e *executor) take(m websocket.Message) error {
	select {
	case e.queue <- m:
		return nil
	case <-e.ctx.Done():
		return context.Cause(e.ctx)
	}
}

func (e *executor) runAll() {
	defer close(e.done)
	for {
		select {
		case m, more := <-e.queue:
			if !more {
				return
			}
			switch err := e.run(m); {
			case errors.Is(err, syscall.EPIPE):
				e.kill(err)
			case err != nil && e.ctx.Err() == nil:
				e.screen.note("-exec: %s", e.screen.env.Line(err))
				e.failed = &command.Exit{Status: command.ExitFailed}
			}
		case <-e.ctx.Done():
			return
		}
	}
}

// run runs the command for one message. The error is syscall.EPIPE if nobody
// reads what commands print.
func (e *executor) run(m websocket.Message) error {
	command := shell.Command(e.ctx, e.command)
	command.Env = append(os.Environ(), "WS_TYPE="+m.Type.String())
	command.Stdin = bytes.NewReader(m.Data)
	stdout, stderr := e.screen.streams()
	printed := &passage{to: stdout}
	command.Stdout, command.Stderr = printed, stderr
	command.WaitDelay = outputTime
	err := command.Run()
	for _, w := range []io.Writer{stdout, stderr} {
		if w, ok := w.(*wholeLines); ok {
			w.end()
		}
	}
	switch {
	case errors.Is(printed.err, syscall.EPIPE):
		return printed.err
	case err == exec.ErrWaitDelay: // it has ended well, and left something running
		return nil
	}
	return err
}

// finish waits for the commands of all messages, or kills them when a signal
// comes. It returns what there is to say after err, the end of the connection.
func (e *executor) finish(err error, signals <-chan os.Signal) error {
	defer e.kill(nil)
	if e.ctx.Err() == nil { // or else messages may still be coming
		close(e.queue)
	}
	select {
	case <-e.done:
	case s := <-signals:
		e.kill(nil)
		<-e.done
		return command.Interrupted(s)
	}
	if err == nil {
		return e.failed
	}
	return err
}

// passage passes on all, and keeps the error of that: to the command it is a
// signal like any other.
type passage struct {
	to  io.Writer
	err error
}

func (p *passage) Write(text []byte) (n int, err error) {
	n, p.err = p.to.Write(text)
	return n, p.err
}

// wholeLines passes on whole lines only: a terminal has no place for a part of
// one.
type wholeLines struct {
	to   io.Writer
	part []byte
}

func (w *wholeLines) Write(p []byte) (int, error) {
	w.part = append(w.part, p...)
	whole := bytes.LastIndexByte(w.part, '\n') + 1
	if whole == 0 {
		return len(p), nil
	}
	_, err := w.to.Write(w.part[:whole])
	w.part = w.part[:copy(w.part, w.part[whole:])]
	return len(p), err
}

// end passes on what is left.
func (w *wholeLines) end() {
	if len(w.part) > 0 {
		w.Write([]byte("\n"))
	}
}
