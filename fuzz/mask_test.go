package fuzz

import (
	"bytes"
	"testing"

	"github.com/seed372fb791/rfc6455/mask"
)

// Masking is section 5.3's formula, in place, while copying and in two pieces.
func FuzzMask(f *testing.F) {
	for _, stream := range streams(f) {
		f.Add(stream, byte(0x37), byte(0xfa), byte(0x21), byte(0x3d), byte(1), uint(5))
	}
	f.Fuzz(func(t *testing.T, p []byte, k0, k1, k2, k3, pos byte, cut uint) {
		key := mask.Key{k0, k1, k2, k3}
		want := make([]byte, len(p))
		for i := range p {
			want[i] = p[i] ^ key[(int(pos)+i)%4]
		}
		copied := make([]byte, len(p))
		mask.Copy(copied, p, key, int(pos))
		cut %= uint(len(p)) + 1
		pieces := bytes.Clone(p)
		mask.XOR(pieces[:cut], key, int(pos))
		mask.XOR(pieces[cut:], key, int(pos)+int(cut))
		if !bytes.Equal(copied, want) || !bytes.Equal(pieces, want) {
			t.Fatalf("% x with % x at %d:\n% x\n% x, cut at %d", p, key, pos, copied, pieces, cut)
		}
	})
}
