package websocket

import (
	"context"
	"io"
	"sync/atomic"

	"github.com/seed372fb791/rfc6455/protocol"
)

// receiving is the receiving part of a Conn. But for the first three it belongs to
// the goroutine that has the right to read.
type receiving struct {
	right   right
	waits   atomic.Bool // that goroutine waits for the peer
	limits  atomic.Pointer[protocol.Config]
	backlog backlog // what Close has read for others

	incoming incoming
	reader   *MessageReader // of the message that the application has not read to its end
	longest  int            // bytes of the longest message so far, hugeBuffer at most
	after    bool           // the call that reads has begun after the end of the connection
	broken   error          // why nothing can be read any more, though the connection has not ended

	buf     *readBuffer // nil while there is none
	wide    bool        // the last read has filled a small buffer: take a bigger one
	first   [1]byte     // of a frame, if it is waited for without a buffer
	arrival *arrival
	patience
	rate *rate // nil without Options.MaxFrames
	gate gate
}

// incoming is the message that is arriving, as far as it was taken off the stream
// and not given to the application yet. Every way to read goes on from here.
type incoming struct {
	typ  Type
	data []byte
	fin  bool // data ends the message
	skip bool // nobody wants the message any more
}

// set makes it the next piece.
func (in *incoming) set(typ Type, data []byte, fin bool) { in.typ, in.data, in.fin = typ, data, fin }

// more makes the next piece of the message incoming, or the first of the next one.
// What was there has been taken. space is where payload may be read to.
func (c *Conn) more(ctx context.Context, space []byte) error {
	r := &c.receiving
	if r.right.isPumped() {
		return c.fromBacklog(ctx)
	}
	var ev protocol.Event
	if err := c.nextData(ctx, &ev, space); err != nil {
		return c.endOf(err)
	}
	r.incoming.set(ev.Type, ev.Data, ev.Fin)
	return nil
}

// tookMessage says that the whole message was given to the application, n bytes.
func (c *Conn) tookMessage(n int) {
	r := &c.receiving
	r.incoming = incoming{}
	if !r.right.isPumped() {
		c.ep.Seen()
	}
	r.longest = max(r.longest, min(n, hugeBuffer))
	c.stats.messagesRead.Add(1)
}

// nextData makes ev the next piece of a message. It answers what has to be
// answered on the way, and waits for the peer. After a hook that has panicked
// nothing more can be read.
func (c *Conn) nextData(ctx context.Context, ev *protocol.Event, space []byte) error {
	r, replies := &c.receiving, false
	for {
		if r.limits.Load() != nil {
			c.ep.Limit(r.limits.Swap(nil))
		}
		for {
			r.broken = errHookPanicked // unless the endpoint returns
			ok := c.ep.Next(ev)
			if r.broken = nil; !ok {
				break
			}
			switch ev.Kind {
			case protocol.DataEvent:
				if replies {
					c.flushSoon()
				}
				return nil
			case protocol.PingEvent:
				replies = true
			}
			if err := c.control(ctx, ev); err != nil {
				return err
			}
		}
		replies = false
		if err := c.checkRate(ctx); err != nil {
			return err
		}
		if err := c.fill(ctx, space); err != nil {
			return err
		}
	}
}

// checkRate fails the connection of a peer that has sent more frames than it may. It
// comes before each wait, but not over one: see fill.
func (c *Conn) checkRate(ctx context.Context) error {
	if r := c.receiving.rate; r != nil && r.exceeds(c.set.maxFrames, c.frames()) {
		return c.control(ctx, &protocol.Event{Kind: protocol.FailureEvent, Err: errTooManyFrames})
	}
	return nil
}

// control does what a Ping, Pong, Close or failure calls for. The error is the
// end of the connection.
func (c *Conn) control(ctx context.Context, ev *protocol.Event) error {
	trace := c.set.trace
	switch {
	case ev.Kind == protocol.PongEvent:
		c.pong(ev.Data)
		if trace.Pong != nil {
			trace.Pong(c, ev.Data)
		}
		return nil
	case ev.Kind == protocol.PingEvent && trace.Ping != nil:
		trace.Ping(c, ev.Data)
	case ev.Kind == protocol.CloseEvent && trace.Close != nil:
		trace.Close(c, true, ev.Code, ev.Reason)
	}
	if ev.Kind == protocol.CloseEvent {
		owed := *ev // outlives the call
		return c.endInOrder(ctx, &CloseError{Code: ev.Code, Reason: ev.Reason}, &owed)
	}
	err := c.answer(ev)
	if err != nil {
		err = c.endInOrder(ctx, err, nil)
	}
	return err
}

// answer puts out what the RFC asks for.
func (c *Conn) answer(ev *protocol.Event) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ev.Kind == protocol.PingEvent && c.isStuck() {
		c.ep.Blocked()
	}
	c.lendOutput(frameOverhead + len(ev.Data))
	before := c.sending.err
	c.sending.err = errHookPanicked
	err := c.ep.Answer(ev)
	c.sending.err = before
	if ev.Kind == protocol.CloseEvent && c.ending.closing == 0 {
		c.ending.closing = c.sending.taken + 1
	}
	return err
}

// fill reads from the stream: into space if what is missing of a payload is
// long, into the read buffer otherwise. A goroutine is here for most of its life,
// and Go gives a stack back only when half of it was never used: what need not be
// under the wait is done before and after.
func (c *Conn) fill(ctx context.Context, space []byte) (err error) {
	if err := c.startWait(ctx); err != nil {
		return err
	}
	var p []byte
	switch _, incomplete := c.ep.Incomplete(); {
	case incomplete:
		p, err = c.receivePatiently(space)
	case c.stream.raw != nil:
		p, err = c.readSocket(nil)
	default:
		p, err = c.receive(space)
	}
	c.receiving.waits.Store(false)
	if err != nil {
		return c.readFailed(ctx, err)
	}
	c.stats.bytesRead.Add(int64(len(p)))
	c.live.hear()
	c.ep.Receive(p)
	return nil
}

// startWait returns why there is nothing to wait for. What is put out leaves now:
// replies, and what waits in a Batch.
func (c *Conn) startWait(ctx context.Context) error {
	if c.isOver() {
		return c.why()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	c.receiving.waits.Store(true)
	c.flushSoon()
	c.receiving.gate.watch(c, ctx)
	return nil
}

// hasNothing reports whether nothing was received that has not been looked at, and
// no message has begun.
func (c *Conn) hasNothing() bool {
	r := &c.receiving
	return r.incoming.typ == 0 && r.reader == nil && !r.right.isPumped() && c.betweenFrames()
}

// readFailed tells the end of a context from the end of the connection.
func (c *Conn) readFailed(ctx context.Context, err error) error {
	if interrupted(ctx, err) && !c.isOver() {
		return ctx.Err()
	}
	err = c.end(lossOf(err))
	c.kill()
	return err
}

// directRead is how much of a frame's payload must be missing to read it
// straight to where it is wanted.
const directRead = 4 << 10

// emptyReads is how often in a row a stream may bring nothing and no error.
const emptyReads = 100

// receive reads what is there, at least a byte, into space or into memory that is
// valid until the next call. While it waits for a frame it holds no buffer, on a
// socket and on a layer over one.
func (c *Conn) receive(space []byte) (p []byte, err error) {
	for range emptyReads {
		p = c.target(space)
		if c.stream.raw != nil {
			return c.readSocket(p)
		}
		n, err := c.stream.Read(p)
		if n > 0 {
			return c.arrived(p, n), nil // an error that came with bytes comes again
		}
		if c.giveBuffer(); err != nil {
			return nil, err
		}
	}
	return nil, io.ErrNoProgress
}

// target returns where to read to, nil for a read buffer that is taken when there
// is something.
func (c *Conn) target(space []byte) []byte {
	missing := c.ep.Want()
	switch {
	case missing >= directRead && len(space) >= directRead:
		c.giveBuffer()
		return space[:min(missing, len(space))]
	case c.stream.raw != nil:
		return nil
	case c.stream.layered && c.betweenFrames(): // it holds what was not asked for
		c.giveBuffer()
		return c.receiving.first[:]
	}
	return c.takeBuffer()
}

// arrived returns the n bytes that have come to p.
func (c *Conn) arrived(p []byte, n int) []byte {
	r := &c.receiving
	if p == nil {
		p = r.buf.bytes
	}
	if r.buf != nil {
		r.wide = n >= smallBuffer
	}
	return p[:n]
}

// betweenFrames reports whether all that was received was of frames that have
// ended.
func (c *Conn) betweenFrames() bool {
	_, inFrame := c.ep.Incomplete()
	return !inFrame && c.ep.Buffered() == 0
}

// takeBuffer returns a read buffer into which nobody looks.
func (c *Conn) takeBuffer() []byte {
	r := &c.receiving
	if b := r.buf; b != nil && (b.users.Load() > 1 || r.wide && len(b.bytes) < bigBuffer) {
		c.giveBuffer()
	}
	if r.buf == nil {
		r.buf = newReadBuffer(r.wide)
	}
	return r.buf.bytes
}

// giveBuffer lets go of the read buffer, if there is one.
func (c *Conn) giveBuffer() {
	if b := c.receiving.buf; b != nil {
		c.receiving.buf = nil
		b.release()
	}
}

// Buffered returns the number of bytes that have been received and not been
// looked at: if it is 0, reading waits for the peer. It is for the goroutine
// that reads.
func (c *Conn) Buffered() int { return c.ep.Buffered() }

// SetMaxMessage replaces Options.MaxMessage from the next frame on, with the same
// meaning of zero and of negative values: a server may take longer messages from
// a peer that has signed in. Safe for concurrent use.
func (c *Conn) SetMaxMessage(n int64) {
	limits := c.set.limits
	limits.MaxMessage = n
	c.receiving.limits.Store(&limits)
}

// stopReceiving lets go of what is held for receiving when the transport has
// been closed. Whoever reads does that when the right is given back.
func (c *Conn) stopReceiving() {
	c.receiving.borrow(c.forgetIfRead)
}

// forgetIfRead is forget if nothing is left to be read and Close does not read.
func (c *Conn) forgetIfRead() {
	if r := &c.receiving; !r.right.isPumped() && r.incoming.data == nil {
		c.forget()
	}
}

// forget lets go of the endpoint's memory for receiving, and of the read buffer.
func (c *Conn) forget() {
	c.ep.ReceiveEnd()
	c.giveBuffer()
}
