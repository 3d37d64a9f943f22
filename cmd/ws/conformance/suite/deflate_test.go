package suite

import (
	"bytes"
	"compress/flate"
	"math/rand/v2"
	"strings"
	"testing"
)

// The examples of RFC 7692, section 7.2.3.2: the second message refers to the
// first, with context takeover and while that is in the window.
func TestInflaterWindow(t *testing.T) {
	const first, second = "\xf2\x48\xcd\xc9\xc9\x07\x00", "\xf2\x00\x11\x00\x00"
	for name, tt := range map[string]struct {
		direction
		between int
		ok      bool
	}{
		"takeover":     {direction{bits: 9}, 0, true},
		"out of reach": {direction{bits: 9}, 508, false},
		"no takeover":  {direction{true, 9}, 0, false},
	} {
		f := newInflater(tt.direction)
		if got, err := f.inflate([]byte(first), 5); string(got) != "Hello" || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		f.past = lastOf(append(f.past, make([]byte, tt.between)...), 1<<f.bits)
		if got, err := f.inflate([]byte(second), 5); (string(got) == "Hello" && err == nil) != tt.ok {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// Inflating ends a byte after what is expected.
func TestInflateStops(t *testing.T) {
	d := newDeflater(direction{bits: 15})
	packed := bytes.Clone(d.deflate(make([]byte, 1<<24)))
	got, err := newInflater(direction{bits: 15}).inflate(packed, 1000)
	if err != errTooMuch || len(got) != 1001 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// pack compresses with the standard library's window, which is of 15 bits.
func pack(p []byte, level int) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, level)
	w.Write(p)
	w.Flush()
	return bytes.TrimSuffix(b.Bytes(), []byte(tail))
}

// Matches that reach out of the window are found, and only those.
func TestTooFar(t *testing.T) {
	random := make([]byte, 600)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range random {
		random[i] = byte(r.Uint32())
	}
	for name, tt := range map[string]struct {
		text []byte
		bits int
		far  int
	}{
		"far":             {bytes.Repeat(random, 3), 9, 600},
		"near enough":     {bytes.Repeat(random, 3), 10, 0},
		"just too far":    {bytes.Repeat(random[:513], 3), 9, 513},
		"just near":       {bytes.Repeat(random[:512], 3), 9, 0},
		"text":            {[]byte(strings.Repeat("what is said twice is shorter; ", 99)), 9, 0},
		"a run":           {make([]byte, 10_000), 8, 0},
		"not to compress": {random, 8, 0},
	} {
		for _, level := range []int{flate.NoCompression, flate.BestCompression, flate.HuffmanOnly} {
			f := newInflater(direction{bits: tt.bits})
			packed := pack(tt.text, level)
			want := tt.far
			if level == flate.NoCompression || level == flate.HuffmanOnly {
				want = 0
			}
			got, err := newInflater(direction{bits: mostBits}).inflate(packed, int64(len(tt.text)))
			if err != nil || !bytes.Equal(got, tt.text) {
				t.Fatalf("%s, level %d: %v", name, level, err)
			}
			if far := f.tooFar(packed, len(tt.text)); far != want {
				t.Errorf("%s, level %d: %d bytes, want %d", name, level, far, want)
			}
			for i := range packed {
				f.tooFar(packed[:i], len(tt.text)) // must end
			}
		}
	}
}
