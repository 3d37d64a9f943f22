package websocket

import (
	"context"
	"errors"
	"io"
	"os"
)

// flush writes flow, for all whose frames are in it, and gives the right to write
// up. What has been begun is written to the end: if ctx ends before, a goroutine
// of the connection goes on.
func (c *Conn) flush(ctx context.Context, flow *outflow) error {
	if !c.stream.resumable() && ctx.Done() != nil {
		return c.flushBeside(ctx, flow)
	}
	err := c.write(ctx, flow)
	if interrupted(ctx, err) {
		flow.own()
		go c.flush(context.Background(), flow)
		return ctx.Err()
	}
	return c.flushed(flow, err)
}

// flushBeside is flush for a transport on which a write must not be cut short:
// it goes on when the context has ended.
func (c *Conn) flushBeside(ctx context.Context, flow *outflow) error {
	result := make(chan error, 1)
	go func() { result <- c.flush(context.Background(), flow) }()
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// write writes flow, or what of it can be written until ctx ends.
func (c *Conn) write(ctx context.Context, flow *outflow) error {
	if !c.stream.resumable() {
		return c.writeWhole(flow)
	}
	err := c.writeNow(flow)
	if err != nil || flow.empty() {
		return err
	}
	c.sending.gate.watch(c, ctx)
	for err == nil && !flow.empty() {
		c.writeWaits()
		var n int
		n, err = c.stream.writeSome(flow)
		c.wrote(flow, n)
		if n > 0 {
			c.writeMoved()
		}
	}
	return err
}

// writeNow writes what there is room for, without waiting: nothing to a transport
// that cannot tell.
func (c *Conn) writeNow(flow *outflow) error {
	for c.stream.resumable() && !flow.empty() {
		n, err := c.stream.tryWrite(flow)
		c.wrote(flow, n)
		if n == 0 || err != nil {
			return err
		}
	}
	return nil
}

// writeWhole writes to a transport of which nothing is known: a write may wait for
// room or not.
func (c *Conn) writeWhole(flow *outflow) error {
	for !flow.empty() {
		p := flow.next()
		began := c.writeWaits()
		n, err := c.stream.Write(p)
		switch {
		case n < 0 || n > len(p):
			n, err = 0, errBadWrite
		case n < len(p) && err == nil:
			err = io.ErrShortWrite
		}
		c.wrote(flow, n)
		c.writeReturned(began, err)
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *Conn) wrote(flow *outflow, n int) {
	flow.advance(n)
	c.stats.bytesWritten.Add(int64(n))
}

// interrupted tells the end of a context from other errors of the stream.
func interrupted(ctx context.Context, err error) bool {
	return err != nil && ctx.Err() != nil && errors.Is(err, os.ErrDeadlineExceeded)
}

// flushed ends a flush and hands the right to write on.
func (c *Conn) flushed(flow *outflow, err error) error {
	flow.release()
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &c.sending
	s.writing, s.flight = false, 0
	if err != nil {
		err = c.writeFailed(err)
	} else {
		s.written = s.taken
		c.ep.Written()
	}
	c.writeEnded()
	c.passOn()
	return err
}

// writeFailed records that nothing more can be written; passOn tells all who wait.
// Reading goes on for a while: it may still find the Close frame that says why.
func (c *Conn) writeFailed(err error) error {
	s := &c.sending
	if s.err != nil {
		return s.err
	}
	if s.err = c.ending.why; s.err == nil {
		s.err = lossOf(err)
		c.live.lostBy = now().add(c.set.closeTimeout)
		c.wakeAt(c.live.lostBy)
	}
	return s.err
}

// passOn lets those in the line have their places as far as there is room. If
// nobody has the right to write it goes to the first who waits to be written, or
// to a goroutine of the connection if none does.
func (c *Conn) passOn() {
	s := &c.sending
	c.tellWritten()
	if s.err != nil {
		s.tellOver()
		return
	}
	c.admit()
	switch {
	case s.writing, c.passToLarge():
	case c.ep.Pending() == 0, s.batched:
	case s.placed.empty():
		go c.flush(context.Background(), c.take())
	default:
		w := s.placed.head
		s.placed.remove(w)
		w.hand(c.take())
	}
}

// tellOver tells all who wait that nothing can be written any more. Those whose frames
// nobody has taken to be written lose their places: nobody will.
func (s *sending) tellOver() {
	for w := s.placed.head; w != nil; w = w.next {
		if w.ticket > s.taken {
			w.ticket = 0
		}
	}
	s.line.tellAll(s.err, nil)
	s.placed.tellAll(s.err, nil)
}

// tellWritten tells those whose frames have been written.
func (c *Conn) tellWritten() {
	s := &c.sending
	for w := s.placed.head; w != nil && w.ticket <= s.written; w = s.placed.head {
		s.placed.remove(w)
		w.tell(nil)
	}
}

// passToLarge hands the right to write to a large message at the head of the line,
// which takes all before it along.
func (c *Conn) passToLarge() bool {
	s := &c.sending
	for w := s.line.head; w != nil && w.m.large && c.mayAdmit(&w.m); w = s.line.head {
		flow, err := c.takeLarge(&w.m)
		s.line.remove(w)
		if err == nil {
			w.hand(flow)
			return true
		}
		w.tell(err)
		c.admit()
	}
	return false
}

// commit returns when all that has its place has been written.
func (c *Conn) commit(ctx context.Context) error {
	w, flow, err := c.enterCommit()
	switch {
	case w != nil:
		_, err = c.await(ctx, w)
	case flow != nil:
		err = c.flush(ctx, flow)
	}
	return err
}

func (c *Conn) enterCommit() (w *waiter, flow *outflow, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &c.sending
	switch {
	case s.err != nil:
		return nil, nil, s.err
	case s.writing && c.ep.Pending() == 0:
		w = c.waitWritten(&outgoing{})
		w.ticket = s.taken
		return w, nil, nil
	case s.writing:
		return c.waitWritten(&outgoing{}), nil, nil
	case c.ep.Pending() == 0:
		return nil, nil, nil
	}
	return nil, c.take(), nil
}

// flushSoon has what was put out written without waiting for it: what there is
// room for at once, the rest by a goroutine of the connection. The goroutine that
// reads does not wait for a peer that does not read.
//
//rfc:6455-5.5.2-4
func (c *Conn) flushSoon() {
	if flow := c.takeFree(); flow != nil {
		c.flushNow(flow)
	}
}

// flushNow is flush without waiting: a goroutine of the connection writes what
// there is no room for.
func (c *Conn) flushNow(flow *outflow) error {
	err := c.writeNow(flow)
	if err != nil || flow.empty() {
		return c.flushed(flow, err)
	}
	go c.flush(context.Background(), flow)
	return nil
}

// takeFree takes the output, if there is something to write and nobody writes.
// Who writes has it written when he is done.
func (c *Conn) takeFree() *outflow {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &c.sending
	s.batched = false
	if s.writing || s.err != nil || c.ep.Pending() == 0 {
		return nil
	}
	return c.take()
}
