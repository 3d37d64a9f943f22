package utf8

// State is how a text goes on after a part of it. The zero value is how it
// begins.
type State uint8

// The states. They are multiples of 6 because they count bits: see steps.
const (
	whole      State = 6 * iota // a character has ended, or none has begun
	tail                        // one byte of a character is to come
	twoTails                    // two
	threeTails                  // three
	afterE0                     // two, the first of which is not any
	afterED                     // likewise
	afterF0                     // three, the first of which is not any
	afterF4                     // likewise
	bad                         // no text goes on so
)

// Complete reports whether the text may end here.
func (s State) Complete() bool { return s == whole }

// grammar is that of RFC 3629, section 4. Overlong forms, surrogates and all
// above U+10FFFF are not in it.
//
//rfc:6455-8.1-1
var grammar = []struct {
	state  State
	lo, hi byte // the bytes that may come
	next   State
}{
	{whole, 0x00, 0x7f, whole},
	{whole, 0xc2, 0xdf, tail},
	{whole, 0xe0, 0xe0, afterE0},
	{whole, 0xe1, 0xec, twoTails},
	{whole, 0xed, 0xed, afterED},
	{whole, 0xee, 0xef, twoTails},
	{whole, 0xf0, 0xf0, afterF0},
	{whole, 0xf1, 0xf3, threeTails},
	{whole, 0xf4, 0xf4, afterF4},
	{tail, 0x80, 0xbf, whole},
	{twoTails, 0x80, 0xbf, tail},
	{threeTails, 0x80, 0xbf, twoTails},
	{afterE0, 0xa0, 0xbf, tail},
	{afterED, 0x80, 0x9f, tail},
	{afterF0, 0x90, 0xbf, twoTails},
	{afterF4, 0x80, 0x8f, twoTails},
}

// steps has a word for each byte: the six bits from bit s on are the state that
// the byte leads to from state s. So a step is a shift, and the one before it
// has no part in finding the word.
var steps = func() (t [256]uint64) {
	for c := range t {
		for s := whole; s <= bad; s += tail {
			t[c] |= uint64(bad) << s
		}
	}
	for _, g := range grammar {
		for c := int(g.lo); c <= int(g.hi); c++ {
			t[c] ^= uint64(bad^g.next) << g.state // next in the place of bad
		}
	}
	return t
}()

// after returns the state after one more byte.
func (s State) after(c byte) State { return State(steps[c] >> (s & 63) & 63) }

// afterFew returns the state after all of p, byte after byte.
func (s State) afterFew(p []byte) State {
	after := uint64(s)
	for _, c := range p {
		after = steps[c] >> (after & 63)
	}
	return State(after & 63)
}
