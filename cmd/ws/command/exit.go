package command

import (
	"errors"
	"fmt"
	"os"
)

// The exit statuses. Ended by a signal, a command returns what a shell expects
// of a program that the signal has killed.
const (
	ExitFailed     = 1
	ExitUsage      = 2
	ExitClosed     = 3 // the peer closed the connection with a code that is a complaint
	ExitInterrupt  = 130
	ExitTerminated = 143
)

// Exit is an error that chooses the exit status.
type Exit struct {
	Status int
	Err    error // nil if there is nothing to say
}

func (e *Exit) Error() string { return fmt.Sprint(e.Err) }

// Interrupted is the end by a signal. The user who sent it needs no message.
func Interrupted(s os.Signal) error {
	if s == os.Interrupt {
		return &Exit{Status: ExitInterrupt}
	}
	return &Exit{Status: ExitTerminated}
}

// UsageError is a command line that cannot be understood.
type UsageError struct{ text string }

func (e *UsageError) Error() string { return e.text }

// BadUsage returns a *UsageError that says what cannot be understood.
func BadUsage(format string, args ...any) error {
	return &UsageError{fmt.Sprintf(format, args...)}
}

// conclude says in one line what went wrong, and returns the exit status.
func (env Environment) conclude(topic string, err error) int {
	var e *Exit
	var usage *UsageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(env.Stderr, "ws: %s (see \"ws %s\")\n", env.Line(err), topic)
		return ExitUsage
	case !errors.As(err, &e):
		e = &Exit{ExitFailed, err}
	}
	if e.Err != nil {
		fmt.Fprintf(env.Stderr, "ws: %s\n", env.Line(e.Err))
	}
	return e.Status
}
