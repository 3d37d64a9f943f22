package connect

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/connect/terminal"
	"github.com/seed372fb791/rfc6455/websocket"
)

// screen is where ws connect shows what happens, messages on stdout and anything
// else on stderr, and where lines come from. There are two ways: streams, and a
// terminal at which a person edits a line that makes way for what is shown. Safe
// for concurrent use, but for reading lines.
type screen struct {
	env   command.Environment
	looks looks
	lines bool           // can be edited: messages are lines
	stdin *messageReader // unless they are

	mu       sync.Mutex
	out, err io.Writer
	terminal *terminal.Terminal // nil for streams
}

func newScreen(env command.Environment, o *flags) *screen {
	looks := looks{raw: o.binary, hex: o.hex, json: o.json, null: o.framing.null && !env.Shown}
	looks.visible = env.Shown
	looks.colour = env.Shown && colourful()
	looks.raw = looks.raw && !env.Shown
	return &screen{
		env: env, looks: looks, lines: o.framing.lines(), stdin: o.framing.reader(env.Stdin, o.messageType()),
		out: env.Stdout, err: env.Stderr,
	}
}

// enter takes the terminal over if a person types at one that can do it. Until
// leave it is in raw mode.
func (s *screen) enter() error {
	stdin, isFile := s.env.Stdin.(*os.File)
	if !isFile || !s.env.Typed || !s.env.Shown || !s.lines || !capable() {
		return nil
	}
	s.looks.indent = terminal.Answer // nothing is shown yet
	t, err := terminal.Take(stdin, s.env.Stdout, s.env.Signals)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.terminal, s.out = t, t
	if s.env.Noted {
		s.err = t
	}
	return nil
}

// leave gives the terminal back as it was. What is shown after that goes to
// stdout and stderr themselves. It may be called more than once.
func (s *screen) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.terminal == nil {
		return
	}
	s.terminal.Leave()
	s.terminal, s.out, s.err = nil, s.env.Stdout, s.env.Stderr
}

// careful runs f, and gives the terminal back before a panic in it ends the
// program.
func (s *screen) careful(f func()) {
	defer func() {
		if cause := recover(); cause != nil {
			s.leave()
			panic(cause)
		}
	}()
	f()
}

// edited returns the terminal, nil if there are streams.
func (s *screen) edited() *terminal.Terminal {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.terminal
}

// read returns the next message to send, a line if nothing else was asked for.
// After the last one the error is io.EOF.
func (s *screen) read() ([]byte, error) {
	if t := s.edited(); t != nil {
		return t.ReadLine()
	}
	return s.stdin.next()
}

// greet tells a person that the connection is open, and anybody what was
// agreed, if anything was offered.
func (s *screen) greet(url string, agreed []string) {
	if s.edited() != nil || len(agreed) > 0 {
		s.note("%s", strings.Join(append([]string{"connected to " + url}, agreed...), ", "))
	}
}

// note prints a line on stderr.
func (s *screen) note(format string, args ...any) {
	text := "ws: " + fmt.Sprintf(format, args...)
	if s.env.Noted && colourful() {
		text = paint(noteColour, text)
	}
	_, err := s.writers()
	io.WriteString(err, text+"\n")
}

// message prints a message.
func (s *screen) message(m websocket.Message) error {
	out, _ := s.writers()
	_, err := out.Write(s.looks.render(m))
	return err
}

// writers returns where messages and notes go. Nothing is locked while they are
// written: that may take for ever, and one may want to leave.
func (s *screen) writers() (out, err io.Writer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out, s.err
}

// streams returns where the output of another program goes: to stdout and stderr
// themselves, or above the line that is edited.
func (s *screen) streams() (stdout, stderr io.Writer) {
	stdout, stderr = s.writers()
	if s.edited() == nil {
		return stdout, stderr
	}
	if s.env.Noted {
		stderr = &wholeLines{to: stderr}
	}
	return &wholeLines{to: stdout}, stderr
}

// roundTrip shows how long a Ping took: in the prompt if there is one. A
// negative time stands for no answer within every.
func (s *screen) roundTrip(rtt, every time.Duration) {
	t := s.edited()
	switch {
	case t != nil:
		t.Status(shortly(rtt))
	case rtt < 0:
		s.note("ping: no answer within %v", every)
	default:
		s.note("ping: %v", rtt.Round(time.Microsecond))
	}
}

// shortly returns a time in three digits or so.
func shortly(d time.Duration) string {
	switch {
	case d < 0:
		return "no pong"
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1fms", d.Seconds()*1000)
	case d < time.Second:
		return fmt.Sprintf("%dms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1fs", d.Seconds())
}
