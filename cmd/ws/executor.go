package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
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
	queue   chan protocol.Message
	ctx     context.Context // ends when commands are to be killed
	kill    context.CancelFunc
	done    chan bool
	failed  error
}

func newExecutor(command string, screen *screen) *executor {
	e := &executor{command: command, screen: screen, queue: make(chan protocol.Message, waitingCommands), done: make(chan bool)}
	e.ctx, e.kill = context.WithCancel(context.Background())
	go screen.careful(e.runAll)
	return e
}

// take has the command run for a message, in its turn.
func (e *executor) take(m protocol.Message) error {
	m.Data = bytes.Clone(m.Data)
	select {
	case e.queue <- m:
		return nil
	case <-e.ctx.Done():
		return e.ctx.Err()
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
			if err := e.run(m); err != nil && e.ctx.Err() == nil {
				e.screen.note("-exec: %s", line(err))
				e.failed = &exit{status: exitFailed}
			}
		case <-e.ctx.Done():
			return
		}
	}
}

// run runs the command for one message.
func (e *executor) run(m protocol.Message) error {
	command := shellCommand(e.ctx, e.command)
	command.Env = append(os.Environ(), "WS_TYPE="+m.Type.String())
	command.Stdin = bytes.NewReader(m.Data)
	stdout, stderr := e.screen.streams()
	command.Stdout, command.Stderr = stdout, stderr
	command.WaitDelay = outputTime
	err := command.Run()
	for _, w := range []io.Writer{stdout, stderr} {
		if w, ok := w.(*wholeLines); ok {
			w.end()
		}
	}
	return err
}

// finish waits for the commands of all messages, or kills them when a signal
// comes. It returns what there is to say after err, the end of the connection.
func (e *executor) finish(err error, signals <-chan os.Signal) error {
	defer e.kill()
	if e.ctx.Err() == nil { // or else messages may still be coming
		close(e.queue)
	}
	select {
	case <-e.done:
	case s := <-signals:
		e.kill()
		<-e.done
		return interrupted(s)
	}
	if err == nil {
		return e.failed
	}
	return err
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
