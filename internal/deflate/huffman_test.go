package deflate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// fibonacci returns the frequencies that make an optimal code longest, as many
// of them as fit a block.
func fibonacci() []uint16 {
	freq := make([]uint16, 288)
	a, b, sum := 1, 1, 0
	for i := 0; sum+a <= maxBlock; i++ {
		freq[10*i+3] = uint16(a)
		sum += a
		a, b = b, a+b
	}
	return freq
}

// cheapest returns the number of bits an optimal code without a limit takes.
func cheapest(freq []uint16) int {
	var weights []int
	for _, f := range freq {
		if f > 0 {
			weights = append(weights, int(f))
		}
	}
	sum := 0
	for len(weights) > 1 {
		slices.Sort(weights)
		weights[1] += weights[0]
		sum += weights[1]
		weights = weights[1:]
	}
	return sum
}

func TestHuffman(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	tests := [][]uint16{fibonacci(), {0, 1, 1, 0}, {5, 0, 0, 1, 1, 1, 0, 2}}
	for range 200 {
		freq := make([]uint16, 288)
		for range 2 + r.IntN(286) {
			freq[r.IntN(286)] = 1 + uint16(r.Uint32())>>(8+r.IntN(8))
		}
		tests = append(tests, freq)
	}
	for i, freq := range tests {
		for _, limit := range []int{15, 14, 9} {
			t.Run(fmt.Sprint(i, limit), func(t *testing.T) { testHuffman(t, freq, limit) })
		}
	}
}

func testHuffman(t *testing.T, freq []uint16, limit int) {
	h := new(huffman)
	h.build(freq, limit)
	room, bits, longest := 1<<limit, 0, 0
	for symbol, f := range freq {
		if f == 0 {
			continue
		}
		length := int(h.lengths[symbol])
		if length < 1 || length > limit {
			t.Fatalf("symbol %d: got a code of %d bits, want 1 to %d", symbol, length, limit)
		}
		room -= 1 << (limit - length)
		bits += int(f) * length
		longest = max(longest, length)
	}
	if room != 0 {
		t.Errorf("the code leaves room for %d/%d", room, 1<<limit)
	}
	if want := cheapest(freq); bits < want || longest < limit && bits != want {
		t.Errorf("codes take %d bits, want %d", bits, want)
	}
}

func TestHuffmanOfOneSymbol(t *testing.T) {
	h := new(huffman)
	h.build([]uint16{0, 0, 7, 0}, 15)
	if h.lengths[2] != 1 {
		t.Errorf("got a code of %d bits, want 1", h.lengths[2])
	}
	h.build(make([]uint16, 32), 15)
	if len(h.used()) != 0 {
		t.Errorf("got %d symbols in use, want none", len(h.used()))
	}
}

// TestCanonical has the example of RFC 1951 section 3.2.2: lengths 3, 3, 3, 3,
// 3, 2, 4, 4 for A to H.
func TestCanonical(t *testing.T) {
	h := new(huffman)
	h.build([]uint16{3, 3, 3, 3, 3, 5, 1, 1}, 15)
	codes := make([]code, 8)
	h.assign(codes, 8, nil)
	for i, want := range []string{"010", "011", "100", "101", "110", "00", "1110", "1111"} {
		got := ""
		for n := range codes[i].length() {
			got += fmt.Sprint(codes[i] >> (16 + n) & 1)
		}
		if got != want {
			t.Errorf("symbol %c: got %s, want %s", 'A'+i, got, want)
		}
	}
}
