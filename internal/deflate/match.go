package deflate

import (
	"encoding/binary"
	"math/bits"
)

// pair has the last two positions at which bytes of a certain hash began,
// modulo 1<<16, the newer in the lower half. A position may be stale and stand
// for other bytes by now, so what is found is always compared; for the same
// reason an empty pair needs no mark.
type pair uint32

const pairSize = 4

func (p *pair) insert(position uint16) { *p = *p<<16 | pair(position) }

// hash is of the first five bytes of v, and has 16 bits.
func hash(v uint64) int { return int(v << 24 * 0xcf1bbcdcbb >> 48) }

// ringSize is that of the largest window and a block.
const ringSize = 1 << 16

// ring is the window and, after it, what is to be compressed. A position
// modulo ringSize is an index, so buckets refer to it directly and nothing
// ever moves. The first bytes are there again behind the last, for load.
type ring [ringSize + 8]byte

// load returns the eight bytes from a position on.
func (r *ring) load(position int) uint64 {
	return binary.LittleEndian.Uint64(r[uint16(position):])
}

// write stores p, less than ringSize bytes, from a position on.
func (r *ring) write(position uint16, p []byte) {
	n := copy(r[position:ringSize], p)
	copy(r[:], p[n:])
	copy(r[ringSize:], r[:8])
}

// before returns the n bytes before a position, in two parts.
func (r *ring) before(position uint16, n int) (older, newer []byte) {
	if n <= int(position) {
		return r[int(position)-n : position], nil
	}
	return r[ringSize-(n-int(position)) : ringSize], r[:position]
}

// matcher finds sequences in a ring.
type matcher struct {
	ring  ring
	next  uint16 // position after the last byte
	have  int    // number of bytes before it that matches may refer to
	reach int    // the largest distance allowed
	table []pair
	effort

	seqs   [maxBlock/minMatch + 2]sequence
	counts counts
}

// effort is how hard a level looks for matches.
type effort struct {
	pairs int // pairs for each hash, a power of two
	lazy  int // length up to which the next byte may have a longer match
	nice  int // length at which to stop looking
}

var efforts = [10]effort{
	1: {1, 0, 0},
	2: {1, 8, 16},
	3: {1, 16, 32},
	4: {2, 16, 32},
	5: {2, 32, 64},
	6: {4, 32, 128},
	7: {4, 128, 258},
	8: {8, 258, 258},
	9: {16, 258, 258},
}

// add puts p into the window.
func (m *matcher) add(p []byte) {
	m.ring.write(m.next, p)
	m.next += uint16(len(p))
	m.have = min(m.have+len(p), maxDistance)
}

// insert notes what begins at i. The oldest position of its set goes.
func (m *matcher) insert(i int) {
	set := hash(m.ring.load(i)) & (len(m.table) - 1) &^ (m.pairs - 1)
	carry := pair(uint16(i))
	for k := range m.pairs {
		p := &m.table[set+k]
		carry, *p = *p>>16, *p<<16|carry
	}
}

// insertOne is insert for a table of single pairs.
func (m *matcher) insertOne(i int) {
	m.table[hash(m.ring.load(i))&(len(m.table)-1)].insert(uint16(i))
}

// find returns sequences for p, which follows the window, and adds it there.
func (m *matcher) find(p []byte) []sequence {
	m.counts = counts{}
	start := ringSize + int(m.next)
	end := start + len(p)
	begin := start - m.have
	m.add(p)
	// These could not be looked up before, for want of bytes.
	for i := max(begin, start-minMatch+1); i < start && i+minMatch <= end; i++ {
		m.insert(i)
	}
	if m.lazy == 0 {
		return m.first(begin, start, end)
	}
	return m.best(begin, start, end)
}

// first takes the first matches that come along.
func (m *matcher) first(begin, i, end int) []sequence {
	n := 0
	literals := i // where they began
	for i+minMatch <= end {
		v := m.ring.load(i)
		slot := &m.table[hash(v)&(len(m.table)-1)]
		b := *slot
		slot.insert(uint16(i))
		far := uint(min(m.reach, i-begin))
		x, distance := m.compare(v, i, uint16(b), far)
		if x<<24 != 0 {
			x, distance = m.compare(v, i, uint16(b>>16), far)
		}
		unlike := x << 24 // the first five bytes of it
		if distance > shortReach {
			unlike = x << 16
		}
		if unlike != 0 {
			m.counts.literals[byte(v)]++
			i++
			if skip := (i - literals) >> 7; skip > 0 {
				i = m.skip(i, min(i+skip, end))
			}
			continue
		}

		length := m.common(x, i, int(distance), min(maxMatch, end-i))
		m.seqs[n] = makeSequence(i-literals, length, int(distance))
		m.counts.match(m.seqs[n])
		n++
		next := i + length
		if next-1+minMatch <= end {
			m.insertOne(i + 1)
			m.insertOne(next - 1)
		}
		i = next
		literals = i
	}
	return m.finish(n, literals, i, end)
}

// compare returns in which bits the eight bytes from a position on are not v,
// which is at i. What is too far away differs in the first.
func (m *matcher) compare(v uint64, i int, position uint16, far uint) (x uint64, distance uint) {
	x = m.ring.load(int(position)) ^ v
	distance = uint(uint16(i) - position)
	if distance-1 >= far {
		x = 1
	}
	return x, distance
}

// common returns how many bytes, at most limit, are the same at i and distance
// before it. The first eight differ by x.
func (m *matcher) common(x uint64, i, distance, limit int) int {
	if x != 0 {
		return min(limit, bits.TrailingZeros64(x)>>3)
	}
	for n := 8; n < limit; n += 8 {
		if x := m.ring.load(i+n) ^ m.ring.load(i+n-distance); x != 0 {
			return min(limit, n+bits.TrailingZeros64(x)>>3)
		}
	}
	return limit
}

// skip passes over literals where nothing has matched for long, up to end or to
// certain bytes: when the same comes again, it is looked for in the same places.
func (m *matcher) skip(i, end int) int {
	for ; i < end; i++ {
		b := m.ring[uint16(i)]
		if b&15 == 0 {
			break
		}
		m.counts.literals[b]++
	}
	return i
}

// finish adds the end of the block to n sequences; from i on, nothing has been
// counted.
func (m *matcher) finish(n, literals, i, end int) []sequence {
	for ; i < end; i++ {
		m.counts.literals[m.ring[uint16(i)]]++
	}
	m.counts.literals[endOfBlock]++
	m.seqs[n] = endSequence(end - literals)
	return m.seqs[:n+1]
}

// best takes the best matches, and puts off those that the next byte has a
// better one for.
func (m *matcher) best(begin, i, end int) []sequence {
	n := 0
	literals := i
	for i+minMatch <= end {
		length, distance := m.longest(i, uint(min(m.reach, i-begin)), min(maxMatch, end-i), worthwhile)
		if length == 0 {
			m.counts.literals[m.ring[uint16(i)]]++
			i++
			continue
		}
		seen := i + 1
		for length < m.lazy && seen+minMatch <= end {
			l, d := m.longest(seen, uint(min(m.reach, seen-begin)), min(maxMatch, end-seen), gain(length, distance)+patience)
			seen++
			if l == 0 {
				break
			}
			m.counts.literals[m.ring[uint16(i)]]++
			i++
			length, distance = l, d
		}
		m.seqs[n] = makeSequence(i-literals, length, distance)
		m.counts.match(m.seqs[n])
		n++
		i += length
		literals = i
		for ; seen < min(i, end-minMatch+1); seen++ {
			m.insert(seen)
		}
	}
	return m.finish(n, literals, i, end)
}

// gain estimates what a match saves, in units of about one and a half bits.
func gain(length, distance int) int { return 4*length - bits.Len(uint(distance)) }

const (
	worthwhile = 6 // a match must gain more than that
	patience   = 2 // one put off, so much more than what it replaces
)

// longest looks for the match at i that gains most, and more than least, of at
// most limit bytes. The length is 0 if there is none. It also inserts i.
func (m *matcher) longest(i int, far uint, limit, least int) (length, distance int) {
	v := m.ring.load(i)
	set := hash(v) & (len(m.table) - 1) &^ (m.pairs - 1)
	carry := pair(uint16(i))
	for k := range m.pairs {
		p := &m.table[set+k]
		b := *p
		carry, *p = b>>16, b<<16|carry
		for ; b != 0; b >>= 16 {
			x, d := m.compare(v, i, uint16(b), far)
			if x<<24 != 0 {
				continue
			}
			l := m.common(x, i, int(d), limit)
			if g := gain(l, int(d)); g > least {
				length, distance, least = l, int(d), g
				if l >= m.nice {
					return length, distance
				}
			}
		}
	}
	return length, distance
}
