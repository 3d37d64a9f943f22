package utf8

import "encoding/binary"

// scan is Check in plain Go. Where there is assembly it is what the tests
// compare that with.
func scan(p []byte, s State) (good int, next State) {
	left := p[:len(p):len(p)]
	after := uint64(s)
	for len(left) > 8 { // not >=, here and below: so the rest is never empty, which costs less
		if after&63 == uint64(whole) && isASCII(left) {
			left = left[8:]
			for len(left) > 32 && isASCII32(left) {
				left = left[32:]
			}
			if len(left) <= 8 && isASCII(p[len(p)-8:]) {
				return len(p), whole
			}
			continue
		}
		c, before := left[:8], after
		after = steps[c[0]] >> (after & 63)
		after = steps[c[1]] >> (after & 63)
		after = steps[c[2]] >> (after & 63)
		after = steps[c[3]] >> (after & 63)
		after = steps[c[4]] >> (after & 63)
		after = steps[c[5]] >> (after & 63)
		after = steps[c[6]] >> (after & 63)
		after = steps[c[7]] >> (after & 63)
		if after&63 == uint64(bad) {
			return step(p, len(p)-len(left), State(before&63))
		}
		left = left[8:]
	}
	next = State(after & 63).afterFew(left)
	if next == bad {
		return step(p, len(p)-len(left), State(after&63))
	}
	return len(p), next
}

// step goes on after p[:good], to the next byte that is bad.
func step(p []byte, good int, s State) (int, State) {
	for ; good < len(p); good++ {
		after := s.after(p[good])
		if after == bad {
			break
		}
		s = after
	}
	return good, s
}

// high are the bits that ASCII does not have.
const high = 0x8080808080808080

// isASCII reports whether the next eight bytes are.
func isASCII(p []byte) bool { return binary.LittleEndian.Uint64(p)&high == 0 }

// isASCII16 reports whether the next 16 bytes are.
func isASCII16(p []byte) bool {
	le := binary.LittleEndian
	return (le.Uint64(p)|le.Uint64(p[8:]))&high == 0
}

// isASCII32 reports whether the next 32 bytes are.
func isASCII32(p []byte) bool {
	le := binary.LittleEndian
	p = p[:32:32]
	return (le.Uint64(p)|le.Uint64(p[8:])|le.Uint64(p[16:])|le.Uint64(p[24:]))&high == 0
}
