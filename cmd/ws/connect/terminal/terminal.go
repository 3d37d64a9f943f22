package terminal

import (
	"errors"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// Terminal is one in raw mode, at which a line is edited.
type Terminal struct {
	*display
	editor *term.Terminal
	screen io.Writer
	fd     int
	before *term.State
	deaf   func() // stops following the window's size
}

const (
	// prompt stands before a line that is typed.
	prompt = "> "
	// Answer is for what stands before a message.
	Answer = "< "
)

// Pasted text is to come between marks.
const (
	pasteMode   = "\x1b[?2004h"
	noPasteMode = "\x1b[?2004l"
)

// Take puts the terminal in raw mode. For Ctrl-C, which is a key now,
// interrupts gets what the system would send otherwise.
func Take(stdin *os.File, stdout io.Writer, interrupts chan<- os.Signal) (*Terminal, error) {
	fd := int(stdin.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return nil, err
	}
	t := &Terminal{screen: stdout, fd: fd, before: before}
	io.WriteString(stdout, pasteMode)
	t.display = newDisplay(stdout, t.columns(), prompt)
	keys := newKeyboard()
	t.editor = term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{keys, t.display}, "")
	t.editor.SetSize(endless, 1)
	t.editor.History = loadHistory(historyFile())
	t.deaf = onResize(func() { t.resize(t.columns()) })
	go keys.watch(stdin, func() {
		select {
		case interrupts <- os.Interrupt:
		default: // there are enough of them
		}
	})
	return t, nil
}

// columns returns the width of the terminal, a usual one if it does not say.
func (t *Terminal) columns() int {
	width, _, err := term.GetSize(t.fd)
	if err != nil || width <= 0 {
		return 80
	}
	return width
}

// ReadLine returns the next line. The error is io.EOF for Ctrl-D.
func (t *Terminal) ReadLine() ([]byte, error) {
	text, err := t.editor.ReadLine()
	switch {
	case errors.Is(err, term.ErrPasteIndicator):
		err = nil // it says only that the line was pasted
	case err != nil:
		t.clear()
	}
	return []byte(text), err
}

// Write prints whole lines above the one that is edited.
func (t *Terminal) Write(p []byte) (int, error) { return len(p), t.print(p) }

// Status shows text in the prompt, always in the same width, so that what is
// typed stays where it is.
func (t *Terminal) Status(text string) {
	const width = len("no pong")
	t.setPrompt(strings.Repeat(" ", max(0, width-len(text))) + text + prompt)
}

// Leave gives the terminal back as it was.
func (t *Terminal) Leave() {
	t.deaf()
	t.display.leave()
	io.WriteString(t.screen, noPasteMode)
	term.Restore(t.fd, t.before)
}
