package oracle

import "unicode/utf8"

// FirstBad returns the index of the first byte with which no valid text goes
// on, len(p) if there is none.
func FirstBad(p []byte) int {
	start := 0
	for start < len(p) {
		r, size := utf8.DecodeRune(p[start:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		start += size
	}
	for end := start + 1; end <= len(p); end++ {
		if utf8.FullRune(p[start:end]) { // it is bad as far as this
			return end - 1
		}
	}
	return len(p)
}
