package protocol

import "context"

// Batch sends messages that need not leave at once: together with the next
// flush they cost one system call. They leave with Flush, with any other write,
// and at the latest when the goroutine that reads has to wait for the peer: a
// loop over Messages that answers into a Batch answers everything that came
// with one read by one write.
//
// A Batch is a view of its Conn, free to make and safe for concurrent use.
type Batch struct{ c *Conn }

// Batch returns the batch of c.
func (c *Conn) Batch() Batch { return Batch{c} }

// batchLimit is the number of bytes at which a batch leaves by itself.
const batchLimit = bigBuffer / 2

// Write is Conn.Write without the waiting: nil says that the message has its
// place in the order.
func (b Batch) Write(ctx context.Context, typ Type, p []byte) error {
	return b.add(ctx, message(typ, p))
}

// WriteText is Conn.WriteText without the waiting.
func (b Batch) WriteText(ctx context.Context, s string) error {
	return b.add(ctx, textMessage(s))
}

// WritePrepared is Conn.WritePrepared without the waiting.
func (b Batch) WritePrepared(ctx context.Context, m *PreparedMessage) error {
	return b.add(ctx, &outgoing{piece: m.piece(b.c.ep.cfg.Deflate)})
}

func (b Batch) add(ctx context.Context, m *outgoing) error {
	m.batched = len(m.data) < largeWrite
	_, err := b.c.send(ctx, m)
	return err
}

// Flush returns when the messages of the batch have been written. The errors
// are those of Conn.Write.
func (b Batch) Flush(ctx context.Context) error { return b.c.commit(ctx, everything) }
