package broken

import (
	"encoding/binary"
	"slices"
)

var frameFaults = map[string]change{
	// Masks.
	"unmasked-accepted": lax(unmaskedFrame),
	"masked-accepted":   lax(maskedFrame),
	"masked-refused": receives(func(_ *session, f *frame) error {
		if f.masked {
			return protocolError
		}
		return nil
	}),
	"mask-left-on": func(c *conduct) { c.xor = func([]byte, [4]byte) {} },
	"mask-shifted-after-4k": func(c *conduct) {
		c.xor = func(p []byte, key [4]byte) {
			for i := range p {
				p[i] ^= key[(i+i/4096)%4]
			}
		}
	},
	"masked-sent":       masks(func(frame) bool { return true }),
	"masked-close-sent": masks(func(f frame) bool { return f.opcode == opClose }),
	"unmasked-sent":     masks(func(frame) bool { return false }),
	"unmasked-control":  masks(func(f frame) bool { return !f.control() }),
	"unmasked-empty":    masks(func(f frame) bool { return len(f.payload) > 0 }),
	"key-zero":          func(c *conduct) { c.newKey = func() [4]byte { return [4]byte{} } },
	"key-kept": func(c *conduct) {
		key := randomKey()
		c.newKey = func() [4]byte { return key }
	},

	// Lengths.
	"length-16-signed": reads(func(f *frame) uint64 {
		if len(f.ext) == 2 {
			return uint64(max(0, int16(announced(f))))
		}
		return announced(f)
	}),
	"length-64-cut-to-16": reads(func(f *frame) uint64 { return announced(f) & 0xffff }),
	"length-little-endian": func(c *conduct) {
		c.order = binary.LittleEndian
		c.length = func(f *frame) uint64 { return f.extended(binary.LittleEndian) }
	},
	"top-bit-accepted": func(c *conduct) {
		c.lax[topBit] = true
		c.length = func(f *frame) uint64 { return announced(f) &^ (1 << 63) }
	},
	"long-form-accepted":    lax(longForm),
	"long-form-16-sent":     forms(func(n, form int) int { return max(form, 2) }),
	"long-form-64-sent":     forms(func(n, form int) int { return min(4*form, 8) }),
	"length-125-in-16-bits": forms(at(125, 2)),
	"length-126-in-7-bits":  forms(at(126, 0)),
	"length-65535-in-64":    forms(at(65535, 8)),
	"length-65536-in-16":    forms(at(65536, 2)),

	// Reserved bits and opcodes.
	"rsv-accepted": lax(reservedBits2and3, reservedBit1, reservedBit1OnControl,
		reservedBit1OnContinuation),
	"rsv2-accepted":              lax(reservedBits2and3),
	"rsv1-accepted-unagreed":     lax(reservedBit1),
	"rsv1-accepted-control":      lax(reservedBit1OnControl),
	"rsv1-accepted-continuation": lax(reservedBit1OnContinuation),
	"rsv3-sent":                  sends(func(_ *session, f frame) []frame { f.rsv |= 1; return one(f) }),
	"reserved-data-ignored": ignores(reservedDataOpcode, func(f *frame) bool {
		return f.opcode > opBinary && !f.control()
	}),
	"reserved-control-ignored": ignores(reservedControlOpcode, func(f *frame) bool { return f.opcode > opPong }),

	// Fragments.
	"continuation-first-accepted": both(lax(continuationFirst), receives(func(s *session, f *frame) error {
		if f.opcode == opContinuation && !s.within {
			f.opcode = opBinary
		}
		return nil
	})),
	"message-within-message-accepted": lax(messageWithinMessage),
	"control-ends-message": receives(func(s *session, f *frame) error {
		s.within = s.within && !f.control()
		return nil
	}),
	"fragmented-control-accepted": lax(fragmentedControl),
	"long-control-accepted":       lax(longControl),
	"empty-fragment-dropped": receives(func(s *session, f *frame) error {
		if s.within && !f.control() && len(f.payload) == 0 {
			return errDrop
		}
		return nil
	}),
	"empty-fragment-refused": receives(func(s *session, f *frame) error {
		if !f.control() && len(f.payload) == 0 && (s.within || !f.fin) {
			return protocolError
		}
		return nil
	}),
	"fragments-refused": receives(func(_ *session, f *frame) error {
		if !f.fin {
			return protocolError
		}
		return nil
	}),
	"first-fragment-ends-message": receives(func(_ *session, f *frame) error {
		f.fin = true
		return nil
	}),
	"fragments-reversed": receives(func(s *session, f *frame) error {
		if f.opcode == opContinuation {
			f.payload, s.data = slices.Concat(f.payload, s.data), nil
		}
		return nil
	}),
	"fin-never-sent": sends(func(_ *session, f frame) []frame {
		f.fin = f.control()
		return one(f)
	}),
	"message-sent-as-continuation": sends(func(_ *session, f frame) []frame {
		if !f.control() {
			f.opcode = opContinuation
		}
		return one(f)
	}),
	"fragments-sent-with-opcode": sends(func(_ *session, f frame) []frame {
		if f.control() || len(f.payload) < 2 {
			return one(f)
		}
		return halves(f, f)
	}),
	"pong-sent-fragmented": sends(func(_ *session, f frame) []frame {
		if f.opcode != opPong {
			return one(f)
		}
		rest := f
		rest.opcode = opContinuation
		return halves(f, rest)
	}),
}

func receives(look func(s *session, f *frame) error) change {
	return func(c *conduct) { c.receive = look }
}

func sends(out func(s *session, f frame) []frame) change {
	return func(c *conduct) { c.send = out }
}

func masks(which func(f frame) bool) change {
	return func(c *conduct) { c.masks = func(_ bool, f frame) bool { return which(f) } }
}

func reads(length func(f *frame) uint64) change {
	return func(c *conduct) { c.length = length }
}

// forms changes the form of lengths; it gets the right one.
func forms(form func(n, form int) int) change {
	return func(c *conduct) { c.form = func(n int) int { return form(n, shortest(n)) } }
}

// at gives another form to one length.
func at(length, other int) func(n, form int) int {
	return func(n, form int) int {
		if n == length {
			return other
		}
		return form
	}
}

// ignores goes on as if frames had not come.
func ignores(r rule, which func(f *frame) bool) change {
	return both(lax(r), receives(func(_ *session, f *frame) error {
		if which(f) {
			return errDrop
		}
		return nil
	}))
}

func one(f frame) []frame { return []frame{f} }

// halves sends the payload of first in two fragments.
func halves(first, rest frame) []frame {
	n := len(first.payload) / 2
	first.fin, first.payload, rest.payload = false, first.payload[:n], rest.payload[n:]
	return []frame{first, rest}
}
