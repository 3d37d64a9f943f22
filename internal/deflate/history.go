package deflate

// maxHistory is how many bytes a History keeps at most. A sender may look back
// less far than was agreed; here it costs little and halves what an idle
// connection holds.
const maxHistory = 1 << 14

// History is what a connection keeps between the messages it compresses with
// context takeover (RFC 7692 section 7.1.1): the last bytes sent and where to
// look for what in them. It must not be used by two Deflaters at once.
type History struct {
	ring  []byte
	sent  uint64 // bytes ever sent; those in the ring end there
	table []bucket
}

// NewHistory returns an empty History for windows of 1<<windowBits bytes, 8 to
// 15. It holds HistorySize(windowBits) bytes.
func NewHistory(windowBits int) *History {
	n := min(1<<windowBits, maxHistory)
	return &History{ring: make([]byte, n), table: make([]bucket, n/positionsPerBucket)}
}

// HistorySize returns how many bytes a History for windows of 1<<windowBits
// bytes holds.
func HistorySize(windowBits int) int {
	n := min(1<<windowBits, maxHistory)
	return n + n/positionsPerBucket*bucketSize
}

// Add tells that p was sent, compressed without regard to h. p is not kept.
func (h *History) Add(p []byte) {
	position := uint16(h.sent)
	shift := hashShift(len(h.table))
	skip := max(0, len(p)-len(h.ring))
	for i := skip; i+minMatch <= len(p); i++ {
		v := uint32(p[i]) | uint32(p[i+1])<<8 | uint32(p[i+2])<<16 | uint32(p[i+3])<<24
		h.table[hash(v, shift)].insert(position + uint16(i))
	}
	h.keep(p)
}

// keep moves p into the ring.
func (h *History) keep(p []byte) {
	h.sent += uint64(len(p))
	p = p[max(0, len(p)-len(h.ring)):]
	at := int(h.sent-uint64(len(p))) & (len(h.ring) - 1)
	n := copy(h.ring[at:], p)
	copy(h.ring, p[n:])
}

// window copies the bytes kept to dst, oldest first, and returns their number.
func (h *History) window(dst []byte) int {
	end := int(h.sent) & (len(h.ring) - 1)
	n := 0
	if h.sent >= uint64(len(h.ring)) {
		n = copy(dst, h.ring[end:])
	}
	return n + copy(dst[n:], h.ring[:end])
}
