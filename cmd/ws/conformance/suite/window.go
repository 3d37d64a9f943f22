package suite

// tooFar returns how far a compressed message refers back, if that is further
// than its window goes, or 0. size is how much it inflates to. Package flate has
// found the message good; its window always has 15 bits.
func (f *inflater) tooFar(payload []byte, size int) int {
	if f.bits == mostBits {
		return 0
	}
	r := bitReader{in: payload}
	farthest := 0
	for out := 0; out < size && !r.over; {
		n, far := r.block()
		out += n
		farthest = max(farthest, far)
	}
	if farthest <= 1<<f.bits {
		return 0
	}
	return farthest
}

// bitReader reads DEFLATE data (RFC 1951) as far as is needed to know how far
// its matches reach.
type bitReader struct {
	in   []byte
	pos  int // of the next bit
	over bool
}

func (r *bitReader) bit() int {
	if r.pos>>3 >= len(r.in) {
		r.over = true
		return 0
	}
	b := int(r.in[r.pos>>3]>>(r.pos&7)) & 1
	r.pos++
	return b
}

func (r *bitReader) bits(n int) (v int) {
	for i := range n {
		v |= r.bit() << i
	}
	return v
}

// block reads a block and returns how many bytes it stands for and how far it
// reaches.
func (r *bitReader) block() (size, far int) {
	final := r.bit()
	switch r.bits(2) {
	case 0:
		size = r.stored()
	case 1:
		size, far = r.symbols(fixedLiterals(), fixedDistances())
	default:
		literals, distances := r.dynamic()
		size, far = r.symbols(literals, distances)
	}
	if final == 1 {
		r.pos = (r.pos + 7) &^ 7
	}
	return size, far
}

func (r *bitReader) stored() int {
	r.pos = (r.pos + 7) &^ 7
	n := r.bits(16)
	r.pos += 16 + 8*n
	return n
}

// symbols reads literals and matches up to the end of the block.
func (r *bitReader) symbols(literals, distances *code) (size, far int) {
	for !r.over {
		switch s := r.symbol(literals); {
		case s < 256:
			size++
		case s == 256:
			return size, far
		default:
			size += lengthBase(s-257) + r.bits(lengthExtra(s-257))
			d := r.symbol(distances)
			extra := max(0, d/2-1)
			base := d + 1
			if d >= 2 {
				base = (2+d&1)<<extra + 1
			}
			far = max(far, base+r.bits(extra))
		}
	}
	return size, far
}

func lengthExtra(s int) int {
	if s < 8 || s == 28 {
		return 0
	}
	return s/4 - 1
}

func lengthBase(s int) int {
	switch {
	case s < 8:
		return s + 3
	case s == 28:
		return 258
	}
	return (4+s&3)<<lengthExtra(s) + 3
}

// code is a canonical Huffman code: how many symbols there are of each length,
// and the symbols in order.
type code struct {
	count   [16]int
	symbols []int
}

func newCode(lengths []int) *code {
	c := &code{}
	for n := 1; n < len(c.count); n++ {
		for symbol, length := range lengths {
			if length == n {
				c.count[n]++
				c.symbols = append(c.symbols, symbol)
			}
		}
	}
	return c
}

// symbol reads a symbol.
func (r *bitReader) symbol(c *code) int {
	value, first, index := 0, 0, 0
	for n := 1; n < len(c.count) && !r.over; n++ {
		value |= r.bit()
		if value-first < c.count[n] {
			return c.symbols[index+value-first]
		}
		index += c.count[n]
		first = (first + c.count[n]) << 1
		value <<= 1
	}
	r.over = true
	return 256
}

func fixedLiterals() *code {
	lengths := make([]int, 288)
	for i := range lengths {
		switch {
		case i < 144:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		default:
			lengths[i] = 8
		}
	}
	return newCode(lengths)
}

func fixedDistances() *code {
	lengths := make([]int, 30)
	for i := range lengths {
		lengths[i] = 5
	}
	return newCode(lengths)
}

// dynamic reads the codes of a block that brings its own.
func (r *bitReader) dynamic() (literals, distances *code) {
	literal, distance, n := r.bits(5)+257, r.bits(5)+1, r.bits(4)+4
	order := [...]int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
	lengths := make([]int, len(order))
	for _, symbol := range order[:n] {
		lengths[symbol] = r.bits(3)
	}
	c := newCode(lengths)
	all := make([]int, 0, literal+distance)
	for len(all) < literal+distance && !r.over {
		s := r.symbol(c)
		length, times := s, 1
		switch s {
		case 16:
			length, times = last(all), r.bits(2)+3
		case 17:
			length, times = 0, r.bits(3)+3
		case 18:
			length, times = 0, r.bits(7)+11
		}
		for range times {
			all = append(all, length)
		}
	}
	if r.over || len(all) != literal+distance {
		r.over = true
		return &code{}, &code{}
	}
	return newCode(all[:literal]), newCode(all[literal:])
}

func last(all []int) int {
	if len(all) == 0 {
		return 0
	}
	return all[len(all)-1]
}
