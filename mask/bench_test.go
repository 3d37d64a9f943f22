package mask_test

import (
	"fmt"
	"testing"

	"github.com/seed372fb791/rfc6455/mask"
)

// The yardstick is copy. What is copied begins 7 bytes off a boundary and half
// a page away from the rest: loads wait for stores 4 KiB apart.
func BenchmarkMask(b *testing.B) {
	memory, other := make([]byte, 2<<20), make([]byte, 2<<20)
	key := mask.Key{0x37, 0xfa, 0x21, 0x3d}
	for _, n := range []int{7, 16, 64, 125, 512, 1 << 10, 4 << 10, 64 << 10, 1 << 20} {
		for offset := range 8 {
			p, src := memory[offset:offset+n], other[2055:2055+n]
			run := func(name string, f func(b *testing.B)) {
				b.Run(fmt.Sprintf("%s/%d+%d", name, n, offset), func(b *testing.B) {
					b.SetBytes(int64(n))
					b.ReportAllocs()
					f(b)
				})
			}
			run("copy", func(b *testing.B) {
				for b.Loop() {
					copy(p, src)
				}
			})
			run("XOR", func(b *testing.B) {
				for b.Loop() {
					mask.XOR(p, key, 1)
				}
			})
			run("Copy", func(b *testing.B) {
				for b.Loop() {
					mask.Copy(p, src, key, 1)
				}
			})
		}
	}
}

func BenchmarkNewKey(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		mask.NewKey()
	}
}
