package protocol

import "context"

// WritePrepared is Write for a message that goes to many connections. A server
// writes the bytes of m themselves, not a copy.
func (c *Conn) WritePrepared(ctx context.Context, m *PreparedMessage) error {
	if c.resumable || ctx.Done() == nil {
		if out, _, err := c.takePrepared(ctx, m, false); err != nil {
			return err
		} else if out.bytes != nil {
			return c.flushTaken(ctx, out)
		}
	}
	_, err := c.send(ctx, &outgoing{piece: m.piece(c.ep.cfg.Deflate)})
	return err
}

// TryWritePrepared sends m without waiting: it is for who sends to many and is
// not to be held up by one. It returns false and nil if something is in the
// way: what was written before and has not left yet, or a MessageWriter that
// has not ended. Then m is not sent: WritePrepared would wait. What waits in a
// Batch is not in the way, it leaves before m.
//
// A socket (but not on Windows) and a Pipe are written to at once, by one
// system call; a server copies and allocates nothing for that. What they have
// no room for, and what is for any other stream, TLS among them, a goroutine
// writes. True says that m has its place in the order.
//
// The errors are those of Write. Safe for concurrent use.
func (c *Conn) TryWritePrepared(m *PreparedMessage) (taken bool, err error) {
	out, n, err := c.takePrepared(context.Background(), m, true)
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

// takePrepared takes m, unless something is in the way of its own bytes. With
// now, only what cannot be written yet is in the way: m may be taken encoded
// behind what has been put out before, n bytes are written without waiting, and
// if these are all the right to write is given up again.
func (c *Conn) takePrepared(ctx context.Context, m *PreparedMessage, now bool) (out takenOutput, n int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out.shared = c.ep.role == Server && c.ep.Pending() == 0
	if busy, err := c.mayQueue(ctx, nil); busy != nil || err != nil || c.writing || !out.shared && !now {
		return takenOutput{}, 0, err
	}
	if out.shared {
		out.bytes, err = c.ep.sendPrepared(m)
	} else {
		out.bytes, err = c.takeBehind(m)
	}
	if err != nil {
		return takenOutput{}, 0, err
	}
	c.messagesWritten++
	if now {
		n, err = c.writeNow(out.bytes, m)
	}
	switch {
	case n == len(out.bytes):
		c.writing, c.written = false, c.taken
	case out.shared:
		c.takeOutput() // which is empty: it is about the right
	}
	return out, n, err
}

// takeBehind takes what has been put out, with m behind it. c.mu is held.
func (c *Conn) takeBehind(m *PreparedMessage) ([]byte, error) {
	p := m.piece(c.ep.cfg.Deflate)
	c.lendOutput(max(len(p.data), len(p.packed)))
	if err := c.ep.send(p); err != nil {
		return nil, err
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
