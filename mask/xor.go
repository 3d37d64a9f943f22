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
//rfc:6455-5.3-6
func Copy(dst, src []byte, key Key, pos int) {
	dst = dst[:len(src)]
	word := repeat(key, pos)
	for len(src) >= 32 {
		d, s := dst[:32:32], src[:32:32]
		binary.LittleEndian.PutUint64(d, binary.LittleEndian.Uint64(s)^word)
		binary.LittleEndian.PutUint64(d[8:], binary.LittleEndian.Uint64(s[8:])^word)
		binary.LittleEndian.PutUint64(d[16:], binary.LittleEndian.Uint64(s[16:])^word)
		binary.LittleEndian.PutUint64(d[24:], binary.LittleEndian.Uint64(s[24:])^word)
		dst, src = dst[32:], src[32:]
	}
	for len(src) >= 8 {
		binary.LittleEndian.PutUint64(dst, binary.LittleEndian.Uint64(src)^word)
		dst, src = dst[8:], src[8:]
	}
	for i, c := range src {
		dst[i] = c ^ byte(word)
		word = bits.RotateLeft64(word, -8)
	}
}

// repeat returns the eight bytes of key material that begin at pos, the first
// in the least significant byte whatever the machine's byte order.
func repeat(key Key, pos int) uint64 {
	k := bits.RotateLeft32(binary.LittleEndian.Uint32(key[:]), -8*(pos&3))
	return uint64(k)<<32 | uint64(k)
}
