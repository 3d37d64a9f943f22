//go:build (amd64 || arm64) && !purego && !race

package utf8

import (
	"testing"
	"unicode/utf8"
)

// A pair is bad if it is in no text. But where a character begins with the
// second byte, that one is for the next pair to judge; and two bytes that go on
// with a character may be in the middle of one.
//
//rfc:6455-8.1-1
func TestPairs(t *testing.T) {
	for a := range 256 {
		for b := range 256 {
			kinds := tables.high[a>>4] & tables.low[a&15] & tables.next[b>>4]
			if a&0xc0 == 0x80 && b&0xc0 == 0x80 {
				if kinds != 1<<7 {
					t.Errorf("%02x %02x: kinds %08b", a, b, kinds)
				}
				continue
			}
			pair := []byte{byte(a), byte(b)}
			if b >= 0xc0 {
				pair[1] = 0xdf
			}
			if got, want := kinds != 0, !inText(pair); got != want || kinds>>7 != 0 {
				t.Errorf("%02x %02x: kinds %08b, want some: %v", a, b, kinds, want)
			}
		}
	}
}

// inText reports whether a text has the pair.
func inText(pair []byte) bool {
	for _, before := range []string{"", "\xdf"} {
		for _, after := range []string{"", "\x80", "\x80\x80"} {
			if utf8.ValidString(before + string(pair) + after) {
				return true
			}
		}
	}
	return false
}
