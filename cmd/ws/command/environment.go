package command

import (
	"flag"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// Environment is what a command has to do with besides its arguments.
type Environment struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Typed          bool // stdin is a terminal
	Shown          bool // stdout is a terminal
	Noted          bool // stderr is a terminal
	Signals        chan os.Signal
	Times          Times
	flags          *flag.FlagSet // of the command
}

// Times are those of ws connect. One that is 0 stands for its own.
type Times struct {
	Close  time.Duration // bounds the closing handshake
	Answer time.Duration // bounds the wait for an answer that is due
	Quiet  time.Duration // is how long nothing comes after the last answer
}

// Open opens a file that is named on the command line: "-" is stdin.
func (e Environment) Open(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(e.Stdin), nil
	}
	return os.Open(name)
}

// isTerminal reports whether f is a terminal.
func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
