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

// encoder writes blocks.
type encoder struct {
	literals, distances huffman
	header              header

	literalFreq   [512]uint16
	distanceFreq  [32]uint16
	literalCodes  [512]code
	distanceCodes [32]code
}

var fixedLiteralCodes, fixedDistanceCodes = fixedCodes()

// fixedCodes makes the codes of RFC 1951 section 3.2.6.
func fixedCodes() (literals [512]code, distances [32]code) {
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
		literals[i] = makeCode(value, extra, length)
	}
	for i, extra := range distanceExtraBits {
		distances[i] = makeCode(uint16(i), extra, 5)
	}
	return literals, distances
}

// block writes src, which seqs describe up to and with the end of the block,
// as the kind of block that takes the fewest bits.
func (e *encoder) block(w *bitWriter, src []byte, seqs []sequence) {
	e.count(src, seqs)
	e.literals.build(e.literalFreq[:numLiterals], maxLiteralBits)
	e.distances.build(e.distanceFreq[:numDistances], maxDistanceBits)
	e.literals.assign(e.literalCodes[:], endOfBlock, extraBits[:])
	e.distances.assign(e.distanceCodes[:], 0, distanceExtraBits[:])
	e.header.build(&e.literals, &e.distances)

	dynamic := 3 + e.header.size() + e.size(&e.literalCodes, &e.distanceCodes)
	fixed := 3 + e.size(&fixedLiteralCodes, &fixedDistanceCodes)
	switch stored := w.storedBits(len(src)); {
	case stored <= min(dynamic, fixed):
		w.stored(src)
	case fixed <= dynamic:
		w.grow(fixed)
		w.add(fixedBlock, 3)
		w.sequences(src, seqs, &fixedLiteralCodes, &fixedDistanceCodes)
	default:
		w.grow(dynamic)
		w.add(dynamicBlock, 3)
		e.header.write(w)
		w.sequences(src, seqs, &e.literalCodes, &e.distanceCodes)
	}
}

// count finds how often each symbol occurs.
func (e *encoder) count(src []byte, seqs []sequence) {
	clear(e.literalFreq[:numLiterals])
	clear(e.distanceFreq[:])
	for _, s := range seqs {
		for _, b := range src[:s.run&0xffff] {
			e.literalFreq[b]++
		}
		e.literalFreq[s.match&511]++
		e.distanceFreq[s.match>>14&31]++
		src = src[s.run&0xffff+s.run>>16:]
	}
}

// size is the number of bits that the symbols counted take.
func (e *encoder) size(literals *[512]code, distances *[32]code) int {
	n := uint(0)
	for _, symbol := range e.literals.used[:e.literals.n] {
		n += uint(e.literalFreq[symbol&511]) * literals[symbol&511].total()
	}
	for _, symbol := range e.distances.used[:e.distances.n] {
		n += uint(e.distanceFreq[symbol&31]) * distances[symbol&31].total()
	}
	return int(n)
}

// grow makes room for so many bits, and for a whole word at the end.
func (w *bitWriter) grow(bits int) {
	w.dst = slices.Grow(w.dst, bits/8+16)
}

// sequences writes what seqs describe. There must be room for it: words are
// written whole, and only the bytes that are complete count.
func (w *bitWriter) sequences(src []byte, seqs []sequence, literals *[512]code, distances *[32]code) {
	dst, at, acc, n := w.dst[:cap(w.dst)], len(w.dst), w.acc, w.n
	for _, s := range seqs {
		run := src[:s.run&0xffff]
		for len(run) >= 4 {
			binary.LittleEndian.PutUint64(dst[at:], acc)
			at += int(n >> 3)
			acc >>= n & 56
			n &= 7
			for _, b := range run[:4] {
				c := literals[b]
				acc |= uint64(c>>16) << (n & 63)
				n += c.length()
			}
			run = run[4:]
		}
		binary.LittleEndian.PutUint64(dst[at:], acc)
		at += int(n >> 3)
		acc >>= n & 56
		n &= 7
		for _, b := range run {
			c := literals[b]
			acc |= uint64(c>>16) << (n & 63)
			n += c.length()
		}
		binary.LittleEndian.PutUint64(dst[at:], acc)
		at += int(n >> 3)
		acc >>= n & 56
		n &= 7

		length, distance := literals[s.match&511], distances[s.match>>14&31]
		acc |= uint64(length>>16) << (n & 63)
		n += length.length()
		acc |= uint64(s.match>>9&31) << (n & 63)
		n += uint(length >> 8 & 0xff)
		acc |= uint64(distance>>16) << (n & 63)
		n += distance.length()
		acc |= uint64(s.match>>19) << (n & 63)
		n += uint(distance >> 8 & 0xff)
		src = src[s.run&0xffff+s.run>>16:]
	}
	binary.LittleEndian.PutUint64(dst[at:], acc)
	at += int(n >> 3)
	w.dst, w.acc, w.n = dst[:at], acc>>(n&56), n&7
}
