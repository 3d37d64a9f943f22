package deflate

import "math/bits"

// Limits of RFC 1951 section 3.2.5. Matches shorter than minMatch, down to 3,
// are allowed, but seldom pay.
const (
	minMatch    = 5
	maxMatch    = 258
	maxDistance = 1 << 15

	// A match of minMatch bytes further back takes about as many bits as its
	// literals.
	shortReach = 1 << 11

	endOfBlock     = 256
	numLengthCodes = 29
	numLiterals    = endOfBlock + 1 + numLengthCodes
	numDistances   = 30
	noDistance     = numDistances + 1
)

// sequence is a run of literals and the match that follows it, packed so that
// neither counting nor writing has to look a symbol up again:
//
//	run:   bits 0-15  number of literals
//	       bits 16-31 length of the match
//	match: bits 0-8   literal/length symbol
//	       bits 9-13  extra bits of the length
//	       bits 14-18 distance symbol
//	       bits 19-31 extra bits of the distance
//
// The literals themselves stay in the window.
type sequence struct {
	run, match uint32
}

func makeSequence(literals, length, distance int) sequence {
	return sequence{
		run:   uint32(literals | length<<16),
		match: uint32(lengthTokens[length]) | packDistance(uint32(distance)),
	}
}

// endSequence is the last one of a block. Its match is the end of the block,
// with a distance symbol of its own that has no bits.
func endSequence(literals int) sequence {
	return sequence{run: uint32(literals), match: endOfBlock | noDistance<<14}
}

// extraBits has the number of extra bits of each literal/length symbol from
// endOfBlock on, distanceExtraBits that of each distance symbol.
var (
	extraBits         = lengthExtraBits()
	distanceExtraBits = [numDistances]uint8{
		0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6,
		7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
	}
)

// lengthTokens is the low half of a sequence's match, by length.
var lengthTokens = newLengthTokens()

func lengthExtraBits() (extra [numLengthCodes + 1]uint8) {
	for i := 9; i < numLengthCodes; i++ {
		extra[i] = uint8(i-5) / 4
	}
	extra[numLengthCodes] = 0 // length 258 has a symbol of its own
	return extra
}

func newLengthTokens() (tokens [maxMatch + 1]uint16) {
	length := 3
	for i := 1; i <= numLengthCodes; i++ {
		for extra := range 1 << extraBits[i] {
			if length <= maxMatch {
				tokens[length] = uint16(endOfBlock + i | extra<<9)
			}
			length++
		}
	}
	tokens[maxMatch] = endOfBlock + numLengthCodes
	return tokens
}

// packDistance returns the upper part of a sequence's match.
func packDistance(distance uint32) uint32 {
	d := distance - 1
	if d < 4 {
		return d << 14
	}
	// Two symbols for each power of two: the bit below the highest tells
	// which one, the rest are extra bits.
	n := uint32(bits.Len32(d)) - 2
	return (2*n+d>>n)<<14 | d&(1<<n-1)<<19
}

// counts is how often each symbol occurs in a block. The arrays are larger than
// the alphabets, so that the fields of a sequence are indices without checks.
type counts struct {
	literals  [512]uint16
	distances [32]uint16
}

// match counts the symbols of the match of s.
func (c *counts) match(s sequence) {
	c.literals[s.match&511]++
	c.distances[s.match>>14&31]++
}

// flat reports whether size bytes are nearly all literals and look as random as
// no code can make use of. The sum of the squares of random bytes' frequencies
// is size*size/256 + size or so.
func (c *counts) flat(size int) bool {
	n, squares := uint64(0), uint64(0)
	for _, f := range c.literals[:endOfBlock] {
		n += uint64(f)
		squares += uint64(f) * uint64(f)
	}
	return n >= 256 && n >= uint64(size-size>>7) && squares < n*n/250+n*3/2
}
