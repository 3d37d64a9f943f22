package deflate

import "math/bits"

// maxBlock is how many bytes are compressed at a time.
const maxBlock = 1 << 15

// Deflater compresses one message after the other for permessage-deflate (RFC
// 7692 section 7.2.1). It is scratch memory, about 160 KiB: nothing in it
// outlasts a message, so it may serve many connections in turn. It must not be
// used by two goroutines at once. Reset comes first.
type Deflater struct {
	matcher matcher
	encoder encoder
	scratch [1 << 13]pair // table of messages without a History

	history *History
	written int // bytes of the message so far, as far as a History keeps them
}

// Reset begins a message. level is 1, fastest, to 9, smallest; no distance
// will exceed 1<<windowBits bytes, windowBits being 8 to 15. h is what the
// messages before left, or nil for no context takeover; the Deflater uses it
// until Reset is called again.
func (d *Deflater) Reset(level, windowBits int, h *History) {
	m := &d.matcher
	m.effort = efforts[level]
	m.reach = 1 << windowBits
	m.next, m.have, m.table = 0, 0, nil
	d.history, d.written = h, 0
	if h != nil {
		m.next = h.next - uint16(h.have)
		m.table = h.table
		older, newer := h.window()
		m.add(older)
		m.add(newer)
	}
}

// Append compresses p, the next piece of the message, and appends the result
// to dst. It ends at a byte boundary with an empty stored block, so that the
// peer can inflate all of it; when fin, the piece being the last one, without
// the block's last four bytes. p is not kept; what lies behind the result, up to
// the capacity of dst, may be overwritten too.
//
//rfc:7692-7.2.1-1 7692-7.2.1-2 7692-7.2.1-3 7692-7.2.1-9 7692-7.2.1-10 7692-7.3-1
func (d *Deflater) Append(dst, p []byte, fin bool) []byte {
	m := &d.matcher
	if m.table == nil {
		m.table = d.clearTable(len(p), fin)
	}
	w := bitWriter{dst: dst}
	for len(p) > 0 {
		n := min(len(p), maxBlock)
		at := m.next
		d.encoder.block(&w, &m.ring, at, p[:n], m.find(p[:n]), &m.counts)
		d.written = min(d.written+n, maxHistory)
		p = p[n:]
	}
	w.add(storedBlock, 3)
	w.align()
	if !fin {
		w.dst = append(w.dst, 0x00, 0x00, 0xff, 0xff)
	}
	return w.dst
}

// Commit tells that the message was sent and is in the peer's window now.
// Without it the History remains as before, but for a few matches that the next
// message may not find.
func (d *Deflater) Commit() {
	h, m := d.history, &d.matcher
	if h == nil {
		return
	}
	n := min(d.written, len(h.ring))
	h.next = m.next - uint16(n)
	older, newer := m.ring.before(m.next, n)
	h.keep(older)
	h.keep(newer)
}

// clearTable returns a table for a message that begins with n bytes, or has no
// more than those.
func (d *Deflater) clearTable(n int, fin bool) []pair {
	size := len(d.scratch)
	if fin {
		size = min(size, 1<<bits.Len(uint(n)/4|15))
	}
	clear(d.scratch[:size])
	return d.scratch[:size]
}
