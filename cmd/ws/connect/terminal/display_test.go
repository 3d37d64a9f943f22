package terminal

import (
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/term"

	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
)

// typed is a line as it ought to be.
type typed struct {
	line []rune
	at   int
}

// keys are some that a line is edited by, with what they do to it.
var keys = map[string]func(*typed){
	wstest.KeyLeft:   func(l *typed) { l.at = max(0, l.at-1) },
	"\x1b[C":         func(l *typed) { l.at = min(len(l.line), l.at+1) },
	"\x01":           func(l *typed) { l.at = 0 },
	"\x05":           func(l *typed) { l.at = len(l.line) },
	"\x0b":           func(l *typed) { l.line = l.line[:l.at] },
	wstest.KeyDelete: func(l *typed) { l.line = slices.Delete(l.line, l.at, min(l.at+1, len(l.line))) },
	wstest.KeyBack: func(l *typed) {
		if l.at > 0 {
			l.at--
			l.line = slices.Delete(l.line, l.at, l.at+1)
		}
	},
}

// presser presses a key when the editor asks for one.
type presser func() string

func (p presser) Read(b []byte) (int, error) {
	if key := p(); key != "" {
		return copy(b, key), nil
	}
	return 0, io.EOF
}

// After each key, whatever they were and however wide the terminal is, it shows
// the line, and the cursor in it; so it does after a message and in another width.
func TestDisplay(t *testing.T) {
	letters := strings.Split("a|b|c| | |é|世|🎉", "|")
	for range 20 {
		if t.Failed() {
			return
		}
		width := 5 + rand.IntN(30)
		var out strings.Builder
		d := newDisplay(&out, width, prompt)
		var l typed
		var pressed []string
		left, printed := 60, 0
		check := func() {
			got, x, y := wstest.ScreenOf(width, out.String())
			want, _, _ := wstest.ScreenOf(width, prompt+string(l.line))
			_, wantX, wantY := wstest.ScreenOf(width, prompt+string(l.line[:l.at]))
			if wantX == width { // it goes on in the next row
				wantX, wantY = 0, wantY+1
			}
			wantY += printed
			if want = strings.Repeat("news\n", printed) + want; got != want || x != wantX || y != wantY {
				t.Errorf("%q in %d columns: the terminal shows\n%s\nwith the cursor at %d, %d, want\n%s\nat %d, %d", pressed, width, got, x, y, want, wantX, wantY)
			}
		}
		press := func() string {
			check()
			if rand.IntN(10) == 0 {
				d.print([]byte("news\n"))
				printed++
				check()
			}
			if left--; left < 0 || t.Failed() {
				return ""
			}
			key := letters[rand.IntN(len(letters))]
			if special := rand.IntN(2 * len(keys)); special < len(keys) {
				for key = range keys {
					break
				}
				keys[key](&l)
			} else {
				l.line = slices.Insert(l.line, l.at, []rune(key)...)
				l.at++
			}
			pressed = append(pressed, key)
			return key
		}
		editor := term.NewTerminal(struct {
			io.Reader
			io.Writer
		}{presser(press), d}, "")
		editor.SetSize(endless, 1)
		if _, err := editor.ReadLine(); err != io.EOF {
			t.Fatal(err)
		}
	}
}
