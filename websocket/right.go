package websocket

import (
	"context"
	"sync/atomic"
)

// right is the right to read: to use what a Conn has for receiving. A call has it
// while it reads. A loop over messages and an open MessageReader come back to read
// on: between their calls they have claims, so that Close keeps for them what
// arrives. Anybody may read meanwhile, the loop's body for instance.
type right struct{ word atomic.Uint32 }

const (
	inUse  = 1 << iota // a call has the right
	wanted             // Close waits until none has
	pumped             // Close reads the stream, for good: see backlog
	claim              // the claims are counted from here on
)

// take takes the right, if no other call has it.
func (r *right) take() bool {
	for {
		w := r.word.Load()
		if w&inUse != 0 {
			return false
		}
		if r.word.CompareAndSwap(w, w|inUse) {
			return true
		}
	}
}

// give gives the right back, and adds so many claims. It reports whether Close
// has to be told.
func (r *right) give(claims int) (tell bool) {
	for {
		w := r.word.Load()
		if r.word.CompareAndSwap(w, w-inUse+uint32(claims)*claim) {
			return w&(wanted|pumped) != 0
		}
	}
}

// want has the next call that gives the right back tell Close, and reports whether
// a call has it.
func (r *right) want() bool {
	return r.word.Or(wanted)&inUse != 0
}

// pump marks the stream as read by Close, which has the right.
func (r *right) pump() { r.word.Or(pumped) }

// isPumped reports whether Close reads the stream.
func (r *right) isPumped() bool { return r.word.Load()&pumped != 0 }

// isHeld reports whether somebody reads, or Close does.
func (r *right) isHeld() bool { return r.word.Load()&(inUse|pumped) != 0 }

// isClaimed reports whether somebody reads or will come back to it.
func (r *right) isClaimed() bool { return r.word.Load()&^(wanted|pumped) != 0 }

// startRead takes the right to read, unless there is nothing to read any more.
func (c *Conn) startRead(ctx context.Context) error {
	if !c.receiving.takeRight() {
		if err := c.ended(); err != nil {
			return err
		}
		return ErrConcurrentRead
	}
	if err := c.mayRead(ctx); err != nil {
		c.stopRead(0)
		return err
	}
	return nil
}

// takeRight takes the right for a call that reads, if no other call has it.
func (r *receiving) takeRight() bool {
	if r.right.take() {
		return true
	}
	r.backlog.mu.Lock() // until borrow has given it back
	defer r.backlog.mu.Unlock()
	return r.right.take()
}

// borrow takes the right for as long as f runs, if no call has it. A call that
// comes meanwhile waits.
func (r *receiving) borrow(f func()) bool {
	b := &r.backlog
	b.mu.Lock()
	defer b.mu.Unlock()
	if !r.right.take() {
		return false
	}
	f()
	if r.right.give(0) {
		b.change()
	}
	return true
}

// mayRead returns why the caller, or nobody, may read on. Once the connection is
// over, what was received before can still be read, and whoever has a claim finds
// how it has ended.
func (c *Conn) mayRead(ctx context.Context) error {
	r := &c.receiving
	r.after = c.isDead()
	switch err := ctx.Err(); {
	case err != nil && !c.isOver(): // the end of the connection may end ctx
		return err
	case r.right.isPumped():
		return nil
	}
	return r.broken
}

// endOf returns err, which a call that reads has met, or how the connection ended for
// a call that has begun after that: one's own Close has ended it.
func (c *Conn) endOf(err error) error {
	if err != nil && c.receiving.after {
		return c.ended()
	}
	return err
}

// stopRead gives the right to read back, with so many claims more.
func (c *Conn) stopRead(claims int) {
	r := &c.receiving
	if c.isDead() {
		c.forgetIfRead()
	}
	if r.right.give(claims) {
		r.backlog.tell()
		c.takeOver()
	}
}

// isFree reports whether nobody reads the stream. If somebody does, the end of that
// is a change of the backlog.
func (r *receiving) isFree() bool {
	if r.right.isPumped() {
		return r.backlog.hasEnded()
	}
	return !r.right.want()
}

// unclaim gives up a claim.
func (r *receiving) unclaim() {
	if r.right.word.Add(^uint32(claim-1))&pumped != 0 {
		r.backlog.tell()
	}
}
