package mask_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/seed372fb791/rfc6455/mask"
)

// byBytes is the formula of section 5.3, word for word.
func byBytes(dst, src []byte, key mask.Key, pos int) {
	for i := range src {
		dst[i] = src[i] ^ key[(pos+i)%4]
	}
}

//rfc:6455-5.3-6
func TestAgainstByteLoop(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 3))
	key := mask.Key{0x37, 0xfa, 0x21, 0x3d}
	memory := make([]byte, 400)
	for n := range 301 {
		for offset := range 33 {
			for pos := range 8 {
				for i := range memory {
					memory[i] = byte(r.Uint32())
				}
				src := memory[offset : offset+n]
				want := bytes.Clone(memory)
				byBytes(want[offset:], src, key, pos)

				dst := bytes.Clone(memory)
				mask.Copy(dst[offset:], src, key, pos)
				if !bytes.Equal(dst, want) {
					t.Fatalf("Copy of %d bytes at offset %d, pos %d: wrong, or wrote outside", n, offset, pos)
				}
				mask.XOR(src, key, pos)
				if !bytes.Equal(memory, want) {
					t.Fatalf("XOR of %d bytes at offset %d, pos %d: wrong, or wrote outside", n, offset, pos)
				}
			}
		}
	}
}

//rfc:6455-5.3-6 6455-5.7-2
func TestPieces(t *testing.T) {
	key := mask.Key{0x37, 0xfa, 0x21, 0x3d}
	for cut := range 6 {
		p := []byte{0x7f, 0x9f, 0x4d, 0x51, 0x58} // section 5.7
		mask.XOR(p[:cut], key, 0)
		mask.XOR(p[cut:], key, cut)
		if string(p) != "Hello" {
			t.Errorf("cut at %d: %q", cut, p)
		}
	}
}

func TestCopyIntoShorter(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	mask.Copy(make([]byte, 3), make([]byte, 4), mask.Key{}, 0)
}

// The keys of many frames hold every byte value in every place about equally
// often, and no key comes twice in a row.
//
//rfc:6455-5.3-3 6455-5.3-4 6455-5.3-5 6455-10.3-1
func TestNewKey(t *testing.T) {
	const keys = 1 << 16
	var counts [4][256]int
	last, same := mask.NewKey(), 0
	for range keys {
		key := mask.NewKey()
		for i, b := range key {
			counts[i][b]++
		}
		if key == last {
			same++
		}
		last = key
	}
	if same > 2 {
		t.Errorf("%d of %d keys repeat the one before", same, keys)
	}
	for i := range counts {
		for b, n := range counts[i] {
			if n < keys/256/2 || n > keys/256*2 {
				t.Errorf("byte %d of the key is %#02x %d times of %d", i, b, n, keys)
			}
		}
	}
}

func BenchmarkXOR(b *testing.B) {
	for _, n := range []int{7, 16, 64, 125, 1 << 10, 16 << 10, 1 << 20} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := make([]byte, n)
			key := mask.NewKey()
			b.SetBytes(int64(n))
			b.ReportAllocs()
			for b.Loop() {
				mask.XOR(p, key, 1)
			}
		})
	}
}

func BenchmarkNewKey(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		mask.NewKey()
	}
}
