package deflate

import (
	"bytes"
	"testing"
)

// FuzzDeflater sends p after another message, in two pieces, and wants the peer
// to get it.
func FuzzDeflater(f *testing.F) {
	for _, payload := range payloads {
		p := payload.make(700)
		f.Add(p[:200], p[150:], uint16(100), uint8(0), uint8(7))
	}
	f.Add([]byte("Hello"), []byte("Hello"), uint16(0), uint8(8), uint8(0))
	d := new(Deflater)
	f.Fuzz(func(t *testing.T, before, p []byte, split uint16, level, windowBits uint8) {
		bits := int(windowBits%8) + 8
		h := NewHistory(bits)
		compress(d, nil, before, 1, bits, h)
		d.Reset(int(level%9)+1, bits, h)
		n := min(int(split), len(p))
		got := d.Append(nil, p[:n], false)
		got = d.Append(got, p[n:], true)
		window := before[max(0, len(before)-1<<bits):]
		if !bytes.Equal(inflate(t, got, window), p) {
			t.Errorf("the message inflates to something else")
		}
		if longest := longestDistance(got, len(p)); longest > 1<<bits {
			t.Errorf("the longest distance is %d, want at most %d", longest, 1<<bits)
		}
	})
}
