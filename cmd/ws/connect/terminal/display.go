package terminal

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// display shows a prompt and the line behind it, in as many rows as that takes,
// below all that was printed. The line editor takes it for a terminal so wide
// that it needs one row; how wide characters are, where rows end and what comes
// in between it need not know. Safe for concurrent use.
type display struct {
	mu     sync.Mutex
	to     io.Writer
	out    []byte // not written yet
	width  int    // of the terminal, in columns
	prompt string

	line []rune // as the editor has it
	at   int    // the editor's cursor in line

	shown   []rune // the line as the terminal has it
	shownAt int    // the cursor in shown
	x, y    int    // the cursor, from where the prompt begins
}

// newDisplay shows the prompt.
func newDisplay(to io.Writer, width int, prompt string) *display {
	d := &display{to: to, width: width, prompt: prompt}
	d.repaint()
	d.flush()
	return d
}

// endless is a width that no line fills.
const endless = 1 << 30

// cursorMove is what the editor moves its cursor by.
var cursorMove = regexp.MustCompile(`^\x1b\[(\d*)([A-Z])`)

// Write takes what the line editor prints: characters, moves of its cursor, the
// end of the line.
func (d *display) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for rest := p; len(rest) > 0; {
		move := cursorMove.FindSubmatch(rest)
		switch {
		case move != nil:
			n, _ := strconv.Atoi(string(move[1]))
			d.move(move[2][0], max(n, 1))
			rest = rest[len(move[0]):]
		case bytes.HasPrefix(rest, []byte("\r\n")):
			d.finish()
			rest = rest[2:]
		default:
			r, n := utf8.DecodeRune(rest)
			d.move('C', 1)
			d.line[d.at-1] = r
			rest = rest[n:]
		}
	}
	d.update()
	return len(p), d.flush()
}

// move obeys what the editor sends to move its cursor or to clear the terminal.
func (d *display) move(how byte, n int) {
	switch how {
	case 'C':
		for d.at += n; len(d.line) < d.at; { // over blanks that repaint took for the editor's
			d.line = append(d.line, ' ')
		}
	case 'D':
		d.at = max(d.at-n, 0)
	case 'J':
		d.out = append(d.out, "\x1b[2J\x1b[H"...)
		d.at, d.x, d.y, d.shown = 0, 0, 0, nil
	}
}

// finish leaves the line where it stands, and begins another one below it.
func (d *display) finish() {
	d.at = len(d.line)
	d.update()
	d.out = append(d.out, "\r\n"...)
	d.line, d.at, d.x, d.y = d.line[:0], 0, 0, 0
	d.repaint()
}

// clear empties the line: before Ctrl-D the editor does not show what it has come
// to.
func (d *display) clear() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.line, d.at = nil, 0
	d.update()
	d.flush()
}

// print prints whole lines above the prompt.
func (d *display) print(p []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.erase()
	d.out = append(d.out, bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n"))...)
	d.repaint()
	return d.flush()
}

// setPrompt shows another prompt.
func (d *display) setPrompt(prompt string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.prompt == prompt {
		return
	}
	d.erase()
	d.prompt = prompt
	d.repaint()
	d.flush()
}

// resize shows the line on a terminal of another width, which by now shows its
// old rows broken in other places.
func (d *display) resize(width int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.width, d.x, d.y = width, 0, 0
	d.put([]rune(d.prompt), false)
	d.put(d.shown[:d.shownAt], false)
	d.repaint()
	d.flush()
}

// leave takes the prompt away, unless something was typed at it. Nothing is shown
// after that.
func (d *display) leave() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.line) == 0 {
		d.erase()
	} else {
		d.at = len(d.line)
		d.update()
		d.out = append(d.out, "\r\n"...)
	}
	d.flush()
	d.to = io.Discard
}

// update shows what has become of the line. If it has grown at its end, that is
// all that is written: a line may be longer than the terminal is high.
func (d *display) update() {
	grown := d.shownAt == len(d.shown) && d.at == len(d.line) &&
		len(d.line) >= len(d.shown) && slices.Equal(d.line[:len(d.shown)], d.shown)
	if !grown {
		d.repaint()
		return
	}
	d.put(d.line[len(d.shown):], true)
	d.keep()
}

// repaint shows prompt and line anew.
func (d *display) repaint() {
	// The editor writes blanks over what it deletes at the end of a line.
	for len(d.line) > d.at && d.line[len(d.line)-1] == ' ' {
		d.line = d.line[:len(d.line)-1]
	}
	d.erase()
	d.put([]rune(d.prompt), true)
	d.put(d.line[:d.at], true)
	x, y := d.x, d.y
	d.put(d.line[d.at:], true)
	d.keep()
	if d.at < len(d.line) {
		d.up(d.y - y)
		d.out = append(d.out, '\r')
		if x > 0 {
			d.out = fmt.Appendf(d.out, "\x1b[%dC", x)
		}
		d.x, d.y = x, y
	}
}

// keep notes what is shown.
func (d *display) keep() {
	d.shown, d.shownAt = append(d.shown[:0], d.line...), d.at
}

// erase takes prompt and line away.
func (d *display) erase() {
	d.out = append(d.out, '\r')
	d.up(d.y)
	d.out = append(d.out, "\x1b[J"...)
	d.x, d.y = 0, 0
}

func (d *display) up(rows int) {
	if rows > 0 {
		d.out = fmt.Appendf(d.out, "\x1b[%dA", rows)
	}
}

// put follows text with the cursor, as the terminal does, and writes it if that
// is wanted. After the last column the cursor goes on to the next row.
func (d *display) put(text []rune, write bool) {
	for _, r := range text {
		r, columns := glyph(r)
		if d.x+columns > d.width {
			d.x, d.y = 0, d.y+1
		}
		d.x += columns
		if write {
			d.out = utf8.AppendRune(d.out, r)
		}
	}
	if d.x >= d.width {
		d.x, d.y = 0, d.y+1
		if write {
			d.out = append(d.out, " \r"...) // the terminal waits for a character to do so
		}
	}
}

// glyph returns what is shown for a character, and how many columns that takes.
func glyph(r rune) (rune, int) {
	switch {
	case r == '\t':
		return ' ', 1
	case unicode.IsControl(r):
		return utf8.RuneError, 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return r, 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return r, 2
	}
	return r, 1
}

// flush writes all at once, so that nothing flickers.
func (d *display) flush() error {
	_, err := d.to.Write(d.out)
	d.out = d.out[:0]
	return err
}
