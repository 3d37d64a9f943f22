package utf8

import "unsafe"

// Check takes the next piece of a text and the State after the piece before it.
// It returns how many bytes of p are good, len(p) or the index of the first byte
// with which no text goes on, and the State after them.
//
//rfc:6455-8.1-1 6455-5.6-2
func Check(p []byte, s State) (good int, next State) {
	n := len(p)
	if s == whole {
		switch { // look from both ends, in words that overlap unless they meet
		case n <= 8:
		case n <= 16 && isASCII(p) && isASCII(p[n-8:]),
			16 < n && n <= 32 && isASCII16(p) && isASCII16(p[n-16:]),
			32 < n && n <= 64 && isASCII32(p) && isASCII32(p[n-32:]),
			64 < n && n <= 128 && isASCII32(p) && isASCII32(p[n-32:]) && isASCII32(p[32:]) && isASCII32(p[n-64:]):
			return n, whole
		}
	}
	if n <= 8 {
		if next = s.afterFew(p); next != bad {
			return n, next
		}
	}
	if hasVectors && n >= shortest {
		return vectors(p, s)
	}
	return scan(p, s)
}

// Valid reports whether p is UTF-8.
//
//rfc:6455-5.6-3 6455-8.1-1
func Valid(p []byte) bool {
	good, s := Check(p, whole)
	return good == len(p) && s.Complete()
}

// ValidString is Valid for a string.
func ValidString(s string) bool {
	return Valid(unsafe.Slice(unsafe.StringData(s), len(s)))
}
