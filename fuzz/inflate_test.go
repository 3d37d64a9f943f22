package fuzz

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/internal/inflate"
	"github.com/seed372fb791/rfc6455/internal/oracle"
)

// deflated are messages as they are on the wire: RFC 7692 section 7.2.3, what
// section 7.2.1 allows besides, what breaks RFC 1951.
func deflated(f *testing.F) (all [][]byte) {
	f.Helper()
	for _, example := range []string{
		"f248cdc9c90700", "f200110000", "000500faff48656c6c6f00", "f348cdc9c9070000", "f248050000 00ffffcac9c90700", "00",
		"0200", "030000", "f348cdc9c90700f348cdc9c9070000", "010500faff48656c6c6f00", "01", "f248cdc9c90780000000ffff", "",
		"06", "000500fbff48", "f348cdc9c9078000", "63180500", "0400", "fcff", "050080", "05e001", "04c001",
	} {
		p, err := hex.DecodeString(strings.ReplaceAll(example, " ", ""))
		if err != nil {
			f.Fatal(err)
		}
		all = append(all, p)
	}
	for level := flate.HuffmanOnly; level <= 9; level++ {
		for i, contents := range deflatable() {
			for _, every := range []int{100, 1 << 20} {
				p := oracle.Deflate(f, level, nil, contents, every)
				if len(p) > maxSeed {
					continue
				}
				all = append(all, p)
				if i%3 == 0 {
					all = append(all, p[:len(p)/2])
				}
			}
		}
	}
	return all
}

// deflatable are contents of many kinds.
func deflatable() (all [][]byte) {
	r := rand.New(rand.NewPCG(7692, 0))
	random, few := make([]byte, 700), make([]byte, 3000)
	for i := range random {
		random[i] = byte(r.Uint32())
	}
	for i := range few {
		few[i] = "ab\n"[r.IntN(3)]
	}
	var text []byte
	for len(text) < 2000 {
		text = append(text, []string{"é€𐍈 ", "Hello, ", `{"id":`, "1", "<p class=", "0,"}[r.IntN(6)]...)
	}
	return [][]byte{
		nil, []byte("x"), []byte("Hello"), random, few, text, bytes.Repeat(random, 3), make([]byte, 40_000),
		append(append(text[:700:700], random...), text...), bytes.Repeat([]byte("abc"), 200),
	}
}

// inflateMessage inflates a message that comes in pieces. It checks what has to
// hold for each call.
func inflateMessage(t *testing.T, z *inflate.Inflater, w *inflate.Window, bits, room int, pieces ...[]byte) (contents []byte, err error) {
	t.Helper()
	z.Reset(bits, w)
	for i, p := range pieces {
		fin := i == len(pieces)-1
		for {
			out, n, done, err := z.Inflate(p, fin, int64(room-len(contents)))
			contents, p = append(contents, out...), p[n:]
			switch {
			case len(contents) > room:
				t.Fatalf("%d bytes, and room for %d", len(contents), room)
			case err != nil:
				return contents, err
			case done && (!fin || len(p) > 0):
				t.Fatalf("done before the end, with %d bytes left", len(p))
			case done:
				z.End()
				return contents, nil
			case len(out) == 0 && (fin || len(p) > 0):
				t.Fatalf("neither done nor an error, with %d bytes left", len(p))
			}
			if len(out) == 0 {
				break
			}
		}
	}
	panic("no piece was the last one")
}

// cutAtRandom cuts p into pieces, some of them empty.
func cutAtRandom(r *rand.Rand, p []byte, most int) (pieces [][]byte) {
	for len(p) > 0 {
		n := min(len(p), r.IntN(1+r.IntN(most)))
		pieces, p = append(pieces, p[:n]), p[n:]
	}
	return append(pieces, nil)
}

// storedMessage is a message that is not compressed, as a compressed one.
func storedMessage(contents []byte) (p []byte) {
	p = append(p, 0)
	p = binary.LittleEndian.AppendUint16(p, uint16(len(contents)))
	p = binary.LittleEndian.AppendUint16(p, ^uint16(len(contents)))
	return append(append(p, contents...), 0)
}

// standardInflate inflates a message without BFINAL 1 with the standard
// library: ok says that it came to its end.
func standardInflate(message []byte) (contents []byte, ok bool) {
	for i, end := range []string{"\x01\x00\x00\xff\xff", "\x03\x00"} {
		src := bytes.NewReader(append(message[:len(message):len(message)], "\x00\x00\xff\xff"+end...))
		got, err := io.ReadAll(flate.NewReader(src))
		if err != nil || src.Len() > 0 || i > 0 && !bytes.Equal(got, contents) {
			return nil, false // in one of them a block has taken the end for its own
		}
		contents = got
	}
	return contents, true
}

// Whatever comes is inflated to what the plain definition makes of it, with the
// same error at the same byte, wherever it is cut, and in no more room than
// there is. The standard library agrees.
//
//rfc:7692-6.2-1 7692-7.2.1-4 7692-7.2.1-5 7692-7.2.1-6 7692-7.2.1-7 7692-7.2.2-1 7692-7.2.2-2
func FuzzInflate(f *testing.F) {
	for i, p := range deflated(f) {
		f.Add(p, []byte("Hello"), byte(i), uint16(1<<16-1), uint64(i))
		f.Add(p, []byte{}, byte(7), uint16(i*331), uint64(i))
	}
	z := new(inflate.Inflater)
	f.Fuzz(func(t *testing.T, p, before []byte, bits byte, room uint16, seed uint64) {
		if len(p) > maxSeed || len(before) > 1<<15 {
			return
		}
		window := windowBits(bits)
		plain, want, wantErr := plainInflate(p, before, reach(window), int(room))
		r := rand.New(rand.NewPCG(seed, 0))
		for _, pieces := range [][][]byte{{p}, cutAtRandom(r, p, 40), cutAtRandom(r, p, 3), cutAtRandom(r, p, 1000)} {
			var w *inflate.Window
			if len(before) > 0 {
				w = inflate.NewWindow(window)
				if _, err := inflateMessage(t, z, w, window, len(before), storedMessage(before)); err != nil {
					t.Fatal(err)
				}
			}
			got, err := inflateMessage(t, z, w, window, int(room), pieces...)
			if !bytes.Equal(got, want) || !errors.Is(err, wantErr) {
				t.Fatalf("in %d pieces: %d bytes, %v, want %d, %v\n%x\n%x", len(pieces), len(got), err, len(want), wantErr, got, want)
			}
			if err == nil && w != nil { // the window has it now
				checkWindow(t, z, w, window, append(before[:len(before):len(before)], want...))
			}
		}
		if len(before) > 0 || plain.final || plain.single || window < 15 || wantErr == inflate.ErrTooLong {
			return // these are other things to the standard library
		}
		if got, ok := standardInflate(p); ok != (wantErr == nil) || ok && !bytes.Equal(got, want) {
			t.Fatalf("the standard library: %v, %d bytes, want %d, %v", ok, len(got), len(want), wantErr)
		}
	})
}

// checkWindow checks that the window ends with what was inflated last, by a
// match of its farthest bytes.
func checkWindow(t *testing.T, z *inflate.Inflater, w *inflate.Window, bits int, all []byte) {
	t.Helper()
	distance := min(len(all), 1<<bits)
	if distance < 1 {
		return
	}
	want := all[len(all)-distance:]
	want = want[:min(3, len(want))]
	for len(want) < 3 {
		want = append(want[:len(want):len(want)], want[len(want)-distance])
	}
	got, err := inflateMessage(t, z, w, bits, 3, matchMessage(distance))
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("%d bytes back: %x, %v, want %x", distance, got, err, want)
	}
}

// matchMessage is a message of three bytes, a match of that distance.
func matchMessage(distance int) []byte {
	symbol, extra, base := 0, 0, 1
	for n := 0; n < 30; n++ {
		bits := max(0, n/2-1)
		if base+1<<bits > distance {
			symbol, extra = n, bits
			break
		}
		base += 1 << bits
	}
	var p []byte
	n := 0
	put := func(v, size int, highestFirst bool) {
		for i := range size {
			if n%8 == 0 {
				p = append(p, 0)
			}
			at := i
			if highestFirst {
				at = size - 1 - i
			}
			p[n/8] |= byte(v>>at&1) << (n % 8)
			n++
		}
	}
	put(0b010, 3, false)
	put(0b0000001, 7, true)
	put(symbol, 5, true)
	put(distance-base, extra, false)
	put(0, 7, true)
	put(0, 3, false)
	return p
}
