package deflate

import "encoding/binary"

// bitWriter appends bits, the lowest first (RFC 1951 section 3.1.1).
type bitWriter struct {
	dst []byte
	acc uint64 // the last n bits, not yet in dst; n < 32 between calls
	n   uint
}

// add writes the lowest n bits of v, at most 32; the others must be 0.
func (w *bitWriter) add(v uint32, n uint) {
	w.acc |= uint64(v) << (w.n & 63)
	w.n += n
	if w.n >= 32 {
		w.dst = binary.LittleEndian.AppendUint32(w.dst, uint32(w.acc))
		w.acc >>= 32
		w.n -= 32
	}
}

// align fills the last byte with zero bits.
func (w *bitWriter) align() {
	for ; w.n > 0; w.n -= min(w.n, 8) {
		w.dst = append(w.dst, byte(w.acc))
		w.acc >>= 8
	}
}

// stored writes p, at most 65535 bytes, as a stored block (RFC 1951 section
// 3.2.4).
func (w *bitWriter) stored(p []byte) {
	w.add(storedBlock, 3)
	w.align()
	n := uint16(len(p))
	w.dst = binary.LittleEndian.AppendUint16(w.dst, n)
	w.dst = binary.LittleEndian.AppendUint16(w.dst, ^n)
	w.dst = append(w.dst, p...)
}

// storedBits is how many bits stored would write for n bytes.
func (w *bitWriter) storedBits(n int) int {
	return 3 + int(-(w.n+3)&7) + 32 + 8*n
}
