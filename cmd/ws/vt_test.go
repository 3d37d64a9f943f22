package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What a terminal sends for some keys.
const (
	keyEnter    = "\r"
	keyUp       = "\x1b[A"
	keyLeft     = "\x1b[D"
	keyHome     = "\x1b[1~" // as in tmux
	keyEnd      = "\x1b[4~"
	keyCtrlC    = "\x03"
	keyCtrlD    = "\x04"
	keyCtrlLeft = "\x1b[1;5D"
	keyBack     = "\x7f"
	keyDelete   = "\x1b[3~"
	pasteStart  = "\x1b[200~"
	pasteEnd    = "\x1b[201~"
)

// vt is what a terminal shows: enough of one for a line editor.
type vt struct {
	width int
	rows  [][]rune
	x, y  int
}

var controlSequence = regexp.MustCompile(`^\x1b\[([?0-9;]*)([A-Za-z])`)

// shows returns the rows that a terminal of a width shows, without what is blank
// at their ends.
func shows(width int, text string) string {
	rows, _, _ := screenOf(width, text)
	return rows
}

// screenOf is shows that also says where the cursor is.
func screenOf(width int, text string) (rows string, x, y int) {
	v := &vt{width: width, rows: make([][]rune, 1)}
	for len(text) > 0 {
		if text[0] == '\x1b' {
			if found := controlSequence.FindStringSubmatch(text); found != nil {
				n, _ := strconv.Atoi(found[1])
				v.control(found[2], max(n, 1))
				text = text[len(found[0]):]
				continue
			}
		}
		r, n := utf8.DecodeRuneInString(text)
		v.put(r)
		text = text[n:]
	}
	var lines []string
	for _, row := range v.rows {
		row = slices.DeleteFunc(row, func(r rune) bool { return r == rightHalf })
		lines = append(lines, strings.TrimRight(string(row), " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n"), v.x, v.y
}

// control obeys a control sequence.
func (v *vt) control(name string, n int) {
	switch name {
	case "A":
		v.y = max(0, v.y-n)
	case "B":
		v.down(n)
	case "C":
		v.x = min(v.width-1, v.x+n)
	case "D":
		v.x = max(0, min(v.x, v.width-1)-n)
	case "H":
		v.x, v.y = 0, 0
	case "J":
		if n == 2 {
			v.rows = make([][]rune, v.y+1)
			return
		}
		v.rows = v.rows[:v.y+1]
		fallthrough
	case "K":
		v.rows[v.y] = v.rows[v.y][:min(v.x, len(v.rows[v.y]))]
	}
}

func (v *vt) down(n int) {
	for v.y += n; len(v.rows) <= v.y; {
		v.rows = append(v.rows, nil)
	}
}

// rightHalf stands behind a wide character, in its second column.
const rightHalf = -1

// put shows a character. After the last column it is the next one that goes to
// the next row.
func (v *vt) put(r rune) {
	switch r {
	case '\r':
		v.x = 0
		return
	case '\n':
		v.down(1)
		return
	case '\a':
		return
	}
	_, columns := glyph(r)
	if v.x+columns > v.width {
		v.x = 0
		v.down(1)
	}
	row := &v.rows[v.y]
	for len(*row) < v.x+columns {
		*row = append(*row, ' ')
	}
	(*row)[v.x] = r
	if columns == 2 {
		(*row)[v.x+1] = rightHalf
	}
	v.x += columns
}
