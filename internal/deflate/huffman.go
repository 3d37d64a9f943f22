package deflate

import "math/bits"

// A symbol's code as it is written: the Huffman code, bits reversed (RFC 1951
// section 3.1.1), in the upper 16 bits; then the number of extra bits that
// follow it; then the length of the code in bits, 0 for an unused symbol.
type code uint32

func makeCode(value uint16, extra, length uint8) code {
	reversed := bits.Reverse16(value) >> (16 - length)
	return code(reversed)<<16 | code(extra)<<8 | code(length)
}

func (c code) length() uint { return uint(c & 0xff) }

// total is the length of the code and its extra bits.
func (c code) total() uint { return uint(c&0xff + c>>8&0xff) }

// huffman makes the Huffman code of one alphabet of at most 286 symbols.
type huffman struct {
	used    [numLiterals]uint16 // symbols with a frequency, ascending
	n       int                 // length of used
	lengths [numLiterals]uint8  // code length by symbol, valid for those used

	keys  [numLiterals]uint32 // frequency<<9 | symbol
	order [numLiterals]uint32 // the keys, sorted
	tree  [numLiterals]uint32
}

// build finds code lengths of at most limit bits for the symbols with a
// frequency; the sum of the frequencies must be less than 1<<17.
func (h *huffman) build(freq []uint16, limit int) {
	h.collect(freq)
	if h.n < 2 {
		// One symbol still takes one bit (RFC 1951 section 3.2.7).
		h.lengths[h.used[0]] = 1
		return
	}
	h.sort()
	counts := h.measure(limit)
	// The rarest symbols get the longest codes.
	i := 0
	for length := limit; length > 0; length-- {
		for range counts[length] {
			h.lengths[h.order[i]&511] = uint8(length)
			i++
		}
	}
}

func (h *huffman) collect(freq []uint16) {
	n := 0
	for symbol, f := range freq[:min(len(freq), numLiterals)] {
		if f != 0 {
			h.used[n] = uint16(symbol)
			h.keys[n] = uint32(f)<<9 | uint32(symbol)
			n++
		}
	}
	h.n = n
}

// rank maps a frequency to one of 128 classes, in order: small ones exactly,
// others by their highest four bits.
func rank(f uint32) uint32 {
	if f < 16 {
		return f
	}
	n := uint32(bits.Len32(f)) - 4
	return (n<<3 + f>>n) & 127
}

// sort orders the keys by a counting sort on their rank, after which an
// insertion sort has little left to do.
func (h *huffman) sort() {
	var next [128]uint16
	keys, order := h.keys[:h.n], h.order[:h.n]
	for _, k := range keys {
		next[rank(k>>9)]++
	}
	sum := uint16(0)
	for i, c := range next {
		next[i] = sum
		sum += c
	}
	for _, k := range keys {
		r := rank(k >> 9)
		order[next[r]] = k
		next[r]++
	}
	for i := 1; i < len(order); i++ {
		k := order[i]
		j := i
		for ; j > 0 && order[j-1] > k; j-- {
			order[j] = order[j-1]
		}
		order[j] = k
	}
}

// measure returns how many codes there are of each length. It builds the tree
// as Moffat and Katajainen do, in one array: weights of inner nodes are
// replaced by the index of their parent, those by depths.
func (h *huffman) measure(limit int) (counts [16]uint16) {
	leaves, tree := h.order[:h.n], h.tree[:h.n-1]
	leaf, inner := 0, 0
	for i := range tree {
		weight := uint32(0)
		for range 2 {
			if leaf < len(leaves) && (inner == i || leaves[leaf]>>9 <= tree[inner]) {
				weight += leaves[leaf] >> 9
				leaf++
			} else {
				weight += tree[inner]
				tree[inner] = uint32(i)
				inner++
			}
		}
		tree[i] = weight
	}
	// Each inner node, from the root down, splits a leaf of its depth into
	// two one level below. Where that is too deep, the deepest leaf that may
	// still be split takes its place, which keeps the code complete.
	root := len(tree) - 1
	tree[root] = 0
	counts[1] = 2
	for i := root - 1; i >= 0; i-- {
		depth := tree[tree[i]] + 1
		tree[i] = depth
		d := min(int(depth), limit-1) & 15
		for counts[d] == 0 {
			d--
		}
		counts[d]--
		counts[d+1] += 2
	}
	return counts
}

// assign writes the canonical codes (RFC 1951 section 3.2.2) of the symbols in
// use. extra has the extra bits of the symbols from first on.
func (h *huffman) assign(codes []code, first uint16, extra []uint8) {
	var next [17]uint16
	used := h.used[:h.n]
	for _, symbol := range used {
		next[h.lengths[symbol]+1]++
	}
	value := uint16(0)
	for i := 1; i < len(next); i++ {
		value = (value + next[i]) << 1
		next[i] = value
	}
	for _, symbol := range used {
		length := h.lengths[symbol]
		x := uint8(0)
		if symbol >= first {
			x = extra[symbol-first]
		}
		codes[symbol] = makeCode(next[length], x, length)
		next[length]++
	}
}
