package websocket

import (
	"bytes"
	"context"
	"sync"

	"github.com/seed372fb791/rfc6455/protocol"
)

// backlog is what Close has read while it waits for the peer's Close frame, for
// those who have a claim to it. Close reads on for them since a loop's body may be
// what has called it. Without a claim the bytes are dropped, and from then on all:
// nobody gets messages with a gap before them.
type backlog struct {
	mu      sync.Mutex
	pieces  []incoming // not in the read buffer
	size    int        // of their data
	dropped bool       // something was dropped
	ended   bool       // nothing more comes
	changed chan struct{}
}

// backlogLimit is the number of bytes beyond which Close waits for them to be taken.
const backlogLimit = 1 << 20

// tell wakes whoever waits for a change.
func (b *backlog) tell() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.change()
}

// change is tell under b.mu.
func (b *backlog) change() {
	if b.changed != nil {
		close(b.changed)
		b.changed = nil
	}
}

// next returns a channel that is closed at the next change. b.mu is held.
func (b *backlog) next() <-chan struct{} {
	if b.changed == nil {
		b.changed = make(chan struct{})
	}
	return b.changed
}

// changes returns a channel that is closed at the next change.
func (b *backlog) changes() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.next()
}

// hasEnded reports whether nothing more comes.
func (b *backlog) hasEnded() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ended
}

// end says that nothing more comes.
func (b *backlog) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	b.change()
}

// take returns the first piece, or what to wait for; nil at the end.
func (b *backlog) take() (p incoming, ok bool, wait <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.pieces) > 0 {
		p, b.pieces = b.pieces[0], b.pieces[1:]
		b.size -= len(p.data)
		b.change()
		return p, true, nil
	}
	if !b.ended {
		wait = b.next()
	}
	return incoming{}, false, wait
}

// add keeps a piece if there is a claim to it, or returns what to wait for while
// there is no room.
func (b *backlog) add(ev *protocol.Event, claimed bool) (wait <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case !claimed || b.dropped:
		b.dropped, b.pieces, b.size = true, nil, 0
	case b.size > 0 && b.size+len(ev.Data) > backlogLimit:
		return b.next()
	default:
		b.pieces = append(b.pieces, incoming{typ: ev.Type, data: bytes.Clone(ev.Data), fin: ev.Fin})
		b.size += len(ev.Data)
		b.change()
	}
	return nil
}

// fromBacklog makes the next piece of the backlog incoming. The end of the connection
// may have ended ctx: all that has come is there by then.
func (c *Conn) fromBacklog(ctx context.Context) error {
	for {
		over := c.isOver()
		p, ok, wait := c.receiving.backlog.take()
		switch {
		case ok:
			c.receiving.incoming.set(p.typ, p.data, p.fin)
			return nil
		case wait == nil, over && ctx.Err() != nil:
			return c.endOf(c.why())
		}
		select {
		case <-wait:
		case <-ctx.Done():
			if !c.isOver() {
				return ctx.Err()
			}
		}
	}
}

// drain reads until the peer's Close or the end of ctx, when the goroutine that
// reads stops. If that comes upon the end there is nothing to do. full says that
// there was no room at the end of ctx, because nobody took what was kept.
//
//rfc:6455-1.4-1
func (c *Conn) drain(ctx context.Context) (full bool) {
	if !c.takeFromReader(ctx) {
		return false
	}
	defer c.endDrain()
	var ev protocol.Event
	for c.nextData(ctx, &ev, nil) == nil {
		if !c.keep(ctx, &ev) {
			return ctx.Err() != nil
		}
	}
	return false
}

// keep adds a piece to the backlog when there is room. It reports false when the
// connection or ctx ends before.
func (c *Conn) keep(ctx context.Context, ev *protocol.Event) bool {
	r := &c.receiving
	for !c.isDead() {
		wait := r.backlog.add(ev, r.right.isClaimed())
		if wait == nil {
			return true
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return false
		}
	}
	return false
}

// takeFromReader takes the stream over when the goroutine that has the right to
// read gives it back.
func (c *Conn) takeFromReader(ctx context.Context) bool {
	r := &c.receiving
	for !r.borrow(r.handOver) {
		given := r.backlog.changes()
		if !r.right.want() {
			continue
		}
		select {
		case <-given:
		case <-ctx.Done():
			return false
		case <-c.Done():
			return false
		}
	}
	return true
}

// handOver leaves the stream to Close, and what was read to whoever reads.
func (r *receiving) handOver() {
	r.incoming.data = bytes.Clone(r.incoming.data)
	r.right.pump()
}

func (c *Conn) endDrain() {
	c.forget()
	c.receiving.backlog.end()
}
