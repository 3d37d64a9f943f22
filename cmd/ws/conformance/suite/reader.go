package suite

import "encoding/binary"

// header is a frame's header (section 5.2), as this package reads it by itself:
// a bug of package protocol must not hide one.
type header struct {
	fin    bool
	rsv    byte // RSV1 is 4
	opcode byte
	masked bool
	key    [4]byte
	length uint64
	form   int // the bits that the length stands in: 7, 16 or 64
}

const (
	bitFin  = 0x80
	bitMask = 0x80
	rsv1    = 4

	opContinuation = 0x0
	opText         = 0x1
	opBinary       = 0x2
	opClose        = 0x8
	opPing         = 0x9
	opPong         = 0xa

	mostControl = 125 // bytes in a control frame
)

// readHeader reads the header at the start of b, if all of it is there.
func readHeader(b []byte) (h header, n int, all bool) {
	if len(b) < 2 {
		return header{}, 0, false
	}
	h = header{
		fin: b[0]&bitFin != 0, rsv: b[0] >> 4 & 7, opcode: b[0] & 0xf,
		masked: b[1]&bitMask != 0, length: uint64(b[1] &^ bitMask), form: 7,
	}
	n = 2
	switch {
	case h.length == 126 && len(b) >= 4:
		h.length, h.form, n = uint64(binary.BigEndian.Uint16(b[2:])), 16, 4
	case h.length == 127 && len(b) >= 10:
		h.length, h.form, n = binary.BigEndian.Uint64(b[2:]), 64, 10
	case h.length > 125:
		return header{}, 0, false
	}
	if h.masked {
		if len(b) < n+4 {
			return header{}, 0, false
		}
		n += copy(h.key[:], b[n:])
	}
	return h, n, true
}

// begins reports whether a frame is the first of a message.
func (h header) begins() bool { return h.opcode == opText || h.opcode == opBinary }

func (h header) control() bool { return h.opcode >= 8 }

// longForm reports whether the length would have fitted in a shorter form.
func (h header) longForm() bool {
	return h.form == 16 && h.length <= 125 || h.form == 64 && h.length <= 0xffff
}

// appendHead appends a header for a payload of n bytes, with the length in its
// shortest form.
func appendHead(dst []byte, h header, n uint64) []byte {
	first, second := h.opcode|h.rsv<<4, byte(0)
	if h.fin {
		first |= bitFin
	}
	if h.masked {
		second = bitMask
	}
	switch {
	case n <= 125:
		dst = append(dst, first, second|byte(n))
	case n <= 0xffff:
		dst = binary.BigEndian.AppendUint16(append(dst, first, second|126), uint16(n))
	default:
		dst = binary.BigEndian.AppendUint64(append(dst, first, second|127), n)
	}
	if h.masked {
		dst = append(dst, h.key[:]...)
	}
	return dst
}

// appendFrame appends a good frame.
func appendFrame(dst []byte, h header, payload []byte) []byte {
	dst = appendHead(dst, h, uint64(len(payload)))
	from := len(dst)
	dst = append(dst, payload...)
	if h.masked {
		unmask(dst[from:], h.key, 0)
	}
	return dst
}

// unmask masks or unmasks the part of a payload that begins at pos (section 5.3).
func unmask(p []byte, key [4]byte, pos int) {
	for i := range p {
		p[i] ^= key[(pos+i)&3]
	}
}
