package inflate

// Window holds the bytes that were inflated last. With context takeover
// (RFC 7692 section 7.2.2) a connection keeps one from message to message.
type Window struct {
	ring []byte
	next int  // where the next byte goes
	full bool // the ring has been filled once
}

// smallestWindow is for peers whose zlib takes a window of 8 bits for one of
// 9: a receiver may hold more than was agreed on.
const smallestWindow = 9

// NewWindow returns an empty window of 2 to the power of bits bytes.
func NewWindow(bits int) *Window { return &Window{ring: make([]byte, WindowSize(bits))} }

// WindowSize returns how many bytes the window of so many bits holds.
//
//rfc:7692-7.2.2-8 7692-7.2.2-9 7692-7.2.2-10 7692-7.2.2-11
func WindowSize(bits int) int { return 1 << max(bits, smallestWindow) }

// reset empties the window.
func (w *Window) reset() { w.next, w.full = 0, false }

// have returns how many bytes are in the window.
func (w *Window) have() int {
	if w.full {
		return len(w.ring)
	}
	return w.next
}

// add puts p behind what is there.
func (w *Window) add(p []byte) {
	if len(p) >= len(w.ring) {
		copy(w.ring, p[len(p)-len(w.ring):])
		w.next, w.full = 0, true
		return
	}
	n := copy(w.ring[w.next:], p)
	w.next += n
	if w.next == len(w.ring) {
		w.next, w.full = copy(w.ring, p[n:]), true
	}
}

// copyTo fills dst with the bytes that begin back bytes before the window's
// end. There are as many.
func (w *Window) copyTo(dst []byte, back int) {
	from := w.next - back
	if from < 0 {
		from += len(w.ring)
	}
	n := copy(dst, w.ring[from:])
	copy(dst[n:], w.ring)
}
