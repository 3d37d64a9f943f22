package deflate

import (
	"encoding/binary"
	"math/bits"
)

// bucket has the last four positions at which four bytes of a certain hash
// began, modulo 1<<16, the newest in the lowest bits. A position may be stale
// and stand for other bytes by now, so what is found is always compared; for
// the same reason an empty bucket needs no mark.
type bucket uint64

const (
	bucketSize         = 8
	positionsPerBucket = 16 // of the window; many positions are never looked for
)

func (b *bucket) insert(position uint16) { *b = *b<<16 | bucket(position) }

func hash(v uint32, shift uint) uint32 { return v * 0x9e3779b1 >> (shift & 31) }

// hashShift is for a table of n buckets, a power of two.
func hashShift(n int) uint { return uint(33 - bits.Len(uint(n))) }

// effort is how hard a level looks for matches.
type effort struct {
	buckets int  // buckets looked at
	lazy    bool // whether to try for a longer match at the next byte
	nice    int  // length at which to stop looking
}

var efforts = [10]effort{
	1: {1, false, 8},
	2: {1, false, 16},
	3: {1, false, 32},
	4: {1, true, 16},
	5: {1, true, 32},
	6: {2, true, 64},
	7: {4, true, 128},
	8: {8, true, 258},
	9: {16, true, 258},
}

const bufferSize = 1 << 16

// matcher finds sequences in a buffer.
type matcher struct {
	// The window, then what is to be compressed. What lies behind end is
	// read but does not count.
	buf    [bufferSize + 8]byte
	end    int
	origin uint16 // position of buf[0], modulo 1<<16

	reach  int // the largest distance allowed
	table  []bucket
	shift  uint
	effort effort

	seqs [maxBlock/minMatch + 2]sequence
}

func (m *matcher) load(i int) uint64 {
	return binary.LittleEndian.Uint64(m.buf[uint16(i):])
}

func (m *matcher) insert(i int) {
	m.table[hash(uint32(m.load(i)), m.shift)].insert(m.origin + uint16(i))
}

// find describes buf[start:end].
func (m *matcher) find(start int) []sequence {
	n := 0
	end := m.end
	lit := start
	for i := max(start-minMatch+1, 0); i < start && i+minMatch <= end; i++ {
		m.insert(i)
	}
	for i := start; i+minMatch <= end; {
		length, distance := m.longest(i, minMatch-1)
		if length == 0 {
			m.insert(i)
			i++
			continue
		}
		m.insert(i)
		if m.effort.lazy {
			for length < m.effort.nice && i+1+minMatch <= end {
				l, d := m.longest(i+1, length)
				if l == 0 {
					break
				}
				i++
				m.insert(i)
				length, distance = l, d
			}
		}
		m.seqs[n] = makeSequence(uint32(i-lit), uint32(length), uint32(distance))
		n++
		for j := i + 1; j < i+length && j+minMatch <= end; j++ {
			m.insert(j)
		}
		i += length
		lit = i
	}
	m.seqs[n] = endSequence(uint32(end - lit))
	return m.seqs[:n+1]
}

// longest looks for a match at i longer than length.
func (m *matcher) longest(i, length int) (best, distance int) {
	h := hash(uint32(m.load(i)), m.shift)
	limit := min(maxMatch, m.end-i)
	reach := min(m.reach, i)
	position := m.origin + uint16(i)
	for k := range m.effort.buckets {
		b := m.table[int(h)^k&(len(m.table)-1)]
		for range 4 {
			d := int(position - uint16(b))
			b >>= 16
			if d == 0 || d > reach {
				continue
			}
			if l := m.matchLength(i, d, limit); l > length {
				length, best, distance = l, l, d
				if l >= m.effort.nice {
					return
				}
			}
		}
	}
	return
}

func (m *matcher) matchLength(i, distance, limit int) int {
	for n := 0; n < limit; n += 8 {
		if x := m.load(i+n) ^ m.load(i+n-distance); x != 0 {
			return min(n+bits.TrailingZeros64(x)>>3, limit)
		}
	}
	return limit
}

// useTable makes m look into t. The number of buckets is a power of two.
func (m *matcher) useTable(t []bucket) {
	m.table, m.shift = t, hashShift(len(t))
}

// slide makes room for n bytes, or for a block if that is less, by forgetting
// bytes that no distance reaches.
func (m *matcher) slide(n int) {
	if m.end+min(n, maxBlock) <= bufferSize {
		return
	}
	gone := m.end - min(m.end, 1<<15)
	m.end = copy(m.buf[:], m.buf[gone:m.end])
	m.origin += uint16(gone)
}
