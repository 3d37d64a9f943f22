package protocol

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// begun holds every beginning of a character that is not the whole of one, as
// the standard library encodes them.
var begun = func() map[string]bool {
	set := make(map[string]bool)
	for r := rune(utf8.RuneSelf); r <= utf8.MaxRune; r++ {
		if utf8.ValidRune(r) {
			c := string(r)
			for n := 1; n < len(c); n++ {
				set[c[:n]] = true
			}
		}
	}
	return set
}()

// goesOn reports whether p is the beginning of some valid text.
func goesOn(p []byte) bool {
	for tail := range min(utf8.UTFMax, len(p)+1) {
		whole, rest := p[:len(p)-tail], p[len(p)-tail:]
		if utf8.Valid(whole) && (tail == 0 || begun[string(rest)]) {
			return true
		}
	}
	return false
}

// firstBad returns the length of the longest beginning of p that goes on.
func firstBad(p []byte) int {
	for n := range p {
		if !goesOn(p[:n+1]) {
			return n
		}
	}
	return len(p)
}

// checkSplits checks p in one piece and in all other ways to cut it.
func checkSplits(t *testing.T, p []byte) {
	t.Helper()
	want := firstBad(p)
	for cuts := range 1 << (len(p) - 1) {
		var u UTF8
		good, start := 0, 0
		for end := 1; end <= len(p) && good == start; end++ {
			if end == len(p) || cuts>>(end-1)&1 != 0 {
				good += u.Check(p[start:end])
				start = end
			}
		}
		if good != want {
			t.Fatalf("% x, cut %b: first bad byte %d, want %d", p, cuts, good, want)
		}
		if whole := good == len(p) && u.Complete(); whole != utf8.Valid(p) {
			t.Fatalf("% x, cut %b: valid %v", p, cuts, whole)
		}
	}
}

// borders are the bytes around which the grammar of RFC 3629, section 4, makes
// a difference.
var borders = []byte{0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf,
	0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff}

//rfc:6455-8.1-1 6455-5.6-2 6455-5.6-3
func TestUTF8(t *testing.T) {
	for first := range 256 {
		checkSplits(t, []byte{byte(first)})
		for second := range 256 {
			checkSplits(t, []byte{byte(first), byte(second)})
		}
	}
	for _, a := range borders {
		for _, b := range borders {
			for _, c := range borders {
				checkSplits(t, []byte{a, b, c})
				for _, d := range borders {
					checkSplits(t, []byte{a, b, c, d})
				}
			}
		}
	}
}

//rfc:6455-8.1-1
func TestUTF8EveryCharacter(t *testing.T) {
	var u UTF8
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if c := []byte(string(r)); utf8.ValidRune(r) && (u.Check(c) != len(c) || !u.Complete()) {
			t.Fatalf("%U is refused", r)
		}
	}
}

// A bad byte is found wherever it stands among ASCII, which is read in words.
//
//rfc:6455-8.1-1
func TestUTF8AmongASCII(t *testing.T) {
	text := []byte(strings.Repeat("x", 64))
	for start := range 9 {
		for bad := start; bad < len(text); bad++ {
			text[bad] = 0xff
			var u UTF8
			if got := u.Check(text[start:]); got != bad-start {
				t.Errorf("from %d: first bad byte %d, want %d", start, got, bad-start)
			}
			text[bad] = 'x'
		}
	}
}
