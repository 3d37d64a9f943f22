// Command ws tries WebSocket clients and servers from a shell. It is a module of
// its own, so that what it needs never becomes a requirement of the library.
//
//	ws demo           shows what WebSocket is for, in a browser
//	ws serve          answers connections: echo, broadcast, and a page to try them
//	ws connect URL    talks to a server: lines become messages, messages become lines
//	ws inspect FILE   takes frames apart: of captures, recordings, or pasted in hex
//	ws proxy          stands between clients and a server: shows, records, makes faults
//	ws replay         sends what was recorded again and compares the answers
//	ws bench URL      loads an echo server and measures how fast it answers
//	ws autobahn       is the client that the Autobahn test suite tests
//	ws rfc            shows what the RFCs require, the code and the tests
//	ws completion     has a shell complete command lines
//	ws help           explains these
//
// Only what was asked for goes to stdout, everything else to stderr. The exit
// status is 0 if all went well, 1 if not, 2 for a command line that cannot be
// understood; "ws help connect" has the others.
//
// In the order of reading: main.go (from arguments to an exit status), flags.go
// (what a command is), help.go and manual.go (what it says of itself), then a file
// with the name of each command, and what belongs to it:
//
//	demo      the package demo
//	serve     broadcast.go, page.go; tls.go: what it listens with
//	connect   offer.go, reach.go, trust.go and dial.go: the way to the server
//	          session.go, send.go and reconnect.go: what is said
//	          screen.go, render.go and frames.go: what is shown
//	          terminal.go, keyboard.go, display.go and history.go: where a line is edited
//	          executor.go: -exec; script.go, expectation.go and player.go: -script
//	inspect   inspectinput.go, inspectcapture.go, inspectfixture.go: what it is, where it comes from
//	          inspection.go: what happens on connections
//	          inspecttext.go, inspectexplain.go, inspectjson.go: how that is printed
//	          the packages capture, transcript and dissect
//	proxy     the packages proxy, wire and dissect
//	replay    the packages replay, wire and dissect
//	bench     the package load; bench_files_unix.go: how many connections there can be
//	autobahn
//	rfc       rfcreport.go, rfctext.go, rfcpage.go
//	completion  a file for each shell
//
// bench shares connect's way to the server, and all commands that speak WebSocket
// compress.go, the flags of compression.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"
)

func main() {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	os.Exit(run(os.Args[1:], environment{
		stdin:   os.Stdin,
		stdout:  os.Stdout,
		stderr:  os.Stderr,
		typed:   isTerminal(os.Stdin),
		shown:   isTerminal(os.Stdout),
		noted:   isTerminal(os.Stderr),
		signals: signals,
	}))
}

// environment is what a command has to do with besides its arguments.
type environment struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	typed          bool // stdin is a terminal
	shown          bool // stdout is a terminal
	noted          bool // stderr is a terminal
	signals        chan os.Signal
	closeTime      time.Duration // of ws connect, for closeTime if not 0
}

// isTerminal reports whether f is a terminal.
func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// The exit statuses. Ended by a signal, a command returns what a shell expects
// of a program that the signal has killed.
const (
	exitFailed     = 1
	exitUsage      = 2
	exitClosed     = 3 // the peer closed the connection with a code that is a complaint
	exitInterrupt  = 130
	exitTerminated = 143
)

// exit is an error that chooses the exit status.
type exit struct {
	status int
	err    error // nil if there is nothing to say
}

func (e *exit) Error() string { return fmt.Sprint(e.err) }

// interrupted is the end by a signal. The user who sent it needs no message.
func interrupted(s os.Signal) error {
	if s == os.Interrupt {
		return &exit{status: exitInterrupt}
	}
	return &exit{status: exitTerminated}
}

// usageError is a command line that cannot be understood.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func badUsage(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}

// run runs the command that args name and returns the exit status.
func run(args []string, env environment) int {
	topic, err := "help", error(nil)
	switch {
	case len(args) == 0:
		err = badUsage("which command?")
	case isHelp(args[0]):
		err = help(env.stdout, args[1:])
	default:
		if c := find(args[0]); c != nil {
			topic, err = "help "+c.name, c.start(args[1:], env)
		} else {
			err = badUsage("unknown command %q", args[0])
		}
	}
	return conclude(env.stderr, topic, err)
}

// start runs c with its arguments.
func (c *command) start(args []string, env environment) error {
	operands, err := c.parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		c.help(env.stdout)
		return nil
	case err != nil:
		return err
	}
	return c.run(operands, env)
}

// conclude says in one line what went wrong, and returns the exit status.
func conclude(stderr io.Writer, topic string, err error) int {
	var e *exit
	var usage *usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "ws: %s (see \"ws %s\")\n", line(err), topic)
		return exitUsage
	case !errors.As(err, &e):
		e = &exit{exitFailed, err}
	}
	if e.err != nil {
		fmt.Fprintf(stderr, "ws: %s\n", line(e.err))
	}
	return e.status
}

// line returns the text of err in one line, without the library's prefix.
func line(err error) string {
	text := strings.TrimPrefix(err.Error(), "websocket: ")
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}
