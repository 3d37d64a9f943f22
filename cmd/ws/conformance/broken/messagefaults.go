package broken

import (
	"bytes"
	"slices"
)

var messageFaults = map[string]change{
	// Pings and Pongs.
	"ping-unanswered": drops(opPong),
	"ping-unanswered-within-message": sends(func(s *session, f frame) []frame {
		if f.opcode == opPong && s.within {
			return nil
		}
		return one(f)
	}),
	"pong-empty":   pongs(func(p []byte) []byte { return nil }),
	"pong-cut":     pongs(func(p []byte) []byte { return p[:min(len(p), 32)] }),
	"pong-altered": pongs(bytes.ToUpper),
	"pong-for-pong": receives(func(s *session, f *frame) error {
		if f.opcode == opPong {
			return s.put(*f)
		}
		return nil
	}),
	"pong-refused": receives(func(_ *session, f *frame) error {
		if f.opcode == opPong {
			return protocolError
		}
		return nil
	}),
	"pong-after-message": func(c *conduct) {
		var held []frame
		c.send = func(s *session, f frame) []frame {
			if f.opcode == opPong && s.within {
				held = append(held, f)
				return nil
			}
			all := append(one(f), held...)
			held = nil
			return all
		}
	},
	"ping-of-125-refused": receives(func(_ *session, f *frame) error {
		if f.control() && f.seven > 124 {
			return protocolError
		}
		return nil
	}),
	"ping-checked-as-text": receives(func(s *session, f *frame) error {
		if f.opcode != opPing {
			return nil
		}
		_, err := s.text(f.payload, true)
		return err
	}),

	// Echoes.
	"message-cut-at-64k":  echoes(func(m *message) { m.data = m.data[:min(len(m.data), 1<<16)] }),
	"message-cut-at-nul":  echoes(func(m *message) { m.data, _, _ = bytes.Cut(m.data, []byte{0}) }),
	"message-in-7-bits":   echoes(func(m *message) { m.data = bytes.Map(func(r rune) rune { return r & 0x7f }, m.data) }),
	"text-sent-as-binary": echoes(func(m *message) { m.opcode = opBinary }),
	"binary-sent-as-text": echoes(func(m *message) { m.opcode = opText }),
	"message-longer":      echoes(func(m *message) { m.data = append(m.data, '.') }),
	"empty-message-dropped": replies(func(_ *session, m message) []message {
		if len(m.data) == 0 {
			return nil
		}
		return []message{m}
	}),
	"message-dropped":    replies(func(*session, message) []message { return nil }),
	"message-sent-twice": replies(func(_ *session, m message) []message { return []message{m, m} }),
	"messages-swapped": func(c *conduct) {
		var held []message
		c.reply = func(s *session, m message) (out []message) {
			if held == nil && s.in.Buffered() > 0 {
				held = []message{m}
				return nil
			}
			out, held = append([]message{m}, held...), nil
			return out
		}
	},
	"messages-joined": func(c *conduct) {
		var held []byte
		c.reply = func(s *session, m message) []message {
			if held = append(held, m.data...); s.in.Buffered() > 0 {
				return nil
			}
			m.data, held = held, nil
			return []message{m}
		}
	},
	"only-one-message": func(c *conduct) {
		done := false
		c.reply = func(_ *session, m message) []message {
			if done {
				return nil
			}
			done = true
			return []message{m}
		}
	},
	"message-of-1-mib-dropped": replies(func(_ *session, m message) []message {
		if len(m.data) >= 1<<20 {
			return nil
		}
		return []message{m}
	}),
	"first-message-type-kept": func(c *conduct) {
		var first byte
		c.reply = func(_ *session, m message) []message {
			if first == 0 {
				first = m.opcode
			}
			m.opcode = first
			return []message{m}
		}
	},
}

func replies(reply func(s *session, m message) []message) change {
	return func(c *conduct) { c.reply = reply }
}

// echoes changes each echo.
func echoes(alter func(m *message)) change {
	return replies(func(_ *session, m message) []message {
		alter(&m)
		return []message{m}
	})
}

// drops never sends frames of the opcodes.
func drops(opcodes ...byte) change {
	return sends(func(_ *session, f frame) []frame {
		if slices.Contains(opcodes, f.opcode) {
			return nil
		}
		return one(f)
	})
}

func pongs(alter func(p []byte) []byte) change {
	return sends(func(_ *session, f frame) []frame {
		if f.opcode == opPong {
			f.payload = alter(f.payload)
		}
		return one(f)
	})
}
