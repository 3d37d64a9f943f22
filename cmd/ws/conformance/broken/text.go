package broken

import "unicode/utf8"

// character returns how many bytes the character at the beginning of p has: 0
// if there cannot be one, more than p has if it goes on behind.
func character(p []byte) int {
	if !utf8.FullRune(p) {
		return len(p) + 1
	}
	if r, size := utf8.DecodeRune(p); r != utf8.RuneError || size > 1 {
		return size
	}
	return 0
}

// text takes characters from p and returns what is left of the last one, which
// may go on behind p unless p is all.
func (c *conduct) text(p []byte, all bool) (left []byte, err error) {
	for len(p) > 0 {
		n := c.rune(p)
		switch {
		case n > len(p) && !all:
			return p, nil
		case c.broken(badUTF8, n == 0 || n > len(p)):
			return nil, badData
		}
		p = p[min(max(n, 1), len(p)):]
	}
	return nil, nil
}
