package protocol

import (
	"context"
	"math"
	"slices"
)

const (
	// directRead is how much of a frame's payload must be missing to read it
	// straight to where it is wanted.
	directRead = 4 << 10
	// firstGrowth is the most memory taken for a payload on the word of its
	// header, unless a message as long has come before. What is taken later is
	// no more than what has arrived.
	firstGrowth = 64 << 10
)

// Read returns the next message, which is the caller's to keep.
//
// The error is ctx.Err() if ctx ends first: no byte is lost, the next call goes
// on where this one stopped. Otherwise the connection has ended and the error
// matches ErrClosed: a *CloseError is the peer's Close or the loss of the
// transport, a *ProtocolError a rule or limit that the peer broke, a
// *TimeoutError a peer that is silent. Later calls return the same error.
//
// If the last message was taken with Reader and not read to its end, the rest
// of it is skipped.
func (c *Conn) Read(ctx context.Context) (Type, []byte, error) {
	return c.ReadInto(ctx, nil)
}

// ReadInto is Read into memory of the caller: the message replaces what is in
// buf, and takes new memory only if it does not fit into the capacity of buf.
// The returned slice is the caller's, buf also after an error.
func (c *Conn) ReadInto(ctx context.Context, buf []byte) (Type, []byte, error) {
	if err := c.startRead(ctx); err != nil {
		return 0, buf[:0], err
	}
	defer c.stopRead()
	return c.readMessage(ctx, buf)
}

// readMessage assembles the next message in buf.
func (c *Conn) readMessage(ctx context.Context, buf []byte) (Type, []byte, error) {
	buf = append(buf[:0], c.partial...)
	c.partial = nil
	return c.assemble(ctx, buf)
}

// assemble appends the rest of a message to buf, which holds what there is of
// it. What has been assembled when ctx ends is kept for the next call.
func (c *Conn) assemble(ctx context.Context, buf []byte) (Type, []byte, error) {
	for {
		if missing := c.ep.Want(); missing >= directRead {
			buf = slices.Grow(buf, min(missing, max(len(buf), firstGrowth, int(c.longest))))
		}
		ev, err := c.next(ctx, buf[len(buf):cap(buf)])
		if err != nil {
			if len(buf) > 0 && c.ended() == nil {
				c.partial = slices.Clone(buf)
			}
			return 0, buf[:0], err
		}
		buf = join(c.widen(buf, len(ev.Data)), ev.Data)
		if ev.Fin {
			c.stats.messagesRead.Add(1)
			c.longest = max(c.longest, uint32(min(len(buf), hugeBuffer)))
			return ev.Type, buf, nil
		}
	}
}

// widen returns buf with room for n bytes more if they were inflated: nobody
// has announced how many there will be. It grows in few steps, so that a
// message that becomes too big costs little more than the limit.
func (c *Conn) widen(buf []byte, n int) []byte {
	if !c.ep.compressed || len(buf)+n <= cap(buf) {
		return buf
	}
	most := int(min(c.ep.cfg.MaxMessage, math.MaxInt)) - len(buf)
	return slices.Grow(buf, max(n, min(2*len(buf), most)))
}

// join appends p to buf, where it may lie already because it was read there.
func join(buf, p []byte) []byte {
	if n := len(buf); len(p) > 0 && cap(buf) > n && &buf[:n+1][n] == &p[0] {
		return buf[:n+len(p)]
	}
	return append(buf, p...)
}

// startRead takes the receiving side. The rest of a message that was taken
// with Reader is skipped.
func (c *Conn) startRead(ctx context.Context) error {
	if err := c.takeReading(ctx); err != nil {
		return err
	}
	if c.message != nil {
		if err := c.skipMessage(ctx); err != nil {
			c.stopRead()
			return err
		}
	}
	return nil
}

// takeReading takes the receiving side. A reader that comes while Close reads
// waits for the end with it: the connection is not over before.
func (c *Conn) takeReading(ctx context.Context) error {
	if c.reading.CompareAndSwap(false, true) {
		return nil
	}
	if err := c.ended(); err != nil {
		return err
	}
	if !c.closing.Load() {
		return ErrConcurrentRead
	}
	select {
	case <-c.Done():
		return c.ended()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// stopRead gives the receiving side back, to Close if that waits for the peer.
func (c *Conn) stopRead() {
	c.reading.Store(false)
	if c.closing.Load() {
		go c.drain()
	}
}

// Buffered returns the number of bytes that have been received and not been
// looked at: if it is 0, reading waits for the peer. It is for the goroutine
// that reads.
func (c *Conn) Buffered() int { return c.ep.Buffered() }

// next returns the next piece of a message. It answers what has to be answered
// on the way. space is where payload may be read to.
func (c *Conn) next(ctx context.Context, space []byte) (ev Event, err error) {
	for {
		switch {
		case !c.ep.next(&ev):
			err = c.fill(ctx, space)
		case ev.Kind == DataEvent:
			return ev, nil
		default:
			err = c.control(ctx, &ev)
		}
		if err != nil {
			return Event{}, err
		}
	}
}

// control does what a Ping, Pong, Close or failure calls for. The error is the
// end of the connection, of which the peer has then been told: the program may
// exit at once.
func (c *Conn) control(ctx context.Context, ev *Event) error {
	if ev.Kind == PongEvent {
		c.pong(ev.Data)
		return nil
	}
	if ev.Kind == CloseEvent && c.ep.cfg.Trace.Close != nil {
		c.ep.cfg.Trace.Close(true, ev.Code, ev.Reason)
	}
	c.mu.Lock()
	err := c.ep.Answer(*ev)
	c.mu.Unlock()
	if ev.Kind == CloseEvent {
		err = &CloseError{Code: ev.Code, Reason: ev.Reason}
	}
	if err == nil {
		c.flushSoon()
		return nil
	}
	err = c.end(err)
	select {
	case <-c.startFinish():
	case <-ctx.Done():
	}
	return err
}

// fill reads from the stream: into space if what is missing of a payload is
// long, into the read buffer otherwise.
func (c *Conn) fill(ctx context.Context, space []byte) error {
	if err := c.mayRead(ctx); err != nil {
		return err
	}
	c.flushBatch(ctx)
	if c.lent {
		c.buf, c.lent = nil, false
	}
	c.watch(&c.readGate, ctx)
	p, err := c.receivePatiently(space)
	for err != nil && c.poked() {
		p, err = c.receivePatiently(space)
	}
	if err != nil {
		return c.readFailed(ctx, err)
	}
	c.received(p)
	return nil
}

// flushBatch writes what waits in a Batch, before a wait for the peer.
func (c *Conn) flushBatch(ctx context.Context) {
	if out := c.takeBatch(); out != nil {
		c.flush(ctx, out) // if that fails, the peer may have said why
	}
}

// received takes the next bytes of the peer.
func (c *Conn) received(p []byte) {
	c.stats.bytesRead.Add(int64(len(p)))
	if !c.heard.Load() {
		c.heard.Store(true)
	}
	c.ep.Receive(p)
}

// mayRead returns why reading is over, for the connection or for the caller.
func (c *Conn) mayRead(ctx context.Context) error {
	ctxErr := ctx.Err() // first: the end of the connection may end ctx
	if c.over.Load() {
		return c.ended()
	}
	return ctxErr
}

func (c *Conn) receiveInto(space []byte) ([]byte, error) {
	missing := c.ep.Want()
	if missing < directRead || len(space) < directRead {
		return c.receive()
	}
	c.giveBuffer()
	p := space[:min(missing, len(space))]
	in, err := c.in()
	if err != nil {
		return nil, err
	}
	n, err := in.Read(p)
	if n > 0 {
		return p[:n], nil
	}
	return nil, err
}

// readFailed tells the end of a context from the end of the connection.
func (c *Conn) readFailed(ctx context.Context, err error) error {
	if interrupted(ctx, err) {
		return c.mayRead(ctx)
	}
	err = c.end(lossOf(err))
	c.kill()
	return err
}
