package handshake

import (
	"iter"
	"strings"
)

// isTokenByte says which bytes may be part of a token: U+0021 to U+007E without the separators of RFC 2616. A table
// answers faster than a search, and a head has hundreds of such bytes.
//
//rfc:6455-4.1-32
var isTokenByte = func() (table [256]bool) {
	for c := byte('!'); c < 0x7f; c++ {
		table[c] = strings.IndexByte(`()<>@,;:\"/[]?={}`, c) < 0
	}
	return table
}()

func isToken(s string) bool {
	for i := range len(s) {
		if !isTokenByte[s[i]] {
			return false
		}
	}
	return s != ""
}

// lower converts one byte to ASCII lowercase (section 2.1).
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// lowerASCII is not strings.ToLower, which also maps U+212A (Kelvin) to k.
//
//rfc:6455-2.1-1
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = lower(c)
	}
	return string(b)
}

// equalFold is not strings.EqualFold, which also takes U+017F (long s) for s.
//
//rfc:6455-2.1-2
func equalFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

// trim removes the spaces and tabs that HTTP allows around values and list elements.
//
//rfc:6455-4.3-1
func trim(s string) string {
	for s != "" && isSpace(s[0]) {
		s = s[1:]
	}
	for s != "" && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' }

// elements yields the elements of a comma-separated list that may be spread over several header fields.
// Empty elements do not count (RFC 2616, section 2.1, #rule).
//
//rfc:6455-4.3-4
func elements(fields []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, f := range fields {
			for e := range strings.SplitSeq(f, ",") {
				if e = trim(e); e != "" && !yield(e) {
					return
				}
			}
		}
	}
}

// lists reports whether one element of the list is token, without regard to ASCII case.
func lists(fields []string, token string) bool {
	for e := range elements(fields) {
		if equalFold(e, token) {
			return true
		}
	}
	return false
}
