package utf8

// shortest is the least that vectors takes.
const shortest = 16

// vectors is Check by the assembly. That takes text from a character's beginning,
// and what it leaves is for scan: the rest of a block with a bad byte, or a
// character that the end of p cuts.
//
//rfc:6455-8.1-1 6455-5.6-2
func vectors(p []byte, s State) (good int, next State) {
	n := 0
	for s != whole { // three times at most
		if next = s.after(p[n]); next == bad {
			return n, s
		}
		s = next
		n++
	}
	if left := p[n:]; len(left) >= shortest {
		n += uncut(left[:check(left)])
	}
	if n == len(p) {
		return n, whole
	}
	good, next = scan(p[n:], whole)
	return n + good, next
}

// uncut returns the length of p without a character at its end that wants bytes.
// All else in p is good; there are no bytes, or at least three.
func uncut(p []byte) int {
	n := len(p)
	switch {
	case n < 3:
		return 0
	case p[n-1] >= 0xc0:
		return n - 1
	case p[n-2] >= 0xe0:
		return n - 2
	case p[n-3] >= 0xf0:
		return n - 3
	}
	return n
}
