package deflate

import "testing"

// TestLengthTokens has the ends of the rows of RFC 1951 section 3.2.5's table.
func TestLengthTokens(t *testing.T) {
	for _, c := range []struct{ length, symbol, extra, bits int }{
		{3, 257, 0, 0}, {4, 258, 0, 0}, {10, 264, 0, 0},
		{11, 265, 0, 1}, {12, 265, 1, 1}, {13, 266, 0, 1}, {18, 268, 1, 1},
		{19, 269, 0, 2}, {22, 269, 3, 2}, {34, 272, 3, 2},
		{35, 273, 0, 3}, {42, 273, 7, 3}, {66, 276, 7, 3},
		{67, 277, 0, 4}, {82, 277, 15, 4}, {130, 280, 15, 4},
		{131, 281, 0, 5}, {162, 281, 31, 5}, {163, 282, 0, 5}, {257, 284, 30, 5},
		{258, 285, 0, 0},
	} {
		got := int(lengthTokens[c.length])
		if got&511 != c.symbol || got>>9 != c.extra {
			t.Errorf("length %d: got symbol %d with %d, want %d with %d", c.length, got&511, got>>9, c.symbol, c.extra)
		}
		if got := int(extraBits[c.symbol-endOfBlock]); got != c.bits {
			t.Errorf("length %d: got %d extra bits, want %d", c.length, got, c.bits)
		}
	}
}

func TestPackDistance(t *testing.T) {
	for _, c := range []struct{ distance, symbol, extra, bits int }{
		{1, 0, 0, 0}, {2, 1, 0, 0}, {4, 3, 0, 0},
		{5, 4, 0, 1}, {6, 4, 1, 1}, {7, 5, 0, 1},
		{9, 6, 0, 2}, {12, 6, 3, 2}, {13, 7, 0, 2},
		{256, 15, 63, 6}, {257, 16, 0, 7},
		{4096, 23, 1023, 10}, {4097, 24, 0, 11},
		{24576, 28, 8191, 13}, {24577, 29, 0, 13}, {32768, 29, 8191, 13},
	} {
		got := int(packDistance(uint32(c.distance)) >> 14)
		if got&31 != c.symbol || got>>5 != c.extra {
			t.Errorf("distance %d: got symbol %d with %d, want %d with %d", c.distance, got&31, got>>5, c.symbol, c.extra)
		}
		if got := int(distanceExtraBits[c.symbol]); got != c.bits {
			t.Errorf("distance %d: got %d extra bits, want %d", c.distance, got, c.bits)
		}
	}
}
