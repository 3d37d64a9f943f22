//go:build (amd64 || arm64) && !purego && !race

package utf8

// pairs are bytes in a row, two and two, told by three nibbles.
type pairs struct {
	high, low nibbles // of the first byte
	next      nibbles // the higher one of the second
}

// nibbles is a set of them: bit i stands for i.
type nibbles uint16

const (
	any16 nibbles = 0xffff
	ascii nibbles = 0x00ff // 0 to 7
	conts nibbles = 0x0f00 // 8 to b
	leads nibbles = 0xf000 // c to f
)

// badPairs are those that no text has, in as many kinds as a byte has bits.
//
// Where a character begins with the second byte, the next pair tells whether it
// may. Two bytes that go on with a character, the last kind, are right as the
// second and third or the third and fourth of one, and wrong elsewhere: the
// assembly finds out where they are, and there it wants this kind and no other.
//
//rfc:6455-8.1-1
var badPairs = [8]pairs{
	{ascii, any16, conts},         // nothing to go on with
	{leads, any16, ascii | leads}, // a character is cut
	{1 << 0xc, 0x0003, conts},     // overlong: c0, c1
	{1 << 0xe, 1 << 0x0, 0x0300},  // overlong: e0 80 to e0 9f
	{1 << 0xe, 1 << 0xd, 0x0c00},  // surrogates: ed a0 to ed bf
	{1 << 0xf, 0xfff0, 0x0e00},    // above U+10FFFF: f4 90 to ff bf
	{1 << 0xf, 0xffe1, 1 << 0x8},  // overlong: f0 80 to f0 8f; above U+10FFFF: f5 80 to ff 8f
	{conts, any16, conts},
}

// tables have for each nibble in its place the kinds of bad pairs that it may be
// of, as bits. A pair is of those that it has in all three.
var tables = func() (t struct{ high, low, next [16]byte }) {
	for kind, p := range badPairs {
		for i := range 16 {
			t.high[i] |= byte(p.high>>i&1) << kind
			t.low[i] |= byte(p.low>>i&1) << kind
			t.next[i] |= byte(p.next>>i&1) << kind
		}
	}
	return t
}()
