package broken

import "bytes"

var textFaults = map[string]change{
	"utf8-unchecked":         lax(badUTF8),
	"utf8-checked-per-frame": func(c *conduct) { c.whole = func(frame) bool { return true } },
	"utf8-end-unchecked":     func(c *conduct) { c.whole = func(frame) bool { return false } },
	"utf8-surrogates":        characters(func(p []byte) int { return within(p, 3, 0xed, 0xed) }),
	"utf8-overlong":          characters(overlong),
	"utf8-above-10ffff":      characters(func(p []byte) int { return within(p, 4, 0xf4, 0xf7) }),
	"utf8-five-and-six-bytes": characters(func(p []byte) int {
		return within(p, 5, 0xf8, 0xfb) + within(p, 6, 0xfc, 0xfd)
	}),
	"utf8-lone-continuation": characters(func(p []byte) int { return within(p, 1, 0x80, 0xbf) }),
	"utf8-ff":                characters(func(p []byte) int { return within(p, 1, 0xfe, 0xff) }),
	"utf8-by-lead-only": characters(func(p []byte) int {
		return within(p, 1, 0x80, 0xbf) + within(p, 1, 0xc2, 0xf4)
	}),
	"utf8-noncharacters-refused": refusesText("\ufffe", "\uffff", "\U0010fffe", "\U0010ffff", "\ufdd0"),
	"utf8-four-bytes-refused": func(c *conduct) {
		c.rune = func(p []byte) int {
			if p[0] >= 0xf0 {
				return 0
			}
			return character(p)
		}
	},
	"utf8-replaced": both(lax(badUTF8), echoes(func(m *message) {
		if m.opcode == opText {
			m.data = bytes.ToValidUTF8(m.data, []byte("\ufffd"))
		}
	})),
	"utf8-first-fragment-only": func(c *conduct) {
		c.receive = func(s *session, f *frame) error {
			s.lax[badUTF8] = f.opcode == opContinuation
			return nil
		}
	},
	"binary-checked-as-text": func(c *conduct) { c.isText = func(byte) bool { return true } },
	"byte-order-mark-dropped": echoes(func(m *message) {
		m.data = bytes.TrimPrefix(m.data, []byte("\ufeff"))
	}),
}

// characters takes more than there is for characters: size says how long they
// are, 0 for none.
func characters(size func(p []byte) int) change {
	return func(c *conduct) {
		c.rune = func(p []byte) int {
			if n := size(p); n > 0 {
				return n
			}
			return character(p)
		}
	}
}

// within returns n if p begins with a byte from first to last.
func within(p []byte, n int, first, last byte) int {
	if p[0] < first || p[0] > last {
		return 0
	}
	return n
}

func overlong(p []byte) int {
	return within(p, 2, 0xc0, 0xc1) + within(p, 3, 0xe0, 0xe0) + within(p, 4, 0xf0, 0xf0)
}

// refusesText fails at good characters.
func refusesText(characters ...string) change {
	return func(c *conduct) {
		c.rune = func(p []byte) int {
			for _, bad := range characters {
				if bytes.HasPrefix(p, []byte(bad)) {
					return 0
				}
			}
			return character(p)
		}
	}
}
