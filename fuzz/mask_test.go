package fuzz

import (
	"bytes"
	"testing"

	"github.com/seed372fb791/rfc6455/mask"
)

// Masking is section 5.3's formula, in place, while copying and in two pieces,
// wherever source and destination begin, and touches nothing around them.
func FuzzMask(f *testing.F) {
	for i, stream := range streams(f) {
		f.Add(stream, byte(0x37), byte(0xfa), byte(0x21), byte(0x3d), byte(1), uint(5), byte(i), byte(i*7))
		f.Add(bytes.Repeat(stream, 9), byte(0x37), byte(0xfa), byte(0x21), byte(0x3d), byte(i), uint(300), byte(i*5), byte(i))
	}
	f.Fuzz(func(t *testing.T, p []byte, k0, k1, k2, k3, pos byte, cut uint, from, to byte) {
		key := mask.Key{k0, k1, k2, k3}
		masked := make([]byte, len(p))
		for i := range p {
			masked[i] = p[i] ^ key[(int(pos)+i)%4]
		}
		cut %= uint(len(p)) + 1
		src, pieces, copied := placed(p, from), placed(p, to), placed(make([]byte, len(p)), to)
		mask.Copy(copied[to:], src[from:][:len(p)], key, int(pos))
		mask.XOR(pieces[to:][:cut], key, int(pos))
		mask.XOR(pieces[to:][cut:len(p)], key, int(pos)+int(cut))
		want := placed(masked, to)
		if !bytes.Equal(copied, want) || !bytes.Equal(pieces, want) || !bytes.Equal(src, placed(p, from)) {
			t.Fatalf("% x at %d with % x from %d on:\n% x\n% x, cut at %d", p, from, key, pos, copied, pieces, cut)
		}
	})
}

// placed returns p at an offset, with other bytes before and behind it.
func placed(p []byte, at byte) []byte {
	around := bytes.Repeat([]byte{0xa5}, 256)
	return append(append(around[:at:at], p...), around...)
}
