package fuzz

import (
	"errors"

	"github.com/seed372fb791/rfc6455/internal/inflate"
)

// plainInflater is RFC 1951 as it stands there, a bit at a time: what inflating
// has to come to.
type plainInflater struct {
	in       []byte // of the message, with the tail
	pos      int    // in bits
	out      []byte // what was there before the message, then its contents
	start    int    // where they begin
	reach    int    // the longest distance allowed
	room     int    // the most bytes allowed
	farthest int    // the longest distance that came
	final    bool   // some block had BFINAL 1
	single   bool   // the sizes of codes had a code of one bit, which we refuse
}

// plainInflate inflates a message, which may look back reach bytes, to those
// before it too.
func plainInflate(message, before []byte, reach, room int) (*plainInflater, []byte, error) {
	z := &plainInflater{
		in:  append(message[:len(message):len(message)], 0x00, 0x00, 0xff, 0xff),
		out: before[:len(before):len(before)], start: len(before), reach: reach, room: room,
	}
	err := z.run()
	return z, z.out[z.start:], err
}

func (z *plainInflater) run() (err error) {
	defer func() {
		if e, ok := recover().(error); ok {
			if !errors.Is(e, inflate.ErrCorrupt) && !errors.Is(e, inflate.ErrUnfinished) && !errors.Is(e, inflate.ErrTooLong) {
				panic(e)
			}
			err = e
		}
	}()
	for z.pos < 8*len(z.in) {
		z.block()
	}
	return nil
}

// must ends the message unless ok.
func must(ok bool, err error) {
	if !ok {
		panic(err)
	}
}

// take takes n bits, the lowest first.
func (z *plainInflater) take(n int) (v int) {
	must(z.pos+n <= 8*len(z.in), inflate.ErrUnfinished)
	for i := range n {
		v |= int(z.in[z.pos>>3]>>(z.pos&7)&1) << i
		z.pos++
	}
	return v
}

// align goes to the next byte and returns the bits on the way.
func (z *plainInflater) align() int { return z.take(-z.pos & 7) }

// Section 3.2.3.
func (z *plainInflater) block() {
	final := z.take(1) == 1
	switch z.take(2) {
	case 0:
		z.stored()
	case 1:
		z.data(plainLiterals, plainDistances)
	case 2:
		z.data(z.dynamic())
	case 3:
		panic(inflate.ErrCorrupt)
	}
	if final {
		z.final = true
		must(z.align() == 0, inflate.ErrCorrupt)
	}
}

// Section 3.2.4.
func (z *plainInflater) stored() {
	z.align()
	must(z.pos+32 <= 8*len(z.in), inflate.ErrUnfinished)
	size, complement := z.take(16), z.take(16)
	must(size^complement == 0xffff, inflate.ErrCorrupt)
	for range size {
		z.literal(z.take(8))
	}
}

func (z *plainInflater) literal(b int) {
	must(len(z.out)-z.start < z.room, inflate.ErrTooLong)
	z.out = append(z.out, byte(b))
}

// plainCode is a Huffman code: what the codes of so many bits mean.
type plainCode struct {
	symbols map[[2]int]int
	free    int // how many sequences of 15 bits have no meaning
}

// makeCode assigns codes to symbols by their sizes (section 3.2.2).
func makeCode(sizes []int) plainCode {
	c := plainCode{make(map[[2]int]int), 1 << 15}
	code := 0
	for size := 1; size <= 15; size++ {
		code <<= 1
		for symbol, s := range sizes {
			if s == size {
				c.symbols[[2]int{size, code}] = symbol
				c.free -= 1 << (15 - size)
				code++
			}
		}
	}
	return c
}

// single reports whether there is one code at most, of one bit.
func (c plainCode) single() bool {
	return len(c.symbols) == 0 || len(c.symbols) == 1 && c.free == 1<<14
}

// symbol takes the code of a symbol. If not all of them have a meaning, there
// are none but those of one bit.
func (z *plainInflater) symbol(c plainCode) int {
	for code, size := z.take(1), 1; ; size++ {
		if symbol, ok := c.symbols[[2]int{size, code}]; ok {
			return symbol
		}
		must(c.free == 0, inflate.ErrCorrupt)
		code = code<<1 | z.take(1)
	}
}

// Section 3.2.6.
var plainLiterals, plainDistances = func() (literals, distances plainCode) {
	sizes := make([]int, 288)
	for i := range sizes {
		sizes[i] = 8
		if i >= 144 && i < 256 {
			sizes[i] = 9
		} else if i >= 256 && i < 280 {
			sizes[i] = 7
		}
	}
	literals = makeCode(sizes)
	for i := range 32 {
		sizes[i] = 5
	}
	return literals, makeCode(sizes[:32])
}()

// Section 3.2.7.
func (z *plainInflater) dynamic() (literals, distances plainCode) {
	nl, nd, nc := z.take(5)+257, z.take(5)+1, z.take(4)+4
	must(nl <= 286 && nd <= 30, inflate.ErrCorrupt)
	sizes := make([]int, 19)
	for _, symbol := range []int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}[:nc] {
		sizes[symbol] = z.take(3)
	}
	c := makeCode(sizes)
	z.single = z.single || c.single()
	must(c.free == 0, inflate.ErrCorrupt)
	sizes = sizes[:0]
	for len(sizes) < nl+nd {
		symbol, size, times := z.symbol(c), 0, 1
		switch symbol {
		case 16:
			times = 3 + z.take(2)
			must(len(sizes) > 0, inflate.ErrCorrupt)
			size = sizes[len(sizes)-1]
		case 17:
			times = 3 + z.take(3)
		case 18:
			times = 11 + z.take(7)
		default:
			size = symbol
		}
		for range times {
			sizes = append(sizes, size)
		}
	}
	must(len(sizes) == nl+nd && sizes[256] > 0, inflate.ErrCorrupt)
	literals, distances = makeCode(sizes[:nl]), makeCode(sizes[nl:])
	for _, c := range []plainCode{literals, distances} {
		must(c.free == 0 || c.single(), inflate.ErrCorrupt)
	}
	return literals, distances
}

// Section 3.2.5.
func (z *plainInflater) data(literals, distances plainCode) {
	for {
		symbol := z.symbol(literals)
		if symbol < 256 {
			z.literal(symbol)
			continue
		}
		if symbol == 256 {
			return
		}
		must(symbol < 286, inflate.ErrCorrupt)
		length := z.length(symbol - 257)
		symbol = z.symbol(distances)
		must(symbol < 30, inflate.ErrCorrupt)
		z.match(length, z.distance(symbol))
	}
}

func (z *plainInflater) length(n int) int {
	switch {
	case n < 8:
		return n + 3
	case n == 28:
		return 258
	}
	extra := n/4 - 1
	return 3 + (4+n%4)<<extra + z.take(extra)
}

func (z *plainInflater) distance(n int) int {
	if n < 4 {
		return n + 1
	}
	extra := n/2 - 1
	return 1 + (2+n%2)<<extra + z.take(extra)
}

func (z *plainInflater) match(length, distance int) {
	must(len(z.out)-z.start+length <= z.room, inflate.ErrTooLong)
	must(distance <= min(z.reach, len(z.out)), inflate.ErrCorrupt)
	z.farthest = max(z.farthest, distance)
	for range length {
		z.out = append(z.out, z.out[len(z.out)-distance])
	}
}

// windowBits returns one of the sizes of windows.
func windowBits(n byte) int { return 8 + int(n%8) }

// reach returns how far back an inflater lets a match go in a window of so
// many bits: zlib takes 8 for 9.
func reach(windowBits int) int { return 1 << max(windowBits, 9) }
