package deflate

// header is the description of the codes of a dynamic block (RFC 1951 section
// 3.2.7): the code lengths of both alphabets, run-length encoded, in a Huffman
// code that is described in turn.
type header struct {
	literals, distances int // how many code lengths there are

	runs    [numLiterals + numDistances]uint16 // symbol | extra bits<<5
	n       int                                // length of runs
	freq    [32]uint16
	lengths huffman
	codes   [32]code
	count   int // HCLEN + 4
}

// The symbols above 15 repeat: the length before 3 to 6 times, 0 3 to 10
// times, 0 11 to 138 times.
const (
	repeat    = 16
	zeros     = 17
	manyZeros = 18
)

var repeatExtraBits = [3]uint8{2, 3, 7}

func (h *header) build(literals, distances *huffman) {
	h.n = 0
	clear(h.freq[:])
	h.literals = h.runLengths(literals)
	h.distances = h.runLengths(distances)
	h.lengths.build(h.freq[:20], 7)
	clear(h.codes[:])
	h.lengths.assign(h.codes[:], repeat, repeatExtraBits[:])
	h.count = 19
	for h.codes[lengthsOrder[h.count-1]] == 0 {
		h.count--
	}
}

// runLengths encodes the code lengths of one alphabet and returns how many
// they are.
func (h *header) runLengths(code *huffman) int {
	next := 0 // symbol to be described next
	last, repeated := uint8(0), 0
	for _, key := range code.used() {
		symbol := int(key & 511)
		length := code.lengths[symbol]
		if symbol == next && length == last {
			repeated++
			next++
			continue
		}
		if repeated > 0 {
			h.repeat(last, repeated)
			repeated = 0
		}
		if symbol != next {
			h.zeros(symbol - next)
		}
		h.add(int(length), 0)
		last, next = length, symbol+1
	}
	h.repeat(last, repeated)
	if next == 0 {
		h.zeros(1) // no distances: one code of zero bits
		return 1
	}
	return next
}

func (h *header) add(symbol, extra int) {
	h.runs[h.n] = uint16(symbol | extra<<5)
	h.freq[symbol]++
	h.n++
}

func (h *header) zeros(n int) {
	for ; n >= 11; n -= min(n, 138) {
		h.add(manyZeros, min(n, 138)-11)
	}
	if n >= 3 {
		h.add(zeros, n-3)
		return
	}
	for range n {
		h.add(0, 0)
	}
}

// repeat adds the length before n times more.
func (h *header) repeat(length uint8, n int) {
	for ; n >= 3; n -= min(n, 6) {
		h.add(repeat, min(n, 6)-3)
	}
	for range n {
		h.add(int(length), 0)
	}
}

// size is the number of bits that write adds.
func (h *header) size() int {
	n := 5 + 5 + 4 + 3*uint(h.count)
	for _, key := range h.lengths.used() {
		n += uint(key>>9) * h.codes[key&31].total()
	}
	return int(n)
}

func (h *header) write(w *bitWriter) {
	w.add(uint32(h.literals-257|(h.distances-1)<<5|(h.count-4)<<10), 14)
	for _, symbol := range lengthsOrder[:h.count] {
		w.add(uint32(h.codes[symbol].length()), 3)
	}
	for _, run := range h.runs[:h.n] {
		c := h.codes[run&31]
		w.add(uint32(c>>16)|uint32(run>>5)<<c.length(), c.total())
	}
}

// lengthsOrder is the order in which the lengths of the code for code lengths
// are written, those most often unused last.
var lengthsOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
