package deflate

import (
	"encoding/binary"
	"slices"
)

// Block types (RFC 1951 section 3.2.3), with BFINAL 0: permessage-deflate has
// no final blocks (RFC 7692 section 7.2.1).
const (
	storedBlock  = 0 << 1
	fixedBlock   = 1 << 1
	dynamicBlock = 2 << 1
)

const (
	// Four literals fit the bit accumulator at once, beside 7 bits left over.
	maxLiteralBits  = 14
	maxDistanceBits = 15
)

// codes has the codes of both alphabets, by symbol. Those that are not in use
// are 0. As for the size of the arrays, see counts.
type codes struct {
	literals  [512]code
	distances [32]code
}

// fixedCodes are those of RFC 1951 section 3.2.6.
var fixedCodes = newFixedCodes()

func newFixedCodes() *codes {
	c := new(codes)
	for i := range uint16(288) {
		value, length := 0xc0+i-280, uint8(8)
		switch {
		case i < 144:
			value = 0x30 + i
		case i < 256:
			value, length = 0x190+i-144, 9
		case i < 280:
			value, length = i-256, 7
		}
		extra := uint8(0)
		if i >= endOfBlock && i < numLiterals {
			extra = extraBits[i-endOfBlock]
		}
		c.literals[i] = makeCode(value, extra, length)
	}
	for i, extra := range distanceExtraBits {
		c.distances[i] = makeCode(uint16(i), extra, 5)
	}
	return c
}

// encoder writes blocks.
type encoder struct {
	literals, distances huffman
	header              header
	codes               codes
}

// block writes p, which is in the ring from a position on and which seqs
// describe with their counts, as the kind of block that takes the fewest bits.
func (e *encoder) block(w *bitWriter, r *ring, position uint16, p []byte, seqs []sequence, n *counts) {
	e.literals.build(n.literals[:numLiterals], maxLiteralBits)
	e.distances.build(n.distances[:numDistances], maxDistanceBits)
	e.literals.assign(e.codes.literals[:], endOfBlock, extraBits[:])
	e.distances.assign(e.codes.distances[:], 0, distanceExtraBits[:])
	e.header.build(&e.literals, &e.distances)

	dynamic := 3 + e.header.size() + e.size(&e.codes)
	fixed := 3 + e.size(fixedCodes)
	switch stored := w.storedBits(len(p)); {
	case stored <= min(dynamic, fixed):
		w.stored(p)
	case fixed <= dynamic:
		w.grow(fixed)
		w.add(fixedBlock, 3)
		w.sequences(r, position, seqs, fixedCodes)
	default:
		w.grow(dynamic)
		w.add(dynamicBlock, 3)
		e.header.write(w)
		w.sequences(r, position, seqs, &e.codes)
	}
}

// size is the number of bits that the symbols counted take.
func (e *encoder) size(c *codes) int {
	n := uint(0)
	for _, key := range e.literals.used() {
		n += uint(key>>9) * c.literals[key&511].total()
	}
	for _, key := range e.distances.used() {
		n += uint(key>>9) * c.distances[key&31].total()
	}
	return int(n)
}

// grow makes room for so many bits, and for a whole word at the end.
func (w *bitWriter) grow(bits int) {
	w.dst = slices.Grow(w.dst, bits/8+16)
}

// sequences writes what seqs describe. There must be room for it: words are
// written whole, and only the bytes that are complete count.
func (w *bitWriter) sequences(r *ring, position uint16, seqs []sequence, codes *codes) {
	dst, at, acc, n := w.dst[:cap(w.dst)], len(w.dst), w.acc, w.n
	i := int(position)
	for _, s := range seqs {
		run := int(s.run & 0xffff)
		for ; run > 4; run -= 4 {
			binary.LittleEndian.PutUint64(dst[at:], acc)
			at += int(n >> 3)
			acc >>= n & 56
			n &= 7
			v := r.load(i)
			i += 4
			for range 4 {
				c := codes.literals[byte(v)]
				v >>= 8
				acc |= uint64(c>>16) << (n & 63)
				n += c.length()
			}
		}
		binary.LittleEndian.PutUint64(dst[at:], acc)
		at += int(n >> 3)
		acc >>= n & 56
		n &= 7
		v := r.load(i)
		c0 := codes.literals[byte(v)] & code(-run>>63)
		c1 := codes.literals[byte(v>>8)] & code((1-run)>>63)
		c2 := codes.literals[byte(v>>16)] & code((2-run)>>63)
		c3 := codes.literals[byte(v>>24)] & code((3-run)>>63)
		acc |= uint64(c0>>16) << (n & 63)
		n += c0.length()
		acc |= uint64(c1>>16) << (n & 63)
		n += c1.length()
		acc |= uint64(c2>>16) << (n & 63)
		n += c2.length()
		acc |= uint64(c3>>16) << (n & 63)
		n += c3.length()
		i += run + int(s.run>>16)
		binary.LittleEndian.PutUint64(dst[at:], acc)
		at += int(n >> 3)
		acc >>= n & 56
		n &= 7

		length, distance := codes.literals[s.match&511], codes.distances[s.match>>14&31]
		acc |= uint64(length>>16) << (n & 63)
		n += length.length()
		acc |= uint64(s.match>>9&31) << (n & 63)
		n += uint(length >> 8 & 0xff)
		acc |= uint64(distance>>16) << (n & 63)
		n += distance.length()
		acc |= uint64(s.match>>19) << (n & 63)
		n += uint(distance >> 8 & 0xff)
	}
	binary.LittleEndian.PutUint64(dst[at:], acc)
	at += int(n >> 3)
	w.dst, w.acc, w.n = dst[:at], acc>>(n&56), n&7
}
