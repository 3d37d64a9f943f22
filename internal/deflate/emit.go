package deflate

import (
	"encoding/binary"
	"slices"
)

// accumulator holds bits on their way to the output, all in registers: its
// methods return the new state.
type accumulator struct {
	bits uint64
	n    uint
}

func (a accumulator) code(c code) accumulator {
	return accumulator{a.bits | uint64(c>>16)<<(a.n&63), a.n + c.length()}
}

func (a accumulator) extra(v uint32, n uint) accumulator {
	return accumulator{a.bits | uint64(v)<<(a.n&63), a.n + n}
}

// flush writes a word, of which the bytes that are complete count, to dst. Less
// than 8 bits remain.
func (a accumulator) flush(dst []byte, at int) (accumulator, int) {
	binary.LittleEndian.PutUint64(dst[at:], a.bits)
	return accumulator{a.bits >> (a.n & 56), a.n & 7}, at + int(a.n>>3)
}

// grow makes room for so many bits, and for the whole word that ends them.
func (w *bitWriter) grow(bits int) {
	w.dst = slices.Grow(w.dst, bits/8+16)
}

// sequences writes what seqs describe, beginning at a position of the ring.
// There must be room for it.
func (w *bitWriter) sequences(r *ring, position uint16, seqs []sequence, codes *codes) {
	dst, at := w.dst[:cap(w.dst)], len(w.dst)
	a := accumulator{w.acc, w.n}
	i := int(position)
	for _, s := range seqs {
		run := int(s.run & 0xffff)
		for ; run > 4; run -= 4 {
			v := r.load(i)
			i += 4
			a, at = a.flush(dst, at)
			a = a.code(codes.literals[byte(v)])
			a = a.code(codes.literals[byte(v>>8)])
			a = a.code(codes.literals[byte(v>>16)])
			a = a.code(codes.literals[byte(v>>24)])
		}
		// The last four, or what there is of them: how many cannot be
		// foreseen, so those that are not there are masked out.
		v := r.load(i)
		a, at = a.flush(dst, at)
		a = a.code(codes.literals[byte(v)] & code(-run>>31))
		a = a.code(codes.literals[byte(v>>8)] & code((1-run)>>31))
		a = a.code(codes.literals[byte(v>>16)] & code((2-run)>>31))
		a = a.code(codes.literals[byte(v>>24)] & code((3-run)>>31))
		i += run + int(s.run>>16)

		length, distance := codes.literals[s.match&511], codes.distances[s.match>>14&31]
		a, at = a.flush(dst, at)
		a = a.code(length).extra(s.match>>9&31, length.extra())
		a = a.code(distance).extra(s.match>>19, distance.extra())
	}
	a, at = a.flush(dst, at)
	w.dst, w.acc, w.n = dst[:at], a.bits, a.n
}
