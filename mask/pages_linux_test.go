package mask_test

import (
	"bytes"
	"os"
	"syscall"
	"testing"

	"github.com/seed372fb791/rfc6455/mask"
)

// Nothing outside of the slices is touched: at the start and at the end of a
// page between two that may not be.
func TestGuardPages(t *testing.T) {
	size := os.Getpagesize()
	between := func() []byte {
		memory, err := syscall.Mmap(-1, 0, 3*size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { syscall.Munmap(memory) })
		for _, page := range [][]byte{memory[:size], memory[2*size:]} {
			if err := syscall.Mprotect(page, syscall.PROT_NONE); err != nil {
				t.Fatal(err)
			}
		}
		return memory[size : 2*size : 2*size]
	}
	dst, src := between(), between()
	key := mask.Key{0x37, 0xfa, 0x21, 0x3d}
	mask.EachWidth(func(name string) {
		for n := range 601 {
			for _, from := range []int{0, size - n} {
				for _, to := range []int{0, size - n} {
					mask.Copy(dst[to:to+n], src[from:from+n], key, n)
					mask.XOR(dst[to:to+n], key, n)
					if !bytes.Equal(dst[to:to+n], src[from:from+n]) {
						t.Fatalf("%s: %d bytes masked twice are not the same", name, n)
					}
				}
			}
		}
	})
}
