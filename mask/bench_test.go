package mask_test

import (
	"fmt"
	"testing"

	"github.com/seed372fb791/rfc6455/mask"
)

// forSizes runs f with a payload where one begins in memory, behind the six
// bytes of a short frame's header, and with one to be copied half a page away
// from it: loads wait for stores 4 KiB apart.
func forSizes(b *testing.B, f func(b *testing.B, p, src []byte)) {
	memory, other := make([]byte, 2<<20), make([]byte, 2<<20)
	for _, n := range []int{7, 16, 64, 125, 1 << 10, 4 << 10, 64 << 10, 1 << 20} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(n))
			b.ReportAllocs()
			f(b, memory[6:6+n], other[2055:2055+n])
		})
	}
}

var benchKey = mask.Key{0x37, 0xfa, 0x21, 0x3d}

func BenchmarkXOR(b *testing.B) {
	forSizes(b, func(b *testing.B, p, _ []byte) {
		for b.Loop() {
			mask.XOR(p, benchKey, 1)
		}
	})
}

func BenchmarkCopy(b *testing.B) {
	forSizes(b, func(b *testing.B, p, src []byte) {
		for b.Loop() {
			mask.Copy(p, src, benchKey, 1)
		}
	})
}

// The yardstick of both.
func BenchmarkBuiltinCopy(b *testing.B) {
	forSizes(b, func(b *testing.B, p, src []byte) {
		for b.Loop() {
			copy(p, src)
		}
	})
}

func BenchmarkNewKey(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		mask.NewKey()
	}
}
