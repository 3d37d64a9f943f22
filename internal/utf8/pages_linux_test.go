package utf8_test

import (
	"os"
	"syscall"
	"testing"

	"github.com/seed372fb791/rfc6455/internal/utf8"
)

// Nothing outside of the text is read: at the start and at the end of a page
// between two that may not be.
func TestGuardPages(t *testing.T) {
	size := os.Getpagesize()
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
	page := memory[size : 2*size]
	for name, script := range scripts {
		for n := range 301 {
			text := write(script, n)
			for _, p := range [][]byte{page[:n:n], page[size-n:]} {
				copy(p, text)
				if good, _ := utf8.Check(p, utf8.State(0)); good != n {
					t.Fatalf("%s: %d of %d bytes are good", name, good, n)
				}
				for i := range p {
					p[i] = 0xff
					if good, _ := utf8.Check(p, utf8.State(0)); good != i {
						t.Fatalf("%s: first bad byte of %d is %d, want %d", name, n, good, i)
					}
					p[i] = text[i]
				}
			}
		}
	}
}
