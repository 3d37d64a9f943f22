package protocol

import (
	"sync"
	"sync/atomic"
)

// Budget bounds the bytes that connections hold for compression: the windows
// of context takeover, and the memory of messages that have arrived or been
// sent in part. When it is spent new connections go without context takeover,
// or without compression; those that have it keep it. A nil Budget has no
// bound. Safe for concurrent use.
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

// account is what one connection holds of a Budget.
type account struct {
	mu     sync.Mutex
	budget *Budget // nil if nobody counts
	held   int64
	closed bool
}

// open begins with n bytes, if the budget has so many left.
func (a *account) open(b *Budget, n int64) bool {
	if b != nil && n > 0 && b.used.Add(n) > b.limit {
		b.used.Add(-n)
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.budget, a.held, a.closed = b, n, false
	return true
}

// add holds n bytes more, or fewer.
func (a *account) add(n int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return
	}
	a.held += n
	if a.budget != nil {
		a.budget.used.Add(n)
	}
}

// close gives all of it back.
func (a *account) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.closed && a.budget != nil {
		a.budget.used.Add(-a.held)
	}
	a.held, a.closed = 0, true
}

// total returns how many bytes are held.
func (a *account) total() int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.held
}
