package inflate

import (
	"bytes"
	"compress/flate"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/internal/oracle"
	"github.com/seed372fb791/rfc6455/internal/race"
)

// inflate inflates a message whose compressed bytes come in the pieces that
// cut makes of them.
func inflate(t testing.TB, z *Inflater, w *Window, p []byte, cut func(left int) int) ([]byte, error) {
	t.Helper()
	z.Reset(15, w)
	var contents []byte
	for {
		n := min(cut(len(p)), len(p))
		piece, fin := p[:n], n == len(p)
		p = p[n:]
		for {
			out, used, done, err := z.Inflate(piece, fin, math.MaxInt64)
			contents = append(contents, out...)
			piece = piece[used:]
			switch {
			case err != nil:
				return contents, err
			case done:
				z.End()
				return contents, nil
			case len(out) == 0 && fin:
				t.Fatal("neither done nor an error at the end")
			}
			if len(out) == 0 {
				if len(piece) > 0 {
					t.Fatalf("%d bytes not taken and nothing inflated", len(piece))
				}
				break
			}
		}
	}
}

func whole(left int) int { return left }
func oneByte(int) int    { return 1 }

// RFC 7692 section 7.2.3, and what section 7.2.1 allows besides.
//
//rfc:7692-7.2.1-5 7692-7.2.1-6 7692-7.2.3.1-1 7692-7.2.3.2-2 7692-7.2.3.3-1 7692-7.2.3.4-1 7692-7.2.3.5-1 7692-7.2.3.6-1
func TestInflateExamples(t *testing.T) {
	for _, test := range []struct{ name, data, contents string }{
		{"7.2.3.1 fixed codes", "f2 48 cd c9 c9 07 00", "Hello"},
		{"7.2.3.3 stored", "00 05 00 fa ff 48 65 6c 6c 6f 00", "Hello"},
		{"7.2.3.4 BFINAL 1", "f3 48 cd c9 c9 07 00 00", "Hello"},
		{"7.2.3.5 two blocks", "f2 48 05 00 00 00 ff ff ca c9 c9 07 00", "Hello"},
		{"7.2.3.6 empty", "00", ""},
		{"empty, fixed codes", "02 00", ""},
		{"empty, BFINAL 1", "03 00 00", ""},
		{"BFINAL 1, then more", "f3 48 cd c9 c9 07 00 f3 48 cd c9 c9 07 00 00", "HelloHello"},
		{"stored with BFINAL 1", "01 05 00 fa ff 48 65 6c 6c 6f 00", "Hello"},
	} {
		for _, cut := range []func(int) int{whole, oneByte} {
			got, err := inflate(t, new(Inflater), nil, unhex(t, test.data), cut)
			if err != nil || string(got) != test.contents {
				t.Errorf("%s: %q, %v, want %q", test.name, got, err, test.contents)
			}
		}
	}
	z, w := new(Inflater), NewWindow(15)
	for _, data := range []string{"f2 48 cd c9 c9 07 00", "f2 00 11 00 00", "f2 00 11 00 00"} {
		got, err := inflate(t, z, w, unhex(t, data), whole)
		if err != nil || string(got) != "Hello" {
			t.Errorf("7.2.3.2 with context takeover, %s: %q, %v", data, got, err)
		}
	}
}

func TestInflateRefuses(t *testing.T) {
	for _, test := range []struct {
		name, data string
		want       error
	}{
		{"nothing", "", ErrUnfinished},
		{"the tail left on", "f2 48 cd c9 c9 07 00 00 00 ff ff", ErrUnfinished},
		{"no empty block after BFINAL 1", "f3 48 cd c9 c9 07 00", ErrUnfinished},
		{"cut short", "f2 48 cd c9", ErrUnfinished},
		{"block type 3", "06", ErrCorrupt},
		{"NLEN is not the complement", "00 05 00 fb ff 48 65 6c 6c 6f 00", ErrCorrupt},
		{"padding after BFINAL 1", "f3 48 cd c9 c9 07 80 00", ErrCorrupt},
		{"window of the last message", "f2 00 11 00 00", ErrCorrupt},
		{"literal 286", fixed(8, 0b11000110), ErrCorrupt},
		{"distance 30", fixed(8, 0x91, 7, 1, 5, 30), ErrCorrupt},
		{"more than 286 literals", dynamic(30, 0, 0), ErrCorrupt},
		{"more than 30 distances", dynamic(0, 30, 0), ErrCorrupt},
		{"sizes without codes", dynamic(0, 0, 0, 0, 0, 0, 0), ErrCorrupt},
		{"sizes with an incomplete code", dynamic(0, 0, 0, 1, 0, 0, 0), ErrCorrupt},
		{"sizes with too many codes", dynamic(0, 0, 0, 1, 1, 1, 0), ErrCorrupt},
	} {
		for _, cut := range []func(int) int{whole, oneByte} {
			if got, err := inflate(t, new(Inflater), nil, unhex(t, test.data), cut); !errors.Is(err, test.want) {
				t.Errorf("%s: %q, %v, want %v", test.name, got, err, test.want)
			}
		}
	}
}

// fixed returns a block with fixed codes as hex: pairs of a size in bits and a
// code, which goes out with its highest bit first.
func fixed(pairs ...uint) string {
	b := bitWriter{}
	b.put(0b010, 3)
	for i := 0; i < len(pairs); i += 2 {
		for bit := int(pairs[i]) - 1; bit >= 0; bit-- {
			b.put(pairs[i+1]>>bit, 1)
		}
	}
	b.put(0, 32)
	return hex.EncodeToString(b.out)
}

// dynamic returns the begin of a block with dynamic codes as hex.
func dynamic(literals, distances, lengths uint, sizes ...uint) string {
	b := bitWriter{}
	b.put(0b100, 3)
	b.put(literals, 5)
	b.put(distances, 5)
	b.put(lengths, 4)
	for _, size := range sizes {
		b.put(size, 3)
	}
	b.put(0, 64)
	return hex.EncodeToString(b.out)
}

type bitWriter struct {
	out []byte
	n   int
}

func (b *bitWriter) put(bits uint, n int) {
	for i := range n {
		if b.n%8 == 0 {
			b.out = append(b.out, 0)
		}
		b.out[b.n/8] |= byte(bits>>i&1) << (b.n % 8)
		b.n++
	}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	p, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// samples are contents of many kinds.
func samples() map[string][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	random := make([]byte, 100_000)
	few := make([]byte, 70_000)
	for i := range random {
		random[i] = byte(r.Uint32())
	}
	for i := range few {
		few[i] = "ab"[r.IntN(2)]
	}
	var text []byte
	for i := 0; len(text) < 150_000; i++ {
		text = append(text, `{"id":`+strconv.Itoa(i*7)+`,"name":"item `+strconv.Itoa(r.IntN(1000))+`","ok":true},`...)
	}
	mixed := append(append(append([]byte(nil), text[:40_000]...), random[:40_000]...), text[:40_000]...)
	return map[string][]byte{
		"nothing": nil, "byte": {'x'}, "random": random, "two letters": few, "text": text, "mixed": mixed,
		"zeros": make([]byte, 200_000), "small text": text[:1000], "small random": random[:100],
	}
}

func TestInflateStandardLibrary(t *testing.T) {
	z, step := new(Inflater), 1
	if race.Enabled {
		step = 4
	}
	r := rand.New(rand.NewPCG(3, 4))
	random := func(left int) int { return r.IntN(min(left, 3000) + 1) }
	for name, p := range samples() {
		for level := flate.HuffmanOnly; level <= 9; level += step {
			for _, every := range []int{1 << 30, 10_000} {
				data := oracle.Deflate(t, level, nil, p, every)
				for _, cut := range []func(int) int{whole, oneByte, random} {
					if got, err := inflate(t, z, nil, data, cut); err != nil || !bytes.Equal(got, p) {
						t.Fatalf("%s, level %d: %d bytes, %v, want %d", name, level, len(got), err, len(p))
					}
				}
			}
		}
	}
}

// With context takeover matches reach into messages before.
func TestInflateTakeover(t *testing.T) {
	text := samples()["text"]
	z, w := new(Inflater), NewWindow(15)
	r := rand.New(rand.NewPCG(5, 6))
	for at := 0; at < len(text); {
		p := text[at:min(at+r.IntN(20_000), len(text))]
		data := oracle.Deflate(t, 6, text[:at], p, 1<<30)
		if at > 0 && len(p) > 100 && len(data) > len(p)/3 {
			t.Errorf("%d bytes are %d compressed: is the window used?", len(p), len(data))
		}
		if got, err := inflate(t, z, w, data, whole); err != nil || !bytes.Equal(got, p) {
			t.Fatalf("at %d: %d bytes, %v, want %d", at, len(got), err, len(p))
		}
		at += len(p)
	}
}

// A message cut short anywhere is one to us if it is one to the standard
// library, with the same contents.
func TestInflateTruncated(t *testing.T) {
	z := new(Inflater)
	for name, p := range samples() {
		p = p[:min(len(p), 2000)]
		data := oracle.Deflate(t, 6, nil, p, 700)
		for n := range data {
			got, err := inflate(t, z, nil, data[:n], whole)
			want, wantErr := standard(data[:n])
			if (err == nil) != (wantErr == nil) || err == nil && !bytes.Equal(got, want) {
				t.Errorf("%s, %d of %d bytes: %d bytes, %v, want %d, %v", name, n, len(data), len(got), err, len(want), wantErr)
			}
		}
	}
}

// standard inflates a message without BFINAL 1 with the standard library. The
// error is nil if all of it was used.
func standard(data []byte) ([]byte, error) {
	src := bytes.NewReader(append(append(data[:len(data):len(data)], tail[:]...), 1, 0, 0, 0xff, 0xff))
	contents, err := io.ReadAll(flate.NewReader(src))
	if err == nil && src.Len() > 0 {
		err = io.ErrShortBuffer
	}
	return contents, err
}

// Inflating stops at the limit, not after it.
func TestInflateRoom(t *testing.T) {
	for name, p := range samples() {
		data := oracle.Deflate(t, 6, nil, p, 1<<30)
		for _, room := range []int{0, 1, 257, 258, 1000, chunk - 1, chunk, chunk + 1, 50_000, len(p) - 1, len(p), len(p) + 1} {
			if room < 0 {
				continue
			}
			z := new(Inflater)
			z.Reset(15, nil)
			var got []byte
			var done bool
			var err error
			for src := data; err == nil && !done; {
				var out []byte
				var n int
				out, n, done, err = z.Inflate(src, true, int64(room-len(got)))
				got, src = append(got, out...), src[n:]
			}
			if len(p) > room {
				if err != ErrTooLong || len(got) > room || len(got) < room-maxMatch || !bytes.Equal(got, p[:len(got)]) {
					t.Errorf("%s with room for %d: %d bytes, %v", name, room, len(got), err)
				}
			} else if err != nil || !bytes.Equal(got, p) {
				t.Errorf("%s with room for %d: %d bytes of %d, %v", name, room, len(got), len(p), err)
			}
		}
	}
}

// A match that goes back farther than the window fails, however the bytes
// came; what zlib does with 8 bits, which are 9 to it, does not.
//
//rfc:7692-7.2.2-8 7692-7.2.2-9 7692-7.2.2-10 7692-7.2.2-11
func TestInflateReach(t *testing.T) {
	for _, test := range []struct {
		bits, distance int
		ok             bool
	}{{8, 512, true}, {8, 513, false}, {9, 512, true}, {9, 513, false}, {12, 4096, true}, {12, 4097, false}, {15, 32768, true}} {
		data := matchAt(test.distance)
		for _, w := range []*Window{nil, NewWindow(test.bits)} {
			for _, cut := range []func(int) int{whole, oneByte} {
				z := new(Inflater)
				z.Reset(test.bits, w)
				var err error
				var done bool
				for src := data; !done && err == nil; {
					var n int
					k := min(cut(len(src)), len(src))
					_, n, done, err = z.Inflate(src[:k], k == len(src), math.MaxInt64)
					src = src[n:]
				}
				if (err == nil) != test.ok {
					t.Errorf("window of %d bits, takeover %v, distance %d: %v", test.bits, w != nil, test.distance, err)
				}
			}
		}
	}
}

// matchAt returns a stored block of so many bytes and a match of all of that
// distance.
func matchAt(distance int) []byte {
	b := bitWriter{}
	for left := distance; left > 0; {
		n := min(left, 65535)
		b.put(0, 3)
		b.put(0, (8-b.n%8)%8)
		b.put(uint(n), 16)
		b.put(uint(^n&0xffff), 16)
		for i := range n {
			b.put(uint(i), 8)
		}
		left -= n
	}
	b.put(0b010, 3)
	b.put(0b1000000, 7) // length 3, code 0000001
	symbol := 0
	for symbol+1 < 30 && distanceSymbols[symbol+1].value() <= distance {
		symbol++
	}
	for bit := 4; bit >= 0; bit-- {
		b.put(uint(symbol>>bit), 1)
	}
	e := distanceSymbols[symbol]
	b.put(uint(distance-e.value()), int(e.size()))
	b.put(0, 7)
	b.put(0, 3)
	return b.out
}

func TestInflateAllocations(t *testing.T) {
	p := samples()["small text"]
	data := oracle.Deflate(t, 1, nil, p, 1<<30)
	z, w := new(Inflater), NewWindow(15)
	inflateOnce := func(w *Window) {
		z.Reset(15, w)
		if out, _, done, err := z.Inflate(data, true, math.MaxInt64); !done || err != nil || len(out) != len(p) {
			t.Fatal(len(out), done, err)
		}
		z.End()
	}
	if n := testing.AllocsPerRun(100, func() { inflateOnce(nil); inflateOnce(w) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkInflate(b *testing.B) {
	text := samples()["text"]
	for _, size := range []int{1 << 10, 16 << 10} {
		data := oracle.Deflate(b, 6, nil, text[:size], 1<<30)
		b.Run("ours/"+strconv.Itoa(size), func(b *testing.B) {
			b.SetBytes(int64(size))
			z := new(Inflater)
			for b.Loop() {
				z.Reset(15, nil)
				z.Inflate(data, true, math.MaxInt64)
				z.End()
			}
		})
		b.Run("std/"+strconv.Itoa(size), func(b *testing.B) {
			b.SetBytes(int64(size))
			src := bytes.NewReader(nil)
			r := flate.NewReader(src)
			buf := make([]byte, size)
			for b.Loop() {
				src.Reset(data)
				r.(flate.Resetter).Reset(src, nil)
				io.ReadFull(r, buf)
			}
		})
	}
}
