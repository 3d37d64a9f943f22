package deflate

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/internal/race"
)

// jsonPayload is an array of small records with much that repeats and some
// that does not.
func jsonPayload(size, variant int) []byte {
	r := rand.New(rand.NewPCG(uint64(size), uint64(variant)))
	p := []byte{'['}
	for i := 0; len(p) < size; i++ {
		p = append(p, `{"id":`...)
		p = strconv.AppendInt(p, int64(100000+i*7+variant), 10)
		p = append(p, `,"symbol":"`...)
		for range 4 {
			p = append(p, byte('A'+r.IntN(26)))
		}
		p = append(p, `","price":`...)
		p = strconv.AppendFloat(p, float64(r.IntN(100000))/100, 'f', 2, 64)
		p = append(p, `,"quantity":`...)
		p = strconv.AppendInt(p, int64(r.IntN(1000)), 10)
		p = append(p, `,"side":"buy","active":true,"updated":"2026-01-`...)
		p = append(p, byte('0'+r.IntN(3)), byte('0'+r.IntN(10)))
		p = append(p, `T12:00:00Z"},`...)
	}
	return p[:size]
}

func randomPayload(size int) []byte {
	r := rand.New(rand.NewPCG(uint64(size), 1))
	p := make([]byte, 0, size+8)
	for len(p) < size {
		p = binary.LittleEndian.AppendUint64(p, r.Uint64())
	}
	return p[:size]
}

// textPayload is words of a small vocabulary, with frequencies as in a
// language.
func textPayload(size int) []byte {
	r := rand.New(rand.NewPCG(uint64(size), 2))
	words := strings.Fields("the of and a to in is you that it he was for on are as with his they I at be this have from or one had by word but not what all were we when your can said there use an each which she do how their if will up other about out many then them these so some her would make like him into time has look two more write go see number no way could people my than first water been call who oil its now find long down day did get come made may part")
	var p []byte
	for len(p) < size {
		p = append(p, words[int(float64(len(words))*r.Float64()*r.Float64())]...)
		p = append(p, ' ')
	}
	return p[:size]
}

// skewedPayload has bytes of very different frequencies and nothing longer
// that repeats often.
func skewedPayload(size int) []byte {
	r := rand.New(rand.NewPCG(uint64(size), 3))
	p := make([]byte, size)
	for i := range p {
		p[i] = byte(r.Uint32() >> r.IntN(32))
	}
	return p
}

// fibonacciPayload has the frequencies that make the longest Huffman codes.
func fibonacciPayload(size int) []byte {
	var p []byte
	for symbol, n := range fibonacci() {
		p = append(p, bytes.Repeat([]byte{byte(symbol)}, int(n))...)
	}
	q := make([]byte, size)
	at := 0
	for i := range q {
		at = (at + 10_007) % len(p) // in an order that repeats little
		q[i] = p[at]
	}
	return q
}

var payloads = []struct {
	name string
	make func(size int) []byte
}{
	{"json", func(size int) []byte { return jsonPayload(size, 1) }},
	{"random", randomPayload},
	{"text", textPayload},
	{"skewed", skewedPayload},
	{"fibonacci", fibonacciPayload},
	{"zeros", func(size int) []byte { return make([]byte, size) }},
	{"period", func(size int) []byte { return bytes.Repeat([]byte("abcde12"), size/7+1)[:size] }},
}

// inflate is what the peer does with a message, window being what was sent to
// it before.
func inflate(t testing.TB, message, window []byte) []byte {
	t.Helper()
	// RFC 7692 section 7.2.2; then a final block, for the reader to end.
	tail := []byte{0x00, 0x00, 0xff, 0xff, 0x01, 0x00, 0x00, 0xff, 0xff}
	in := io.MultiReader(bytes.NewReader(message), bytes.NewReader(tail))
	p, err := io.ReadAll(flate.NewReaderDict(in, window))
	if err != nil {
		t.Fatalf("inflate: %v", err)
	}
	return p
}

// compress sends p as one message.
func compress(d *Deflater, dst, p []byte, level, windowBits int, h *History) []byte {
	d.Reset(level, windowBits, h)
	dst = d.Append(dst, p, true)
	d.Commit()
	return dst
}

func TestInflatesToItsInput(t *testing.T) {
	d, step := new(Deflater), 1
	sizes := []int{1000, 4096, 32767, 32768, 32769, 65535, 65536, 65537}
	if race.Enabled {
		step = 8
	} else {
		sizes = append(sizes, 100_000, 300_000)
	}
	for i := range race.Fewer(601) {
		sizes = append(sizes, i*601/race.Fewer(601))
	}
	for _, payload := range payloads {
		t.Run(payload.name, func(t *testing.T) {
			for _, size := range sizes {
				p := payload.make(size)
				for level := 1; level <= 9; level += step {
					if size > 64 && size <= 600 && level > 1 && level != size%9+1 {
						continue
					}
					got := compress(d, nil, p, level, 15, nil)
					if !bytes.Equal(inflate(t, got, nil), p) {
						t.Fatalf("level %d: %d bytes inflate to something else", level, size)
					}
					if most := size + 5*(size/maxBlock+1) + 1; len(got) > most {
						t.Fatalf("level %d: %d bytes became %d, want at most %d", level, size, len(got), most)
					}
				}
			}
		})
	}
}

// TestExamples has the examples of RFC 7692 section 7.2.3.
func TestExamples(t *testing.T) {
	d, h := new(Deflater), NewHistory(15)
	for i, want := range []string{
		"f248cdc9c90700", // 7.2.3.1
		"02130000",       // 7.2.3.2 matches four of the five bytes, f200110000
	} {
		got := hex.EncodeToString(compress(d, nil, []byte("Hello"), 1, 15, h))
		if got != want {
			t.Errorf("Hello number %d: got %s, want %s", i+1, got, want)
		}
	}
	if got := compress(d, nil, nil, 1, 15, nil); !bytes.Equal(got, []byte{0}) { // 7.2.3.6
		t.Errorf("empty message: got %x, want 00", got)
	}
}

func TestContextTakeover(t *testing.T) {
	d := new(Deflater)
	for level := 1; level <= 9; level++ {
		for windowBits := 8; windowBits <= 15; windowBits++ {
			t.Run(fmt.Sprint(level, windowBits), func(t *testing.T) {
				testTakeover(t, d, level, windowBits)
			})
		}
	}
}

func testTakeover(t *testing.T, d *Deflater, level, windowBits int) {
	r := rand.New(rand.NewPCG(uint64(level), uint64(windowBits)))
	h := NewHistory(windowBits)
	var window []byte
	for i := range race.Fewer(60) {
		size := r.IntN(1 << r.IntN(17))
		p := payloads[r.IntN(len(payloads))].make(size)
		if r.IntN(2) == 0 {
			p = jsonPayload(size, i)
		}
		if r.IntN(8) == 0 {
			h.Add(p)
			window = append(window, p...)
			continue
		}
		d.Reset(level, windowBits, h)
		var got []byte
		for rest := p; ; {
			n := len(rest)
			if r.IntN(2) == 0 {
				n = r.IntN(n + 1)
			}
			fin := n == len(rest)
			got = d.Append(got, rest[:n], fin)
			if rest = rest[n:]; fin {
				break
			}
		}
		dict := window[max(0, len(window)-1<<windowBits):]
		if !bytes.Equal(inflate(t, got, dict), p) {
			t.Fatalf("message %d of %d bytes inflates to something else", i, len(p))
		}
		if r.IntN(4) > 0 {
			d.Commit()
			window = append(window, p...)
		}
	}
}

// TestUncommitted sends every other message some other way, which must leave
// the History fit for the next.
func TestUncommitted(t *testing.T) {
	d, h := new(Deflater), NewHistory(15)
	var window []byte
	for i := range 40 {
		p := jsonPayload(1000*i, i)
		d.Reset(1, 15, h)
		got := d.Append(nil, p, true)
		if !bytes.Equal(inflate(t, got, window[max(0, len(window)-1<<15):]), p) {
			t.Fatalf("message %d inflates to something else", i)
		}
		if i%2 == 0 {
			d.Commit()
			window = append(window, p...)
		}
	}
}

// TestHugeMessage sends more than any position counter holds, in pieces.
func TestHugeMessage(t *testing.T) {
	d, h := new(Deflater), NewHistory(15)
	compress(d, nil, []byte("something before"), 1, 15, h)
	p := append(randomPayload(100_000), textPayload(3<<20)...)
	d.Reset(1, 15, h)
	var got []byte
	for i := 0; i < len(p); i += 77_777 {
		rest := p[i:]
		got = d.Append(got, rest[:min(len(rest), 77_777)], len(rest) <= 77_777)
	}
	d.Commit()
	if !bytes.Equal(inflate(t, got, []byte("something before")), p) {
		t.Fatal("the message inflates to something else")
	}
	again := p[len(p)-5000:]
	got = compress(d, nil, again, 1, 15, h)
	if !bytes.Equal(inflate(t, got, p[len(p)-1<<15:]), again) {
		t.Fatal("the next message inflates to something else")
	}
	if len(got) > 250 {
		t.Errorf("what was just sent takes %d bytes", len(got))
	}
}

// TestFindsWhatRepeats has data that only a match makes shorter.
func TestFindsWhatRepeats(t *testing.T) {
	d := new(Deflater)
	for size := 512; size <= 1<<15; size *= 2 {
		p := randomPayload(size)
		for level := 1; level <= 9; level++ {
			got := len(compress(d, nil, append(p, p...), level, 15, nil))
			if most := size * 4 / 3; size <= 1<<13 && got > most {
				t.Errorf("level %d: %d bytes twice take %d, want at most %d", level, size, got, most)
			}
			h := NewHistory(15)
			compress(d, nil, p, level, 15, h)
			got = len(compress(d, nil, p, level, 15, h))
			if most := size / 3; size <= maxHistory/4 && got > most {
				t.Errorf("level %d: %d bytes take %d the second time, want at most %d", level, size, got, most)
			}
		}
	}
}

func TestDeterministic(t *testing.T) {
	used := new(Deflater)
	for _, payload := range payloads {
		compress(used, nil, payload.make(100_000), 9, 15, NewHistory(15))
	}
	for _, payload := range payloads {
		p := payload.make(3000)
		for level := 1; level <= 9; level++ {
			got, want := compress(used, nil, p, level, 15, nil), compress(new(Deflater), nil, p, level, 15, nil)
			if !bytes.Equal(got, want) {
				t.Errorf("%s, level %d: what came before changes the result", payload.name, level)
			}
		}
	}
}

func benchmarkDeflate(b *testing.B, size, level int, h *History) {
	var messages [][]byte
	for variant := range 64 {
		messages = append(messages, jsonPayload(size, variant))
	}
	d := new(Deflater)
	var dst []byte
	bytes, n := 0, 0
	b.ReportAllocs()
	b.SetBytes(int64(size))
	for b.Loop() {
		dst = compress(d, dst[:0], messages[n&63], level, 15, h)
		bytes += len(dst)
		n++
	}
	b.ReportMetric(float64(bytes)/float64(n), "B/msg")
}

func BenchmarkDeflate(b *testing.B) {
	for level := 1; level <= 9; level++ {
		b.Run(fmt.Sprint("level=", level), func(b *testing.B) {
			b.Run("1K", func(b *testing.B) { benchmarkDeflate(b, 1<<10, level, nil) })
			b.Run("16K", func(b *testing.B) { benchmarkDeflate(b, 16<<10, level, nil) })
			b.Run("takeover1K", func(b *testing.B) { benchmarkDeflate(b, 1<<10, level, NewHistory(15)) })
		})
	}
}
