package deflate

import "encoding/binary"

// maxHistory is how many bytes a History keeps at most. A sender may look back
// less far than was agreed; here it costs little and halves what an idle
// connection holds.
const maxHistory = 1 << 14

// bytesPerPair is the share of a pair in the bytes kept. Most positions in
// them are never looked up.
const bytesPerPair = 8

// History is what a connection keeps between the messages it compresses with
// context takeover (RFC 7692 section 7.1.1): the last bytes sent and where to
// look for what in them. It must not be used by two Deflaters at once.
type History struct {
	ring  []byte
	next  uint16 // position after the last byte sent, modulo 1<<16
	have  int    // how much of the ring is filled
	table []pair
}

// NewHistory returns an empty History for windows of 1<<windowBits bytes, 8 to
// 15. It holds HistorySize(windowBits) bytes.
func NewHistory(windowBits int) *History {
	n := min(1<<windowBits, maxHistory)
	return &History{ring: make([]byte, n), table: make([]pair, n/bytesPerPair)}
}

// HistorySize returns how many bytes a History for windows of 1<<windowBits
// bytes holds.
func HistorySize(windowBits int) int {
	n := min(1<<windowBits, maxHistory)
	return n + n/bytesPerPair*pairSize
}

// Add tells that p was sent, compressed without regard to h. p is not kept.
func (h *History) Add(p []byte) {
	for i := max(0, len(p)-len(h.ring)); i+8 <= len(p); i++ {
		pair := &h.table[hash(binary.LittleEndian.Uint64(p[i:]))&(len(h.table)-1)]
		pair.insert(h.next + uint16(i))
	}
	h.keep(p)
}

// keep moves p into the ring.
func (h *History) keep(p []byte) {
	h.next += uint16(len(p))
	h.have = min(h.have+len(p), len(h.ring))
	p = p[max(0, len(p)-len(h.ring)):]
	at := (int(h.next) - len(p)) & (len(h.ring) - 1)
	n := copy(h.ring[at:], p)
	copy(h.ring, p[n:])
}

// window returns the bytes kept, in two parts, oldest first.
func (h *History) window() (older, newer []byte) {
	end := int(h.next) & (len(h.ring) - 1)
	if h.have == len(h.ring) {
		older = h.ring[end:]
	}
	return older, h.ring[:end]
}
