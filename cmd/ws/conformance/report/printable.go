package report

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// printable returns s with whatever a terminal, an XML parser or a reader could
// take for something else written as Go does in strings: control characters,
// those that turn the direction of writing, bytes that are not UTF-8.
func printable(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			b.WriteString(`\x` + strconv.FormatUint(uint64(s[0]), 16))
		case strconv.IsPrint(r):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		s = s[n:]
	}
	return b.String()
}

// short returns the beginning of s, printable, with no more than most
// characters.
func short(s string, most int) string {
	// No rune is printed as nothing: those behind need not be looked at.
	if n := (most + 1) * utf8.UTFMax; len(s) > n {
		s = s[:n]
	}
	runes := []rune(printable(s))
	if len(runes) <= most {
		return string(runes)
	}
	return strings.TrimRight(string(runes[:most-1]), " ") + "…"
}
