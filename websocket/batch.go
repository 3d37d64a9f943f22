package websocket

import "context"

// Batch sends messages that need not leave at once: together with the next
// flush they cost one system call. They leave with Flush, with any other write,
// and at the latest when the goroutine that reads has to wait for the peer, or
// does so already: a loop over BorrowMessages that answers into a Batch answers
// everything that came with one read by one write.
//
// A Batch is a view of its Conn, free to make and safe for concurrent use.
type Batch struct{ c *Conn }

// Batch returns the batch of c.
func (c *Conn) Batch() Batch { return Batch{c} }

// batchLimit is the number of bytes at which a batch leaves by itself.
const batchLimit = bigBuffer / 2

// Write is Conn.Write without the waiting to be written: nil says that the
// message has its place in the order. It waits for that as Conn.Write does, if
// Options.MaxQueued bytes wait to be written.
func (b Batch) Write(ctx context.Context, typ Type, p []byte) error {
	_, err := b.c.send(ctx, &outgoing{typ: typ, fin: true, data: p, batched: len(p) < largeWrite})
	b.c.leaveSoon()
	return err
}

// WriteText is Conn.WriteText without the waiting to be written.
func (b Batch) WriteText(ctx context.Context, s string) error {
	p := bytesOf(s)
	defer putBuffer(p)
	return b.Write(ctx, Text, p)
}

// WritePrepared is Conn.WritePrepared without the waiting to be written.
func (b Batch) WritePrepared(ctx context.Context, m *PreparedMessage) error {
	_, err := b.c.send(ctx, &outgoing{prepared: m, typ: m.Type(), fin: true, batched: m.Len() < largeWrite})
	b.c.leaveSoon()
	return err
}

// Flush returns when the messages of the batch have been written. The errors
// are those of Conn.Write.
func (b Batch) Flush(ctx context.Context) error {
	c := b.c
	c.mu.Lock()
	err := c.refusal()
	c.mu.Unlock()
	if err != nil {
		return err
	}
	return c.commit(ctx)
}

// leaveSoon has a batch leave if the goroutine that reads waits already: nobody else
// would notice.
func (c *Conn) leaveSoon() {
	if c.receiving.waits.Load() {
		c.flushSoon()
	}
}

// rests reports whether what a batch has put out may wait for more. While
// somebody writes, it leaves with the next write.
func (c *Conn) rests() bool {
	if c.ep.Pending() >= batchLimit {
		return false
	}
	if !c.sending.writing {
		c.sending.batched = true
	}
	return true
}
