package protocol

import (
	"context"
	"errors"
	"os"
)

// Group commit: who sends appends frames to the endpoint's output under c.mu,
// and then needs the right to write, c.writing. One goroutine has it and writes
// all that has been put out; the others find, when it has, that their frames
// are gone already. Frames whose writing has begun are written to the end: if
// the context of the goroutine that writes ends, a goroutine of the connection
// writes the rest.

// lendOutput sees to it that n bytes of payload more are put out to memory of
// a pool, unless they are too many for that. c.mu is held.
func (c *Conn) lendOutput(n int) {
	switch need := len(c.ep.out) + MaxHeaderSize + n; {
	case need <= cap(c.ep.out) || need > bigBuffer:
	case cap(c.ep.out) > 0:
		c.widenOutput(need)
	case need <= smallBuffer: // getBuffer would go deeper into the stack
		c.ep.out = getSmallBuffer()[:0]
	default:
		c.ep.out = getBigBuffer()[:0]
	}
}

func (c *Conn) widenOutput(need int) {
	out := c.ep.out
	c.ep.out = append(getBuffer(need)[:0], out...)
	putBuffer(out)
}

// takeOutput takes all frames put out, and the right to write them. c.mu is
// held, and nobody has that right.
func (c *Conn) takeOutput() []byte {
	c.writing, c.replies = true, false
	if c.batched.Load() {
		c.batched.Store(false)
	}
	c.taken++
	return c.ep.Output(nil)
}

// ticket is what a goroutine gets for its frames: what c.taken becomes when
// they are taken.
type ticket uint64

const (
	noTicket   ticket = 0          // for frames that nobody waits for
	everything        = ^ticket(0) // for all that has been put out
)

// commit returns when the frames of a ticket have been written, and writes
// them if no other goroutine does.
func (c *Conn) commit(ctx context.Context, t ticket) error {
	for {
		out, busy, err := c.takeFor(t)
		switch {
		case out != nil:
			return c.flush(ctx, out)
		case busy == nil:
			return err
		}
		if err := wait(ctx, busy); err != nil {
			c.flushSoon() // nobody waits for these frames any more
			return err
		}
	}
}

// takeFor takes all frames put out if those of t are among them. If another
// goroutine writes, it returns a channel that is closed when that has written.
func (c *Conn) takeFor(t ticket) (out []byte, busy <-chan struct{}, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.written >= t:
		return nil, nil, c.writeErr
	case c.writing:
		return nil, c.untilWritten(), nil
	case c.ep.Pending() == 0 || c.writeErr != nil:
		return nil, nil, c.writeErr
	}
	return c.takeOutput(), nil, nil
}

// takeBatch takes all frames put out if a Batch is among them. If another
// goroutine writes, it is not waited for: it has them written when it is done.
func (c *Conn) takeBatch() []byte {
	if !c.batched.Load() {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.ep.Pending() == 0 || c.writeErr != nil:
		return nil
	case c.writing:
		c.replies = true
		return nil
	}
	return c.takeOutput()
}

// untilWritten returns a channel that is closed when the goroutine that writes
// has written. c.mu is held.
func (c *Conn) untilWritten() <-chan struct{} {
	if c.waited == nil {
		c.waited = make(chan struct{})
	}
	return c.waited
}

// stopFlushing ends a flush: it gives the right to write up, or to a goroutine
// that writes the replies that came meanwhile.
func (c *Conn) stopFlushing() {
	c.mu.Lock()
	c.writing, c.written = false, c.taken
	if c.waited != nil {
		close(c.waited)
		c.waited = nil
	}
	var out []byte
	if c.replies && c.writeErr == nil {
		out = c.takeOutput()
	}
	c.mu.Unlock()
	if out != nil {
		go c.flush(context.Background(), out)
	}
}

// flushSoon has what was put out written without waiting for it: the goroutine
// that reads does not wait for a peer that does not read.
//
//rfc:6455-5.5.2-4
func (c *Conn) flushSoon() {
	c.mu.Lock()
	var out []byte
	if c.ep.Pending() > 0 && c.writeErr == nil {
		if c.replies = true; !c.writing {
			out = c.takeOutput()
		}
	}
	c.mu.Unlock()
	if out != nil {
		go c.flush(context.Background(), out)
	}
}

// flush writes out, gives it back to its pool and the right to write up.
func (c *Conn) flush(ctx context.Context, out []byte) error {
	if ctx.Done() == nil || c.resumable {
		n, err := c.write(ctx, out)
		if interrupted(ctx, err) {
			go c.flush(context.Background(), out[n:])
			return ctx.Err()
		}
		return c.flushed(out, err)
	}
	// A write that must not be cut short goes on when the context has ended.
	result := make(chan error, 1)
	go func() {
		_, err := c.write(context.Background(), out)
		result <- c.flushed(out, err)
	}()
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// write writes p to the stream, until ctx ends if the stream is resumable.
func (c *Conn) write(ctx context.Context, p []byte) (int, error) {
	c.watch(&c.writeGate, ctx)
	n, err := c.stream.Write(p)
	c.stats.bytesWritten.Add(int64(n))
	return n, err
}

// interrupted tells the end of a context from other errors of the stream.
func interrupted(ctx context.Context, err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() != nil
}

// flushed ends a flush.
func (c *Conn) flushed(out []byte, err error) error {
	putBuffer(out)
	if err != nil {
		err = c.writeFailed(err)
	}
	c.stopFlushing()
	return err
}

// writeFailed records that nothing more can be written. Reading goes on: it
// may still find the Close frame that says why.
func (c *Conn) writeFailed(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.err != nil:
		c.writeErr = c.err
	case c.writeErr == nil:
		c.writeErr = lossOf(err)
	}
	return c.writeErr
}
