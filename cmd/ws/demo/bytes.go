package demo

import "encoding/binary"

// byteReader takes numbers from the front of a message: varints, as web/bytes.js writes them. After a bad one it is bad
// for good.
type byteReader struct {
	left []byte
	bad  bool
}

// uvarint takes a number of at most max.
func (r *byteReader) uvarint(max uint64) uint64 {
	v, n := binary.Uvarint(r.left)
	if !r.take(n, v <= max) {
		return 0
	}
	return v
}

// step takes a signed number, which leads from one place to another from 0 to max.
func (r *byteReader) step(from, max int) int {
	v, n := binary.Varint(r.left)
	if !r.take(n, v >= int64(-from) && v <= int64(max-from)) {
		return 0
	}
	return from + int(v)
}

// take goes on behind n bytes, which are fine if good. It reports false if something was wrong, now or before.
func (r *byteReader) take(n int, good bool) bool {
	if n <= 0 || !good {
		r.left, r.bad = nil, true
		return false
	}
	r.left = r.left[n:]
	return true
}
