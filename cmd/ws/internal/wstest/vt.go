package wstest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// What a terminal sends for some keys.
const (
	KeyEnter    = "\r"
	KeyUp       = "\x1b[A"
	KeyLeft     = "\x1b[D"
	KeyHome     = "\x1b[1~" // as in tmux
	KeyEnd      = "\x1b[4~"
	KeyCtrlC    = "\x03"
	KeyCtrlD    = "\x04"
	KeyCtrlLeft = "\x1b[1;5D"
	KeyBack     = "\x7f"
	KeyDelete   = "\x1b[3~"
	PasteStart  = "\x1b[200~"
	PasteEnd    = "\x1b[201~"
)

// vt is what a terminal shows: enough of one for a line editor.
type vt struct {
	width int
	rows  [][]rune
	x, y  int
}

var controlSequence = regexp.MustCompile(`^\x1b\[([?0-9;]*)([A-Za-z])`)

// Shows returns the rows that a terminal of a width shows, without what is blank
// at their ends.
func Shows(width int, text string) string {
	rows, _, _ := ScreenOf(width, text)
	return rows
}

// ScreenOf is shows that also says where the cursor is.
func ScreenOf(width int, text string) (rows string, x, y int) {
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
	columns := columnsOf(r)
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

// columnsOf returns how many columns a character takes.
func columnsOf(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
