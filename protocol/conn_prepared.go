package protocol

import "context"

// WritePrepared is Write for a message that goes to many connections. A server
// writes the bytes of m themselves, not a copy.
func (c *Conn) WritePrepared(ctx context.Context, m *PreparedMessage) error {
	if c.resumable || ctx.Done() == nil {
		if out, _, err := c.takePrepared(ctx, false, m); err != nil {
			return err
		} else if out.bytes != nil {
			return c.flushTaken(ctx, out)
		}
	}
	_, err := c.send(ctx, &outgoing{piece: m.piece(c.ep.cfg.Deflate)})
	return err
}

// TryWritePrepared sends messages, one after the other, without waiting: it is
// for who sends to many and is not to be held up by one. It returns false and
// nil if something is in the way: what was written before and has not left yet,
// or a MessageWriter that has not ended. Then none is sent: WritePrepared would
// wait. What waits in a Batch is not in the way, it leaves before them.
//
// A socket (but not on Windows) and a Pipe are written to at once, by one
// system call; a server copies and allocates nothing for a single message. What
// they have no room for, and what is for any other stream, TLS among them, a
// goroutine writes. True says that all have their place in the order.
//
// The errors are those of Write. Safe for concurrent use.
func (c *Conn) TryWritePrepared(m ...*PreparedMessage) (taken bool, err error) {
	if len(m) == 0 {
		return true, nil
	}
	out, n, err := c.takePrepared(context.Background(), true, m...)
	c.stats.bytesWritten.Add(int64(n))
	switch {
	case out.bytes == nil:
		return false, err
	case n == len(out.bytes):
		out.release()
	case err != nil:
		return false, c.flushed(nil, err)
	default:
		out.bytes = out.bytes[n:]
		go c.flushTaken(context.Background(), out)
	}
	return true, nil
}

// takenOutput is frames that a goroutine has the right to write.
type takenOutput struct {
	bytes  []byte
	shared bool // they are a PreparedMessage's
}

func (o takenOutput) release() {
	if !o.shared {
		putBuffer(o.bytes)
	}
}

// takePrepared takes messages, unless something is in the way of a single one's
// own bytes. With now, only what cannot be written yet is in the way: they may
// be taken encoded behind what has been put out before, n bytes are written
// without waiting, and if these are all the right to write is given up again.
func (c *Conn) takePrepared(ctx context.Context, now bool, m ...*PreparedMessage) (out takenOutput, n int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out.shared = c.ep.role == Server && c.ep.Pending() == 0 && len(m) == 1
	if busy, err := c.mayQueue(ctx, nil); busy != nil || err != nil || c.writing || !out.shared && !now {
		return takenOutput{}, 0, err
	}
	if out.shared {
		out.bytes, err = c.ep.sendPrepared(m[0])
	} else {
		out.bytes, err = c.takeBehind(m)
	}
	if err != nil {
		return takenOutput{}, 0, err
	}
	c.messagesWritten += int64(len(m))
	if now {
		n, err = c.writeNow(out.bytes, m[0])
	}
	switch {
	case n == len(out.bytes):
		c.writing, c.written = false, c.taken
	case out.shared:
		c.takeOutput() // which is empty: it is about the right
	}
	return out, n, err
}

// takeBehind takes what has been put out, with messages behind it. c.mu is held.
func (c *Conn) takeBehind(messages []*PreparedMessage) ([]byte, error) {
	for _, m := range messages {
		p := m.piece(c.ep.cfg.Deflate)
		c.lendOutput(p.size())
		if err := c.ep.send(&p); err != nil {
			return nil, err
		}
	}
	return c.takeOutput(), nil
}

// flushTaken is flush for out.
func (c *Conn) flushTaken(ctx context.Context, out takenOutput) error {
	if !out.shared {
		return c.flush(ctx, out.bytes)
	}
	n, err := c.write(ctx, out.bytes)
	if interrupted(ctx, err) {
		out.bytes = out.bytes[n:]
		go c.flushTaken(context.Background(), out)
		return ctx.Err()
	}
	return c.flushed(nil, err)
}
