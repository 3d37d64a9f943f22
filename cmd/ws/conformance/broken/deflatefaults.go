package broken

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"unicode/utf8"
)

var deflateFaults = map[string]change{
	// What is taken.
	"takeover-forgotten":     opens(func(s *session) { s.inflater.forget = true }),
	"takeover-of-plain":      receives(plainIntoWindow),
	"window-of-1k":           inflates(smallWindow),
	"final-block-ends":       inflates(untilFinalBlock),
	"bad-deflate-accepted":   lax(badInflate),
	"stored-blocks-refused":  inflates(refusing(func(p []byte) bool { return p[0]&6 == 0 && len(p) > 1 })),
	"dynamic-blocks-refused": inflates(refusing(func(p []byte) bool { return p[0]&6 == 4 })),
	"empty-deflate-refused":  inflates(refusing(func(p []byte) bool { return len(p) == 1 })),
	"tail-for-each-fragment": receives(func(s *session, f *frame) error {
		if !f.control() && !f.fin && s.inflater != nil && (f.rsv == rsv1 || s.within && s.compressed) {
			f.payload = append(f.payload, tail...)
		}
		return nil
	}),
	"utf8-checked-before-inflating": receives(func(s *session, f *frame) error {
		if f.rsv == rsv1 && f.opcode == opText && !utf8.Valid(f.payload) {
			return badData
		}
		return nil
	}),
	"compressed-taken-for-plain": func(c *conduct) {
		c.inflate = func(_ *decompressor, p []byte) ([]byte, error) { return p, nil }
	},
	"plain-taken-for-compressed": receives(func(s *session, f *frame) error {
		if s.inflater != nil && !f.control() && f.opcode != opContinuation {
			f.rsv = rsv1
		}
		return nil
	}),
	"inflated-text-unchecked": receives(func(s *session, f *frame) error {
		s.lax[badUTF8] = f.rsv == rsv1 || s.within && s.compressed
		return nil
	}),

	// What is sent.
	"takeover-in-spite": opens(func(s *session) { s.deflater.forget = false }),
	"window-in-spite":   opens(func(s *session) { s.deflater.size = window }),
	"tail-sent":         squeezes(func(p []byte) []byte { return p }),
	"tail-cut-too-far":  squeezes(func(p []byte) []byte { return p[:len(p)-len(tail)-1] }),
	"zlib-header-sent":  squeezes(func(p []byte) []byte { return append([]byte("\x78\x9c"), withoutTail(p)...) }),
	"rsv1-never-sent":   sends(func(_ *session, f frame) []frame { f.rsv = 0; return one(f) }),
	"rsv1-sent-unagreed": sends(func(s *session, f frame) []frame {
		if !f.control() {
			f.rsv = rsv1
		}
		return one(f)
	}),
	"rsv1-sent-on-control": sends(func(s *session, f frame) []frame {
		if f.control() && s.deflater != nil {
			f.rsv = rsv1
		}
		return one(f)
	}),
	"rsv1-sent-on-continuation": sends(func(s *session, f frame) []frame {
		if f.control() || f.rsv == 0 || len(f.payload) < 2 {
			return one(f)
		}
		rest := f
		rest.opcode = opContinuation
		return halves(f, rest)
	}),

	// Negotiation: servers.
	"deflate-unoffered": answersHandshake(func(lines []string) []string {
		return append(without(lines, "Sec-WebSocket-Extensions"), "Sec-WebSocket-Extensions: permessage-deflate")
	}),
	"unknown-parameter-accepted":   lax(unknownParameter),
	"parameter-twice-accepted":     lax(parameterTwice),
	"parameter-value-accepted":     lax(parameterValue),
	"takeover-wish-unanswered":     accepting(func(p *parameters) { p.serverForgets = false }),
	"window-wish-unanswered":       accepting(func(p *parameters) { p.serverBits = 0 }),
	"window-wish-exceeded":         accepting(func(p *parameters) { p.serverBits = min(p.serverBits*15, 15) }),
	"client-window-told-unoffered": accepting(func(p *parameters) { p.clientBits = 10 }),
	"only-first-offer": func(c *conduct) {
		c.list = func(values []string) []string { return elements(values)[:min(1, len(elements(values)))] }
	},
}

var errRefusedBlock = errors.New("this kind of block is refused")

func opens(look func(s *session)) change {
	return func(c *conduct) {
		c.opened = func(s *session) {
			if s.deflater != nil {
				look(s)
			}
		}
	}
}

func inflates(inflate func(z *decompressor, p []byte) ([]byte, error)) change {
	return func(c *conduct) { c.inflate = inflate }
}

func squeezes(squeeze func(p []byte) []byte) change {
	return func(c *conduct) { c.squeeze = squeeze }
}

func accepting(alter func(p *parameters)) change {
	return func(c *conduct) { c.offered = alter }
}

// refusing cannot inflate some messages.
func refusing(which func(p []byte) bool) func(*decompressor, []byte) ([]byte, error) {
	return func(z *decompressor, p []byte) ([]byte, error) {
		if len(p) > 0 && which(p) {
			return nil, errRefusedBlock
		}
		return z.inflate(p)
	}
}

// smallWindow keeps too little of what came before.
func smallWindow(z *decompressor, p []byte) ([]byte, error) {
	data, err := z.inflate(p)
	z.before = z.before[max(0, len(z.before)-1<<10):]
	return data, err
}

// untilFinalBlock drops what comes behind a block that says it is the last.
func untilFinalBlock(z *decompressor, p []byte) ([]byte, error) {
	r := flate.NewReaderDict(bytes.NewReader(append(bytes.Clone(p), tail...)), z.before)
	data, err := io.ReadAll(r)
	if err == nil {
		z.before = z.dictionary(data)
		return data, nil
	}
	return z.inflate(p)
}

// plainIntoWindow takes plain messages for a part of the window.
func plainIntoWindow(s *session, f *frame) error {
	if s.inflater != nil && !f.control() && f.rsv == 0 && !(s.within && s.compressed) {
		s.inflater.before = s.inflater.dictionary(f.payload)
	}
	return nil
}
