package main

import (
	"regexp"
	"strconv"
	"strings"
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
	v := &vt{width: width, rows: make([][]rune, 1)}
	for len(text) > 0 {
		if found := controlSequence.FindStringSubmatch(text); found != nil {
			n, _ := strconv.Atoi(found[1])
			v.control(found[2], max(n, 1))
			text = text[len(found[0]):]
			continue
		}
		for i, r := range text {
			if i > 0 {
				text = text[i:]
				break
			}
			v.put(r)
			if len(text) == len(string(r)) {
				text = ""
				break
			}
		}
	}
	var lines []string
	for _, row := range v.rows {
		lines = append(lines, strings.TrimRight(string(row), " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
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
	case "J":
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
	if v.x == v.width {
		v.x = 0
		v.down(1)
	}
	row := &v.rows[v.y]
	for len(*row) <= v.x {
		*row = append(*row, ' ')
	}
	(*row)[v.x] = r
	v.x++
}
