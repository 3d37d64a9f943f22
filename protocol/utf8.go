package protocol

import "encoding/binary"

// UTF8 checks that text is UTF-8 (RFC 3629) while it arrives in pieces. The
// zero value is ready for the first piece. Not safe for concurrent use.
//
//rfc:6455-8.1-1 6455-5.6-2
type UTF8 struct {
	missing uint8 // bytes to come of a character that has begun
	lo, hi  uint8 // the range of the next of them
}

// Check takes the next piece of the text and returns how many bytes of it are
// good: len(p), or the index of the first byte with which no valid text goes
// on. After a bad byte the UTF8 is of no more use.
func (u *UTF8) Check(p []byte) int {
	for i := 0; i < len(p); {
		if u.missing > 0 {
			if p[i] < u.lo || p[i] > u.hi {
				return i
			}
			u.missing--
			u.lo, u.hi = 0x80, 0xbf
			i++
			continue
		}
		i += ascii(p[i:])
		if i == len(p) {
			break
		}
		if !u.begin(p[i]) {
			return i
		}
		i++
	}
	return len(p)
}

// Complete reports whether the text so far ends with a whole character.
func (u *UTF8) Complete() bool { return u.missing == 0 }

// begin takes the first byte of a character of several bytes. The ranges are
// those of RFC 3629, section 4: they leave out overlong forms, surrogates and
// all above U+10FFFF.
func (u *UTF8) begin(c byte) bool {
	u.lo, u.hi = 0x80, 0xbf
	switch {
	case c < 0xc2:
		return false
	case c < 0xe0:
		u.missing = 1
	case c < 0xf0:
		u.missing = 2
		switch c {
		case 0xe0:
			u.lo = 0xa0
		case 0xed:
			u.hi = 0x9f
		}
	case c < 0xf5:
		u.missing = 3
		switch c {
		case 0xf0:
			u.lo = 0x90
		case 0xf4:
			u.hi = 0x8f
		}
	default:
		return false
	}
	return true
}

// ascii returns how many bytes at the start of p are ASCII.
func ascii(p []byte) int {
	i := 0
	for len(p)-i >= 8 && binary.LittleEndian.Uint64(p[i:])&0x8080808080808080 == 0 {
		i += 8
	}
	for i < len(p) && p[i] < 0x80 {
		i++
	}
	return i
}
