package deflate

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

// codes has the codes of both alphabets, by symbol; those of symbols that a
// block does not use are left over from another. As for the size of the arrays,
// see counts.
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
	if len(seqs) <= 1+len(p)>>10 && n.flat(len(p)) {
		w.stored(p)
		return
	}
	e.literals.build(n.literals[:288], maxLiteralBits)
	e.distances.build(n.distances[:], maxDistanceBits)
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
