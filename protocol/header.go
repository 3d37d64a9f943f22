package protocol

import (
	"encoding/binary"
	"io"
	"math"

	"github.com/seed372fb791/rfc6455/mask"
)

// Header is the header of a frame (section 5.2):
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+-+-+-+-+-------+-+-------------+-------------------------------+
//	|F|R|R|R| opcode|M| Payload len |    Extended payload length    |
//	|I|S|S|S|  (4)  |A|     (7)     |             (16/64)           |
//	|N|V|V|V|       |S|             |   (if payload len==126/127)   |
//	| |1|2|3|       |K|             |                               |
//	+-+-+-+-+-------+-+-------------+ - - - - - - - - - - - - - - - +
//	|     Extended payload length continued, if payload len == 127  |
//	+ - - - - - - - - - - - - - - - +-------------------------------+
//	|                               |Masking-key, if MASK set to 1  |
//	+-------------------------------+-------------------------------+
//	| Masking-key (continued)       |          Payload Data         |
//	+-------------------------------- - - - - - - - - - - - - - - - +
type Header struct {
	Fin    bool     // the message's last frame
	RSV    uint8    // RSV1 is 4, RSV2 is 2, RSV3 is 1
	Opcode Opcode   // of four bits
	Masked bool     // whether Key stands in the frame
	Key    mask.Key // of the payload, if Masked
	Length uint64   // bytes of payload, key excluded
}

// MaxHeaderSize is the size in bytes of the longest header.
const MaxHeaderSize = 2 + 8 + 4

// The bits of the first two bytes.
const (
	bitFin  = 0x80
	bitMask = 0x80

	length16 = 126 // the length follows in 16 bits
	length64 = 127 // the length follows in 64 bits
)

// ParseHeader reads the header at the start of b and returns the number of
// bytes it takes. While b holds only a part of it, the error is
// io.ErrUnexpectedEOF; there is no other error, since the rules are CheckHeader's.
// ParseHeader keeps nothing of b.
//
//rfc:6455-5.2-1 6455-5.2-2 6455-5.2-9 6455-5.2-10 6455-5.2-17 6455-5.3-7 6455-6.2-1
//rfc:6455-5.7-1 6455-5.7-2 6455-5.7-3 6455-5.7-4 6455-5.7-5 6455-5.7-6 6455-5.7-7
func ParseHeader(b []byte) (h Header, n int, err error) {
	if len(b) < 2 {
		return Header{}, 0, io.ErrUnexpectedEOF
	}
	h.Fin = b[0]&bitFin != 0
	h.RSV = b[0] >> 4 & 7
	h.Opcode = Opcode(b[0] & 0xf)
	h.Masked = b[1]&bitMask != 0
	h.Length = uint64(b[1] &^ bitMask)
	n = 2
	switch {
	case h.Length == length16 && len(b) >= 4:
		h.Length = uint64(binary.BigEndian.Uint16(b[2:]))
		n = 4
	case h.Length == length64 && len(b) >= 10:
		h.Length = binary.BigEndian.Uint64(b[2:])
		n = 10
	case h.Length >= length16:
		return Header{}, 0, io.ErrUnexpectedEOF
	}
	if h.Masked {
		if len(b) < n+len(h.Key) {
			return Header{}, 0, io.ErrUnexpectedEOF
		}
		n += copy(h.Key[:], b[n:])
	}
	return h, n, nil
}

// Size returns the number of bytes that AppendHeader appends for h.
func (h Header) Size() int {
	n := 2
	switch {
	case h.Length > math.MaxUint16:
		n += 8
	case h.Length >= length16:
		n += 2
	}
	if h.Masked {
		n += len(h.Key)
	}
	return n
}

// AppendHeader appends h to dst as it goes over the wire, the length in its
// shortest form, and returns the extended slice. It checks nothing: what h
// says is what is sent, so that tests can break the rules.
//
//rfc:6455-5.2-1 6455-5.2-2 6455-5.2-9 6455-5.2-10 6455-5.2-12 6455-5.2-14 6455-6.1-3
func AppendHeader(dst []byte, h Header) []byte {
	var b [MaxHeaderSize]byte
	return append(dst, b[:h.put(&b)]...)
}

// put writes h to the start of b and returns its size.
func (h *Header) put(b *[MaxHeaderSize]byte) (n int) {
	b[0] = byte(h.Opcode)&0xf | h.RSV&7<<4
	if h.Fin {
		b[0] |= bitFin
	}
	switch {
	case h.Length > math.MaxUint16:
		b[1], n = length64, 10
		binary.BigEndian.PutUint64(b[2:], h.Length)
	case h.Length >= length16:
		b[1], n = length16, 4
		binary.BigEndian.PutUint16(b[2:], uint16(h.Length))
	default:
		b[1], n = byte(h.Length), 2
	}
	if h.Masked {
		b[1] |= bitMask
		n += copy(b[n:], h.Key[:])
	}
	return n
}
