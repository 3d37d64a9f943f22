package protocol

import "sync/atomic"

// Budget bounds the bytes that connections hold for compression: the windows
// of context takeover, and the memory of messages that are being compressed or
// inflated. When it is spent new connections go without context takeover, or
// without compression; those that have it keep it. A nil Budget has no bound.
// Safe for concurrent use.
type Budget struct {
	limit int64
	used  atomic.Int64
}

// NewBudget returns a budget of limit bytes.
func NewBudget(limit int64) *Budget { return &Budget{limit: limit} }

// Used returns how many bytes are held.
func (b *Budget) Used() int64 { return b.used.Load() }

// Spent reports whether nothing is left.
func (b *Budget) Spent() bool { return b != nil && b.used.Load() >= b.limit }

// take takes n bytes, if so many are left.
func (b *Budget) take(n int64) bool {
	if b == nil {
		return true
	}
	if b.used.Add(n) > b.limit {
		b.used.Add(-n)
		return false
	}
	return true
}

// charge takes n bytes in any case.
func (b *Budget) charge(n int64) {
	if b != nil {
		b.used.Add(n)
	}
}

// give gives n bytes back.
func (b *Budget) give(n int64) { b.charge(-n) }
