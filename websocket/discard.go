package websocket

import (
	"context"
)

// Discard starts a goroutine that reads, counts and drops what arrives, for a
// program that only writes: so Pings are answered and the peer's Close is
// noticed. It returns at once. A Read gets ErrConcurrentRead from then on.
//
// The context that it returns ends with the goroutine: at the end of the connection
// or of ctx, after which others may read again. Its cause (context.Cause) is how the
// connection ended, or that of ctx; it is ErrConcurrentRead if another goroutine was
// reading.
func (c *Conn) Discard(ctx context.Context) context.Context {
	discarding, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	if err := c.startRead(ctx); err != nil {
		cancel(err)
		return discarding
	}
	go func() {
		err := c.discardMessages(ctx)
		c.stopRead(0)
		if err == ctx.Err() {
			err = context.Cause(ctx)
		}
		cancel(err)
	}()
	return discarding
}

// discardMessages drops messages until there are no more, or ctx ends.
func (c *Conn) discardMessages(ctx context.Context) error {
	for {
		if err := c.begin(ctx); err != nil {
			return err
		}
		c.receiving.incoming.skip = true
	}
}

// discard reads and forgets until the stream ends. A socket that is closed
// with bytes unread resets the connection, and the peer may lose what it has
// not yet read of ours: the Close frame.
//
//rfc:6455-7.1.1-2 6455-7.1.7-7
func (c *Conn) discard() {
	buf := getBuffer(smallBuffer)
	defer putBuffer(buf)
	for empty := 0; empty < emptyReads; empty++ {
		n, err := c.stream.Read(buf)
		if err != nil {
			return
		}
		if n > 0 {
			empty = 0
		}
	}
}
