package websocket

import (
	"context"
	"io"
)

// MessageReader reads a message as a stream. It belongs to the goroutine that
// reads from the Conn, and is not safe for concurrent use.
type MessageReader struct {
	c   *Conn
	ctx context.Context
	err error // what Read returns from now on
}

// Reader waits for the next message and returns its type and a reader for it,
// for messages of unknown length or too long to hold: MaxMessage bounds those
// too. ctx is the reader's as well. The errors are those of Read. Close waits for a
// reader that is not read to its end: see there.
func (c *Conn) Reader(ctx context.Context) (Type, *MessageReader, error) {
	if err := c.startRead(ctx); err != nil {
		return 0, nil, err
	}
	claims := 0
	defer func() { c.stopRead(claims) }()
	if err := c.begin(ctx); err != nil {
		return 0, nil, err
	}
	r := &c.receiving
	r.reader = &MessageReader{c: c, ctx: ctx}
	claims = 1
	return r.incoming.typ, r.reader, nil
}

// begin waits until a message has begun to arrive. The rest of one that was taken
// with Reader is skipped.
func (c *Conn) begin(ctx context.Context) error {
	r := &c.receiving
	if r.reader != nil || r.incoming.skip {
		if err := c.skip(ctx); err != nil {
			return err
		}
	}
	if r.incoming.data != nil || r.incoming.fin {
		return nil
	}
	return c.more(ctx, nil)
}

// Read reads the next bytes of the message, and io.EOF at its end. When the
// reader's context has ended the error is ctx.Err(), and nothing is lost:
// SetContext goes on. ErrSkipped says that another message was asked for
// meanwhile. Other errors are those of Conn.Read.
func (r *MessageReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	c := r.c
	if err := c.startRead(context.Background()); err != nil {
		return 0, err
	}
	defer c.stopRead(0)
	if r.err != nil {
		return 0, r.err
	}
	if err := c.mayRead(r.ctx); err != nil {
		return 0, err
	}
	in := &c.receiving.incoming
	for len(in.data) == 0 {
		if in.fin {
			c.endReader(io.EOF)
			c.tookMessage(0)
			return 0, io.EOF
		}
		if err := c.more(r.ctx, p); err != nil {
			return 0, err
		}
	}
	n := min(len(p), len(in.data))
	if &p[0] != &in.data[0] { // it was read there
		copy(p, in.data[:n])
	}
	in.data = in.data[n:]
	return n, nil
}

// SetContext makes ctx the context that later calls of Read wait under.
func (r *MessageReader) SetContext(ctx context.Context) { r.ctx = ctx }

// skip reads to the end of a message that nobody wants: one that was taken with
// Reader, or that Discard has begun with.
func (c *Conn) skip(ctx context.Context) error {
	r := &c.receiving
	c.skipReader()
	for !r.incoming.fin {
		r.incoming.data = nil
		if err := c.more(ctx, nil); err != nil {
			return err
		}
	}
	c.tookMessage(0)
	return nil
}

// skipReader ends the MessageReader, if there is one, before the end of its message.
func (c *Conn) skipReader() {
	if r := &c.receiving; r.reader != nil {
		c.endReader(ErrSkipped)
		r.incoming.skip = true
	}
}

// endReader ends the MessageReader.
func (c *Conn) endReader(err error) {
	r := &c.receiving
	r.reader.err, r.reader = err, nil
	r.unclaim()
}
