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
func (c code) extra() uint  { return uint(c >> 8 & 0xff) }

// total is the length of the code and its extra bits.
func (c code) total() uint { return uint(c&0xff + c>>8&0xff) }

// huffman makes the Huffman code of one alphabet of at most 286 symbols.
type huffman struct {
	keys    [288]uint32        // frequency<<9 | symbol of those in use, by symbol
	n       int                // how many are in use
	lengths [numLiterals]uint8 // code length by symbol, valid for those in use
	counts  [32]uint16         // how many codes there are of each length

	order [288]uint32 // the keys by frequency
	tree  [288]uint32 // inner nodes
}

// used returns the keys of the symbols in use.
func (h *huffman) used() []uint32 { return h.keys[:h.n] }

// build finds code lengths of at most limit bits for the symbols with a
// frequency.
func (h *huffman) build(freq []uint16, limit int) {
	h.collect(freq)
	h.counts = [32]uint16{}
	if h.n < 2 {
		// One symbol still takes one bit (RFC 1951 section 3.2.7).
		h.order[0] = h.keys[0]
		h.counts[1] = uint16(h.n)
	} else {
		h.sort()
		if longest := h.measure(); longest > limit {
			h.shorten(limit)
		}
	}
	// The rarest symbols get the longest codes.
	order := h.order[:h.n]
	for length := limit; length > 0; length-- {
		n := h.counts[length&31]
		for _, key := range order[:n] {
			h.lengths[key&511] = uint8(length)
		}
		order = order[n:]
	}
}

func (h *huffman) collect(freq []uint16) {
	n := 0
	for first := 0; first+4 <= len(freq); first += 4 {
		four := freq[first : first+4]
		if four[0]|four[1]|four[2]|four[3] == 0 {
			continue
		}
		for i, f := range four {
			if f != 0 {
				h.keys[n] = uint32(f)<<9 | uint32(first+i)
				n++
			}
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
	return (n<<3 + f>>(n&31)) & 127
}

// sort orders the keys by a counting sort on their rank, after which an
// insertion sort has little left to do.
func (h *huffman) sort() {
	var next [128]uint16
	keys, order := h.keys[:h.n], h.order[:h.n]
	for _, k := range keys {
		next[rank(k>>9)]++
	}
	sum := 0
	for i := 0; sum < len(keys); i++ {
		n := next[i&127]
		next[i&127] = uint16(sum)
		sum += int(n)
	}
	for _, k := range keys {
		at := &next[rank(k>>9)]
		order[*at] = k
		*at++
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

// measure counts the code lengths of an optimal code and returns the longest.
// It builds the tree as Moffat and Katajainen do, in one array: weights of
// inner nodes are replaced by the index of their parent, those by depths.
func (h *huffman) measure() int {
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
	// Each inner node takes a leaf's place and gives two a level below.
	root := len(tree) - 1
	tree[root] = 0
	h.counts[1] = 2
	depth := uint32(0)
	for i := root - 1; i >= 0; i-- {
		depth = tree[tree[i]] + 1
		tree[i] = depth
		h.counts[depth&31]--
		h.counts[(depth+1)&31] += 2
	}
	return int(depth) + 1
}

// shorten gives the codes that are longer than limit this length. That is more
// than there is room for, so others become longer until the code is just
// complete.
func (h *huffman) shorten(limit int) {
	excess := -1 << limit
	for length := 1; length < len(h.counts); length++ {
		n := int(h.counts[length])
		if length > limit {
			h.counts[limit] += uint16(n)
			h.counts[length] = 0
		}
		excess += n << (limit - min(length, limit))
	}
	for ; excess > 0; excess-- {
		length := limit - 1
		for h.counts[length] == 0 {
			length--
		}
		h.counts[length]--
		h.counts[length+1] += 2
		h.counts[limit]--
	}
}

// assign writes the canonical codes (RFC 1951 section 3.2.2) of the symbols in
// use. extra has the extra bits of the symbols from first on.
func (h *huffman) assign(codes []code, first int, extra []uint8) {
	var next [32]uint16
	value := uint16(0)
	for length := 1; length < 16; length++ {
		next[length] = value
		value = (value + h.counts[length]) << 1
	}
	for _, key := range h.used() {
		symbol := int(key & 511)
		length := h.lengths[symbol] & 31
		x := uint8(0)
		if symbol >= first {
			x = extra[symbol-first]
		}
		codes[symbol] = makeCode(next[length], x, length)
		next[length]++
	}
}
