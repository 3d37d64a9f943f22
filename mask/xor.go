package mask

import (
	"encoding/binary"
	"math/bits"
)

// XOR masks or unmasks b in place. The first byte of b is the byte at pos of
// its frame's payload, so a payload that arrives in pieces is unmasked piece
// by piece. Only pos mod 4 matters; pos must not be negative.
//
//rfc:6455-5.3-6
func XOR(b []byte, key Key, pos int) {
	Copy(b, b, key, pos)
}

// Copy masks or unmasks src into dst, as XOR does in place. The two are the
// same slice or do not overlap. It panics if dst is shorter than src.
//
// Up to 32 bytes it takes an equal number of words from the start and from the
// end of src, which overlap unless they meet: there is no loop over what is
// left. All loads come before the first store, for dst may be src.
//
//rfc:6455-5.3-6
func Copy(dst, src []byte, key Key, pos int) {
	n := len(src)
	dst = dst[:n]
	le := binary.LittleEndian
	k := bits.RotateLeft32(le.Uint32(key[:]), -8*(pos&3))
	switch {
	case n > 32:
		long(dst, src, k)
	case n >= 16:
		begin, end := twice(k), twice(atEnd(k, n))
		a, b := le.Uint64(src)^begin, le.Uint64(src[8:])^begin
		c, d := le.Uint64(src[n-16:])^end, le.Uint64(src[n-8:])^end
		le.PutUint64(dst, a)
		le.PutUint64(dst[8:], b)
		le.PutUint64(dst[n-16:], c)
		le.PutUint64(dst[n-8:], d)
	case n >= 8:
		a, b := le.Uint64(src)^twice(k), le.Uint64(src[n-8:])^twice(atEnd(k, n))
		le.PutUint64(dst, a)
		le.PutUint64(dst[n-8:], b)
	case n >= 4:
		a, b := le.Uint32(src)^k, le.Uint32(src[n-4:])^atEnd(k, n)
		le.PutUint32(dst, a)
		le.PutUint32(dst[n-4:], b)
	default:
		for i, c := range src {
			dst[i] = c ^ byte(k)
			k >>= 8
		}
	}
}

// A key here is the four bytes that meet the first bytes of a payload's piece,
// the first in the least significant byte whatever the machine's byte order.

// atEnd returns the key for a word that ends n bytes further on.
func atEnd(key uint32, n int) uint32 { return bits.RotateLeft32(key, -8*(n&3)) }

// twice returns the key as a word of eight bytes.
func twice(key uint32) uint64 { return uint64(key)<<32 | uint64(key) }
