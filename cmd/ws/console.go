package main

import (
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/protocol"
)

// console is where ws connect shows what happens: messages on stdout, anything
// else on stderr. If a person types on a terminal that can do it, there is a
// prompt, which makes way for what is shown. Safe for concurrent use.
type console struct {
	mu       sync.Mutex
	out, err io.Writer
	shown    bool // out is a terminal
	prompted bool // there is to be a prompt
	raw      bool // out gets nothing but the bytes of messages
}

func newConsole(env environment, binary bool) *console {
	term := os.Getenv("TERM")
	return &console{
		out:      env.stdout,
		err:      env.stderr,
		shown:    env.shown,
		prompted: env.typed && env.shown && term != "" && term != "dumb",
		raw:      binary && !env.shown,
	}
}

// What a terminal is sent.
const (
	wipeLine = "\r\x1b[K"
	prompt   = "> "
	answer   = "< "
)

// prompt shows that the next line can be typed.
func (c *console) prompt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.prompted {
		io.WriteString(c.out, wipeLine+prompt)
	}
}

// leave takes the prompt away, for good.
func (c *console) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.prompted {
		io.WriteString(c.out, wipeLine)
		c.prompted = false
	}
}

// greet tells a person that the connection is open, and anybody what was
// agreed, if anything was offered.
func (c *console) greet(url string, agreed []string) {
	if c.prompted || len(agreed) > 0 {
		c.note("%s", strings.Join(append([]string{"connected to " + url}, agreed...), ", "))
	}
}

// note prints a line on stderr.
func (c *console) note(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.prompted {
		io.WriteString(c.out, wipeLine)
		defer io.WriteString(c.out, prompt)
	}
	fmt.Fprintf(c.err, "ws: "+format+"\n", args...)
}

// message prints a message.
func (c *console) message(m protocol.Message) error {
	text := m.Data
	if !c.raw {
		text = append(c.render(m), '\n')
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.prompted {
		text = []byte(wipeLine + answer + string(text) + prompt)
	}
	_, err := c.out.Write(text)
	return err
}

// render returns a message as a line.
func (c *console) render(m protocol.Message) []byte {
	switch {
	case m.Type == protocol.Binary && c.shown:
		return summary(m.Data)
	case m.Type == protocol.Binary:
		return hex.AppendEncode(nil, m.Data)
	case c.shown:
		return visible(m.Data, c.prompted)
	}
	return append([]byte(nil), m.Data...)
}

// summaryStart is how many bytes of a binary message a terminal is shown.
const summaryStart = 32

func summary(data []byte) []byte {
	start := data[:min(len(data), summaryStart)]
	b := fmt.Appendf(nil, "binary, %d bytes: % x", len(data), start)
	if len(start) < len(data) {
		b = append(b, " ..."...)
	}
	return b
}

// visible returns text without control characters that do something to a
// terminal. If indent is set, lines after the first stand under it.
func visible(text []byte, indent bool) []byte {
	b := make([]byte, 0, len(text)+1)
	for _, r := range string(text) {
		switch {
		case r == '\n' && indent:
			b = append(b, "\n"+strings.Repeat(" ", len(answer))...)
		case r == '\n' || r == '\t':
			b = append(b, byte(r))
		case r < ' ' || r >= 0x7f && r < 0xa0:
			b = fmt.Appendf(b, `\x%02x`, r)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}
