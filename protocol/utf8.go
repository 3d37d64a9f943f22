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
		i += wholeCharacters(p[i:])
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

// wholeCharacters returns how many bytes at the start of p are whole good
// characters, but for some of the last three bytes. It is there for speed: what
// it leaves is checked byte by byte.
func wholeCharacters(p []byte) int {
	i := 0
	for len(p)-i >= 4 {
		c := p[i : i+4 : i+4]
		lead := &leads[c[0]]
		switch {
		case c[0] < 0x80:
			i++
			for len(p)-i >= 8 && binary.LittleEndian.Uint64(p[i:])&0x8080808080808080 == 0 {
				i += 8
			}
		case c[1] < lead.lo || c[1] > lead.hi:
			return i
		case c[0] < 0xe0:
			i += 2
		case !continues(c[2]):
			return i
		case c[0] < 0xf0:
			i += 3
		case !continues(c[3]):
			return i
		default:
			i += 4
		}
	}
	for i < len(p) && p[i] < 0x80 {
		i++
	}
	return i
}

func continues(c byte) bool { return c&0xc0 == 0x80 }

// Complete reports whether the text so far ends with a whole character.
func (u *UTF8) Complete() bool { return u.missing == 0 }

// begin takes the first byte of a character of several bytes.
func (u *UTF8) begin(c byte) bool {
	lead := leads[c]
	if lead.size == 0 {
		return false
	}
	u.missing, u.lo, u.hi = lead.size-1, lead.lo, lead.hi
	return true
}

// lead is what the first byte of a character of several bytes says of it.
type lead struct {
	size   uint8 // of the character in bytes, 0 if none begins so
	lo, hi uint8 // the range of the second byte, empty if none begins so
}

// leads are the first bytes. The ranges are those of RFC 3629, section 4: they
// leave out overlong forms, surrogates and all above U+10FFFF.
var leads = func() (t [256]lead) {
	for c := range t {
		t[c] = lead{0, 1, 0}
	}
	for c := 0xc2; c < 0xe0; c++ {
		t[c] = lead{2, 0x80, 0xbf}
	}
	for c := 0xe0; c < 0xf0; c++ {
		t[c] = lead{3, 0x80, 0xbf}
	}
	for c := 0xf0; c < 0xf5; c++ {
		t[c] = lead{4, 0x80, 0xbf}
	}
	t[0xe0].lo, t[0xed].hi = 0xa0, 0x9f
	t[0xf0].lo, t[0xf4].hi = 0x90, 0x8f
	return t
}()
