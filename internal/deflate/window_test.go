package deflate

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/seed372fb791/rfc6455/internal/race"
)

// decoder reads DEFLATE data bit by bit, only to see how far it refers back.
type decoder struct {
	data    []byte
	bit     int
	size    int // bytes that the blocks so far inflate to
	longest int // distance
}

func (d *decoder) bits(n int) int {
	v := 0
	for i := range n {
		v |= int(d.data[d.bit>>3]>>(d.bit&7)&1) << i
		d.bit++
	}
	return v
}

// symbol decodes with the canonical code of these lengths (RFC 1951 section
// 3.2.2).
func (d *decoder) symbol(lengths []int) int {
	value, first := 0, 0
	for n := 1; ; n++ {
		value |= d.bits(1)
		count := 0
		for symbol, length := range lengths {
			if length != n {
				continue
			}
			if value == first+count {
				return symbol
			}
			count++
		}
		first = (first + count) << 1
		value <<= 1
	}
}

func (d *decoder) block() {
	d.bits(1)
	switch d.bits(2) {
	case 0:
		d.bit = (d.bit + 7) &^ 7
		n := d.bits(16)
		d.bits(16)
		d.bit += 8 * n
		d.size += n
	case 1:
		lengths := make([]int, 288)
		for i := range lengths {
			lengths[i] = int(fixedCodes.literals[i].length())
		}
		d.contents(lengths, slices.Repeat([]int{5}, 32))
	default:
		d.contents(d.lengths())
	}
}

func (d *decoder) lengths() (literals, distances []int) {
	n, m, k := d.bits(5)+257, d.bits(5)+1, d.bits(4)+4
	code := make([]int, 19)
	for _, i := range lengthsOrder[:k] {
		code[i] = d.bits(3)
	}
	var lengths []int
	add := func(v, times int) {
		for range times {
			lengths = append(lengths, v)
		}
	}
	for len(lengths) < n+m {
		switch symbol := d.symbol(code); symbol {
		case 16:
			add(lengths[len(lengths)-1], 3+d.bits(2))
		case 17:
			add(0, 3+d.bits(3))
		case 18:
			add(0, 11+d.bits(7))
		default:
			add(symbol, 1)
		}
	}
	return lengths[:n], lengths[n:]
}

func (d *decoder) contents(literals, distances []int) {
	for {
		symbol := d.symbol(literals)
		switch {
		case symbol < endOfBlock:
			d.size++
			continue
		case symbol == endOfBlock:
			return
		}
		extra := d.bits(int(extraBits[symbol-endOfBlock]))
		for length, token := range lengthTokens {
			if token == uint16(symbol|extra<<9) {
				d.size += length
			}
		}
		symbol = d.symbol(distances)
		extra = d.bits(int(distanceExtraBits[symbol]))
		for distance := 1; ; distance++ {
			if packDistance(uint32(distance)) == uint32(symbol<<14|extra<<19) {
				d.longest = max(d.longest, distance)
				break
			}
		}
	}
}

// longestDistance returns the largest in a message that inflates to size bytes.
func longestDistance(message []byte, size int) int {
	d := decoder{data: message}
	for d.size < size {
		d.block()
	}
	return d.longest
}

// TestWindowBits has data that repeats as far back as the window reaches, which
// must be found, and one byte farther, which must not.
func TestWindowBits(t *testing.T) {
	d, step := new(Deflater), 1
	if race.Enabled {
		step = 4
	}
	for windowBits := 8; windowBits <= 15; windowBits++ {
		for level := 1; level <= 9; level += step {
			t.Run(fmt.Sprintf("%d/level=%d", windowBits, level), func(t *testing.T) {
				size := 1 << windowBits
				// No table holds all positions of the largest window.
				if got := longestPeriod(d, size, level, windowBits); got != size && windowBits < 15 {
					t.Errorf("period %d: the longest distance is %d", size, got)
				}
				if got := longestPeriod(d, size+1, level, windowBits); got > size {
					t.Errorf("period %d: the longest distance is %d", size+1, got)
				}
			})
		}
	}
}

// longestPeriod compresses what repeats at a distance and not before, and
// returns the longest distance that was found.
func longestPeriod(d *Deflater, distance, level, windowBits int) int {
	p := randomPayload(distance)
	for i := range p {
		p[i] &= 31 // not to be stored
	}
	d.Reset(level, windowBits, nil)
	got := d.Append(nil, p, false)
	got = d.Append(got, p[:100], true)
	return longestDistance(got, distance+100)
}

func TestDistancesStayInTheWindow(t *testing.T) {
	d := new(Deflater)
	for windowBits := 8; windowBits <= 15; windowBits++ {
		for _, level := range []int{1, 2, 6, 9} {
			h := NewHistory(windowBits)
			for i, size := range []int{100, 5000, 900, 300, 40_000} {
				p := jsonPayload(size, i)
				got := compress(d, nil, p, level, windowBits, h)
				if longest := longestDistance(got, size); longest > 1<<windowBits {
					t.Errorf("windowBits %d, level %d: the longest distance is %d", windowBits, level, longest)
				}
			}
		}
	}
}

// TestHistoryFindsWhatItKeeps sends a message, others that fill the rest of
// the History, and then the message again, which must be found.
func TestHistoryFindsWhatItKeeps(t *testing.T) {
	d := new(Deflater)
	for _, windowBits := range []int{9, 12, 14, 15} {
		h := NewHistory(windowBits)
		keeps := min(1<<windowBits, maxHistory)
		p := randomPayload(64)
		compress(d, nil, p, 1, windowBits, h)
		h.Add(bytes.Repeat([]byte{0}, keeps-len(p)))
		if got := compress(d, nil, p, 1, windowBits, h); len(got) > 10 {
			t.Errorf("windowBits %d: the message takes %d bytes the second time", windowBits, len(got))
		}
	}
}

func TestHistorySize(t *testing.T) {
	for _, c := range []struct{ windowBits, size int }{
		{8, 256 + 128}, {9, 512 + 256}, {12, 6 << 10}, {14, 24 << 10}, {15, 24 << 10},
	} {
		if got := HistorySize(c.windowBits); got != c.size {
			t.Errorf("HistorySize(%d) = %d, want %d", c.windowBits, got, c.size)
		}
	}
}
