package mask_test

import (
	"bytes"
	"encoding/binary"
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

// Every length, every alignment of a register and every part of the key, with
// the source aligned otherwise than what is copied.
//
//rfc:6455-5.3-6
func TestAgainstByteLoop(t *testing.T) {
	mask.EachWidth(func(name string) {
		for n := range 601 {
			for align := range 64 {
				compare(t, name, n, align, (align*29+n)%64, n%4)
			}
			for pos := range 8 {
				compare(t, name, n, (n*7+pos)%64, n%64, pos)
			}
		}
		for _, n := range []int{4095, 4096, 4097, 1<<16 + 9, 1<<20 - 1} {
			for align := 0; align < 64; align += 13 {
				compare(t, name, n, align, 63-align, align%4)
			}
		}
	})
}

// memory is what compare works in, random bytes and a copy of them. As big
// allocations do, both begin at a page.
var memory, random = func() (a, b []byte) {
	a = make([]byte, 1<<20+4096)
	r := rand.New(rand.NewPCG(5, 3))
	for i := range a {
		a[i] = byte(r.Uint32())
	}
	return a, bytes.Clone(a)
}()

// compare masks n random bytes at align in place and on the way there from
// another alignment, and looks at the bytes on both sides too.
func compare(t *testing.T, name string, n, align, other, pos int) {
	t.Helper()
	const around = 128
	key := mask.Key{0x37, 0xfa, 0x21, 0x3d}
	begin, end := around+align, around+align+n
	check := func(what string, src []byte) {
		t.Helper()
		want := make([]byte, n)
		byBytes(want, src, key, pos)
		if !bytes.Equal(memory[begin:end], want) {
			t.Fatalf("%s: %s of %d bytes at offset %d, pos %d: wrong", name, what, n, align, pos)
		}
		copy(memory[begin:end], random[begin:end])
		if !bytes.Equal(memory[:end+around], random[:end+around]) {
			t.Fatalf("%s: %s of %d bytes at offset %d, pos %d: wrote outside", name, what, n, align, pos)
		}
	}
	mask.XOR(memory[begin:end], key, pos)
	check("XOR", random[begin:end])
	src := random[len(random)-other-n-around:][:n]
	mask.Copy(memory[begin:], src, key, pos)
	check("Copy", src)
}

// The assembly does as plain Go does, which does as the byte loop does.
func TestWords(t *testing.T) {
	key := mask.Key{0x37, 0xfa, 0x21, 0x3d}
	word := binary.LittleEndian.Uint32(key[:])
	for n := 8; n < 601; n++ {
		for offset := range 9 {
			src := random[offset : offset+n]
			want, got, dst := make([]byte, n), bytes.Clone(src), make([]byte, n)
			byBytes(want, src, key, 0)
			mask.Words(got, got, word)
			mask.Words(dst, src, word)
			if !bytes.Equal(got, want) || !bytes.Equal(dst, want) {
				t.Fatalf("%d bytes at offset %d: wrong", n, offset)
			}
			mask.EachWidth(func(name string) {
				mask.Copy(dst, src, key, 0)
				if !bytes.Equal(dst, got) {
					t.Fatalf("%s: %d bytes at offset %d: not as in plain Go", name, n, offset)
				}
			})
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
