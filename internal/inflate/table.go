package inflate

import "math/bits"

// An entry of a decoding table says what to do with the bits it was found by:
//
//	bits 0-7    how many bits code and extra bits take together
//	bits 8-11   how many of them are the code; of a link, the bits of its table
//	bit  12     literal: the value is a byte
//	bit  13     link: the value is where the table for longer codes begins
//	bit  14     end of the block
//	bit  15     no such code, or a symbol that means nothing
//	bits 16-31  the value: a byte, or the least length or distance
type entry uint32

const (
	literal    entry = 1 << 12
	link       entry = 1 << 13
	endOfBlock entry = 1 << 14
	invalid    entry = 1 << 15
	isSpecial        = link | endOfBlock | invalid
)

func (e entry) size() uint { return uint(e & 0xff) }
func (e entry) code() uint { return uint(e >> 8 & 0xf) }
func (e entry) value() int { return int(e >> 16) }
func (e entry) extra(b uint64) int {
	return int(b & (1<<(e.size()&63) - 1) >> (e.code() & 63))
}

// follow returns the entry that a link leads to with the bits it was found by,
// and whether that is a literal, a length or a distance. It is neither if e is
// no link.
func (e entry) follow(t []entry, bits uint64) (long entry, ok bool) {
	if e&link == 0 {
		return e, false
	}
	long = t[e.value()+int(bits>>(e.size()&63)&(1<<(e.code()&63)-1))]
	return long, long&isSpecial == 0
}

// Codes of up to so many bits are found at once. With longer ones the tables
// have at most so many entries (zlib's examples/enough.c computes that).
const (
	literalBits, literalEntries   = 10, 1334
	distanceBits, distanceEntries = 8, 402
	lengthBits                    = 7
)

// symbols are the meanings of an alphabet's symbols: entries without a code.
type symbols []entry

// RFC 1951 section 3.2.5 and, for the lengths of codes, 3.2.7.
var (
	literalSymbols  = makeLiteralSymbols()
	distanceSymbols = makeDistanceSymbols()
	lengthSymbols   = makeLengthSymbols()
)

func makeLiteralSymbols() symbols {
	s := make(symbols, 288)
	for i := range 256 {
		s[i] = entry(i)<<16 | literal
	}
	s[256] = endOfBlock
	base := 3
	for i := 257; i < 285; i++ {
		extra := max(0, (i-261)/4)
		s[i] = entry(base)<<16 | entry(extra)
		base += 1 << extra
	}
	s[285] = 258 << 16
	s[286], s[287] = invalid, invalid
	return s
}

func makeDistanceSymbols() symbols {
	s := make(symbols, 32)
	base := 1
	for i := range 30 {
		extra := max(0, i/2-1)
		s[i] = entry(base)<<16 | entry(extra)
		base += 1 << extra
	}
	s[30], s[31] = invalid, invalid
	return s
}

func makeLengthSymbols() symbols {
	s := make(symbols, 19)
	for i := range s {
		s[i] = entry(i) << 16
	}
	s[16] |= 2
	s[17] |= 3
	s[18] |= 7
	return s
}

// The tables of blocks with fixed codes (section 3.2.6).
var fixedLiterals, fixedDistances = makeFixed()

func makeFixed() (*[literalEntries]entry, *[distanceEntries]entry) {
	var literals [literalEntries]entry
	var distances [distanceEntries]entry
	var sizes [288]uint8
	for i := range sizes {
		switch {
		case i < 144:
			sizes[i] = 8
		case i < 256:
			sizes[i] = 9
		case i < 280:
			sizes[i] = 7
		default:
			sizes[i] = 8
		}
	}
	makeTable(literals[:], literalBits, sizes[:], literalSymbols)
	for i := range 32 {
		sizes[i] = 5
	}
	makeTable(distances[:], distanceBits, sizes[:32], distanceSymbols)
	return &literals, &distances
}

// makeTable fills t, whose first 1<<width entries are looked up by the next
// width bits, with the codes that the symbols have by the sizes of their codes
// (section 3.2.2). It reports whether these are good: usable without some
// sequences of bits having no meaning, or complete.
func makeTable(t []entry, width int, sizes []uint8, s symbols) (usable, complete bool) {
	var count [16]uint16
	for _, n := range sizes {
		count[n&15]++
	}
	switch free := freeCodes(&count); {
	case free < 0:
		return false, false
	case free > 0:
		return makeIncomplete(t[:1<<width], &count, sizes, s), false
	}
	var order [288]uint16
	sortBySize(&order, &count, sizes)
	f := tableFiller{t: t, width: width, count: &count, size: 1, prefix: -1}
	for count[f.size] == 0 {
		f.size++
	}
	f.end = 1 << min(f.size, width)
	for _, symbol := range order[:len(sizes)-int(count[0])] {
		if !f.put(s[symbol]) {
			break
		}
	}
	return true, true
}

// freeCodes returns how many codes of 15 bits the sizes leave unused, less
// than none if there are too many codes.
func freeCodes(count *[16]uint16) int {
	free := 1 << 15
	for size := 1; size < 16; size++ {
		free -= int(count[size]) << (15 - size)
	}
	return free
}

// makeIncomplete makes the tables that need not be complete: of one code of
// one bit (section 3.2.7), or of none.
func makeIncomplete(t []entry, count *[16]uint16, sizes []uint8, s symbols) bool {
	codes := len(sizes) - int(count[0])
	if codes > 1 || codes != int(count[1]) {
		return false
	}
	only := invalid | 0x101
	for symbol, size := range sizes {
		if size == 1 {
			only = s[symbol] + 0x101
		}
	}
	for i := range t {
		t[i] = invalid | 0x101
		if i&1 == 0 {
			t[i] = only
		}
	}
	return true
}

// sortBySize puts the symbols that have a code in order of its size.
func sortBySize(order *[288]uint16, count *[16]uint16, sizes []uint8) {
	var at [16]uint16
	for size := 1; size < 15; size++ {
		at[size+1] = at[size] + count[size]
	}
	for symbol, size := range sizes {
		if size != 0 {
			order[at[size&15]] = uint16(symbol)
			at[size&15]++
		}
	}
}

// tableFiller puts codes into a table in the order of their sizes. As DEFLATE
// sends a code's first bit first, codes are held with their bits reversed.
type tableFiller struct {
	t     []entry
	width int
	count *[16]uint16 // codes still to come, by size
	size  int         // of the current code
	code  int         // the current code, reversed
	end   int         // of what has been filled in

	prefix, start int // what the current longer codes begin with, and where their table does
}

// put gives the current code to a symbol and goes on to the next one. It
// reports whether there is one.
func (f *tableFiller) put(symbol entry) bool {
	if f.size <= f.width {
		f.t[f.code] = symbol + entry(f.size)*0x101
	} else {
		f.putLong(symbol)
	}
	f.count[f.size]--
	ones := 1<<f.size - 1
	if f.code == ones {
		f.double(f.width)
		return false
	}
	// The next code: counting, with the bits reversed.
	bit := 1 << (bits.Len(uint(f.code^ones)) - 1)
	f.code = f.code&(bit-1) | bit
	size := f.size
	for f.count[size] == 0 {
		size++
	}
	if size != f.size {
		f.double(min(size, f.width))
		f.size = size
	}
	return true
}

// double repeats what was filled in until it is there for all sequences of so
// many bits.
func (f *tableFiller) double(size int) {
	for f.size <= f.width && f.end < 1<<size {
		copy(f.t[f.end:2*f.end], f.t[:f.end])
		f.end *= 2
	}
}

// putLong puts a code into the table for those that begin with the same width
// bits.
func (f *tableFiller) putLong(symbol entry) {
	rest := f.size - f.width
	if prefix := f.code & (1<<f.width - 1); prefix != f.prefix {
		f.newLink(prefix, rest)
	}
	for i := f.start + f.code>>f.width; i < f.end; i += 1 << rest {
		f.t[i] = symbol + entry(rest)*0x101
	}
}

// newLink begins the table for the codes that begin with prefix: as big as the
// codes that follow need it.
func (f *tableFiller) newLink(prefix, rest int) {
	size := rest
	for room := int(f.count[f.size]); room < 1<<size; {
		size++
		room = 2*room + int(f.count[f.width+size])
	}
	f.prefix, f.start = prefix, f.end
	f.end += 1 << size
	f.t[prefix] = entry(f.start)<<16 | link | entry(size)<<8 | entry(f.width)
}
