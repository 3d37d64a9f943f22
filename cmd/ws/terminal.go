package main

import (
	"errors"
	"io"
	"os"
	"sync"

	"golang.org/x/term"
)

// terminal is one in raw mode, at which a line is edited.
type terminal struct {
	editor *term.Terminal
	device *device
	fd     int
	before *term.State
	resize func() // stops following the window's size
}

// What a terminal is sent.
const (
	prompt    = "> "
	answer    = "< "
	wipeLine  = "\r\x1b[K"
	lineBelow = "\r\n\x1b[J"
)

// takeTerminal puts the terminal in raw mode. For Ctrl-C, which is a key now,
// interrupts gets what the system would send otherwise.
func takeTerminal(stdin *os.File, stdout io.Writer, interrupts chan<- os.Signal) (*terminal, error) {
	fd := int(stdin.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return nil, err
	}
	t := &terminal{fd: fd, before: before, device: &device{keyboard: newKeyboard(), screen: stdout}}
	t.editor = term.NewTerminal(t.device, prompt)
	t.editor.History = loadHistory(historyFile())
	t.editor.SetBracketedPasteMode(true)
	t.fit()
	t.resize = onResize(t.fit)
	go t.device.watch(stdin, func() {
		select {
		case interrupts <- os.Interrupt:
		default: // there are enough of them
		}
	})
	return t, nil
}

// fit tells the editor the size of the window.
func (t *terminal) fit() {
	if width, height, err := term.GetSize(t.fd); err == nil && width > 0 {
		t.editor.SetSize(width, height)
	}
}

// readLine returns the next line. The error is io.EOF for Ctrl-D.
func (t *terminal) readLine() ([]byte, error) {
	text, err := t.editor.ReadLine()
	if errors.Is(err, term.ErrPasteIndicator) {
		err = nil // it says only that the line was pasted
	}
	return []byte(text), err
}

// Write prints whole lines above the one that is edited. The editor counts wide
// characters as narrow ones; from the left margin it clears them all the same.
func (t *terminal) Write(p []byte) (int, error) {
	io.WriteString(t.device, "\r")
	return t.editor.Write(p)
}

// status shows text in the prompt. It always takes the same width, so that what
// is typed stays where it is.
func (t *terminal) status(text string) {
	const width = len("no pong")
	for len(text) < width {
		text = " " + text
	}
	t.editor.SetPrompt(text + prompt)
	t.Write(nil) // draws it again
}

// leave gives the terminal back. A prompt that nothing was typed at disappears.
func (t *terminal) leave() {
	t.resize()
	t.editor.SetPrompt(prompt)
	t.device.last = ""
	t.editor.Write(nil)
	switch t.device.last {
	case "": // there is no prompt
	case prompt:
		io.WriteString(t.device, wipeLine)
	default:
		io.WriteString(t.device, lineBelow)
	}
	t.editor.SetBracketedPasteMode(false)
	t.device.detach()
	term.Restore(t.fd, t.before)
}

// device is what the editor takes for the terminal.
type device struct {
	*keyboard
	mu     sync.Mutex
	screen io.Writer
	last   string // what was written last
}

func (d *device) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.last = string(p)
	return d.screen.Write(p)
}

// detach keeps the editor from writing where others write from now on.
func (d *device) detach() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.screen = io.Discard
}
