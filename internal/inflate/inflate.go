package inflate

import "errors"

// Errors of Inflate. After one of them the message is lost.
var (
	// ErrCorrupt says that the bytes are not DEFLATE data.
	ErrCorrupt = errors.New("inflate: corrupt data")
	// ErrUnfinished says that the message does not end as it has to: with a
	// whole block and without the tail that the sender takes off.
	ErrUnfinished = errors.New("inflate: the data does not end with a block")
	// ErrTooLong says that there are more bytes than room.
	ErrTooLong = errors.New("inflate: too long")
)

// Inflater inflates a message at a time. It is scratch memory, to be given to
// whatever message comes next: only the Window is of one connection. The zero
// value is ready for Reset. Not safe for concurrent use.
type Inflater struct {
	in   []byte // what is left of src
	bits uint64 // taken from in and not used, the next bit lowest
	n    uint   // how many

	step  step
	final bool // the block has BFINAL 1
	tail  int  // how many bytes of the tail were taken
	left  int  // bytes of a stored block to come

	header  blockHeader
	lit     *[literalEntries]entry
	dist    *[distanceEntries]entry
	ownLit  [literalEntries]entry
	ownDist [distanceEntries]entry

	win   *Window
	own   Window // for messages without context takeover
	reach int    // how far back a match may go
	out   [chunk + reserve]byte
	pos   int // of the next byte in out
	most  int // pos may not get beyond
}

const (
	// chunk is how many bytes of a message Inflate returns at most at once.
	chunk = 16 << 10
	// reserve is room in out for the longest match and for copying more than
	// is wanted.
	reserve = maxMatch + 38
	// maxMatch is the longest match of DEFLATE.
	maxMatch = 258
)

// step is what comes next in the data.
type step uint8

const (
	stepHeader step = iota
	stepStoredSize
	stepStored
	stepCounts
	stepLengthSizes
	stepSizes
	stepData
)

// tail is what the sender has taken off (RFC 7692 section 7.2.2).
var tail = [...]byte{0x00, 0x00, 0xff, 0xff}

// Reset begins a message whose sender has a window of 2 to the power of
// windowBits bytes. w is that of its connection, nil without context takeover.
func (z *Inflater) Reset(windowBits int, w *Window) {
	z.in, z.bits, z.n = nil, 0, 0
	z.step, z.final, z.tail = stepHeader, false, 0
	z.win, z.reach, z.pos = w, WindowSize(windowBits), 0
	if w == nil {
		z.own.reset()
		z.win = &z.own
	}
}

// Inflate inflates src, the next bytes of the message, of which it takes n. It
// returns the next bytes of the contents, valid until the next call; at most
// room of them, the error is ErrTooLong if there are more. fin says that no
// bytes come after src, done that none of the contents do. There may be more
// contents as long as out is not empty.
//
// out is good also if there is an error.
//
//rfc:7692-6.2-1 7692-7.2.2-1 7692-7.2.2-2 7692-7.2.3.1-2
func (z *Inflater) Inflate(src []byte, fin bool, room int64) (out []byte, n int, done bool, err error) {
	if z.pos >= chunk {
		z.keep()
	}
	start := z.pos
	z.most = start + int(min(room, int64(len(z.out)-start)))
	z.in = src
	err = z.run()
	n = len(src) - len(z.in)
	if err == nil && fin && len(z.in) == 0 && z.pos < chunk {
		done, err = z.finish()
	}
	z.in = nil
	return z.out[start:z.pos], n, done, err
}

// finish takes the tail.
func (z *Inflater) finish() (done bool, err error) {
	z.in = tail[z.tail:]
	err = z.run()
	z.tail = len(tail) - len(z.in)
	switch {
	case err != nil || z.tail < len(tail) || z.pos >= chunk:
		return false, err
	case z.step != stepHeader || z.n > 0:
		return false, ErrUnfinished
	}
	return true, nil
}

// End ends a message that is done: its connection's window has it now.
//
//rfc:7692-7.2.2-4 7692-7.2.2-6
func (z *Inflater) End() {
	if z.win != &z.own {
		z.keep()
	}
	z.win = nil
}

// keep hands what is in out over to the window.
func (z *Inflater) keep() {
	if z.win.ring == nil {
		z.own.ring = make([]byte, WindowSize(15))
	}
	z.win.add(z.out[:z.pos])
	z.pos = 0
}

// run goes on until the input is used up or out is full.
func (z *Inflater) run() error {
	for z.pos < chunk {
		more, err := z.next()
		if !more || err != nil {
			return err
		}
	}
	return nil
}

// next does the next step, and reports whether there was enough input for it.
func (z *Inflater) next() (more bool, err error) {
	switch z.step {
	case stepHeader:
		return z.blockHeader()
	case stepStoredSize:
		return z.storedSize()
	case stepStored:
		return z.stored()
	case stepCounts:
		return z.counts()
	case stepLengthSizes:
		return z.lengthSizes()
	case stepSizes:
		return z.sizes()
	}
	return z.data()
}

// need sees to it that there are n bits, at most 56, if the input has them.
func (z *Inflater) need(n uint) bool {
	for z.n < n {
		if len(z.in) == 0 {
			return false
		}
		z.bits |= uint64(z.in[0]) << z.n
		z.n += 8
		z.in = z.in[1:]
	}
	return true
}

// take takes n bits, which are there.
func (z *Inflater) take(n uint) uint64 {
	b := z.bits & (1<<n - 1)
	z.bits >>= n
	z.n -= n
	return b
}
