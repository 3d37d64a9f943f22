package websocket

import (
	"context"
	"slices"
)

// firstGrowth is the most memory taken for a payload on the word of its
// header, unless a message as long has come before. What is taken later is
// no more than what has arrived.
const firstGrowth = 64 << 10

// Read returns the next message, which is the caller's to keep.
//
// The error is ctx.Err() if ctx ends first: no byte is lost, the next call goes
// on where this one stopped. ErrConcurrentRead says that another goroutine reads.
// Otherwise the connection has ended and the error matches ErrClosed: a
// *CloseError is the peer's Close or the loss of the transport, a *ProtocolError
// a rule or limit that the peer broke, a *TimeoutError a peer that is silent.
// After one's own Close or CloseNow it matches net.ErrClosed.
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
	defer c.stopRead(0)
	return c.readMessage(ctx, buf)
}

// readMessage is ReadInto with the right to read.
func (c *Conn) readMessage(ctx context.Context, buf []byte) (Type, []byte, error) {
	a := assembly{buf: buf[:0]}
	typ, err := c.assemble(ctx, &a)
	if !a.pooled {
		return typ, a.buf, err
	}
	defer putBuffer(a.buf)
	if err != nil {
		return 0, buf[:0], err
	}
	return typ, slices.Clone(a.buf), nil
}

// assemble puts the next message together in a, which is empty. What has been
// assembled when ctx ends is kept for the next call.
func (c *Conn) assemble(ctx context.Context, a *assembly) (Type, error) {
	if err := c.begin(ctx); err != nil {
		return 0, err
	}
	in := &c.receiving.incoming
	for {
		a.add(in.data, in.fin)
		in.data = nil
		if in.fin {
			typ := in.typ
			c.tookMessage(len(a.buf))
			return typ, nil
		}
		if err := c.more(ctx, c.space(a)); err != nil {
			if len(a.buf) > 0 && !c.isOver() {
				in.data = slices.Clone(a.buf)
			}
			a.buf = a.buf[:0]
			return 0, err
		}
	}
}

// space makes room in a for what is missing of a long payload, and returns it.
func (c *Conn) space(a *assembly) []byte {
	r := &c.receiving
	if r.right.isPumped() {
		return nil
	}
	if missing := c.ep.Want(); missing >= directRead {
		a.grow(min(missing, max(len(a.buf), firstGrowth, r.longest)))
	}
	return a.buf[len(a.buf):cap(a.buf)]
}

// assembly is a message while it is put together. Nobody has said how long a
// message in fragments or a compressed one will be: what does not fit goes into
// memory of a pool, so that no more is allocated in the end than its length.
type assembly struct {
	buf    []byte
	pooled bool // buf is of a pool
}

// add appends p, which may lie behind the message already because it was read
// there, and is the last piece if fin is set.
func (a *assembly) add(p []byte, fin bool) {
	n, room := len(a.buf), cap(a.buf)-len(a.buf)
	switch {
	case len(p) == 0:
		return
	case len(p) <= room && &a.buf[:n+1][n] == &p[0]:
		a.buf = a.buf[:n+len(p)]
		return
	case len(p) > room && (!fin || n > 0):
		a.widen(len(p))
	}
	a.buf = append(a.buf, p...)
}

// widen makes room for n bytes, in memory of a pool if there is some as big.
func (a *assembly) widen(n int) {
	if len(a.buf)+n > hugeBuffer {
		a.grow(max(n, len(a.buf)))
		return
	}
	a.move(append(getBuffer(len(a.buf) + n)[:0], a.buf...), true)
}

// grow makes room for n bytes.
func (a *assembly) grow(n int) {
	if cap(a.buf)-len(a.buf) < n {
		a.move(append(make([]byte, 0, len(a.buf)+n), a.buf...), false)
	}
}

func (a *assembly) move(to []byte, pooled bool) {
	if a.pooled {
		putBuffer(a.buf)
	}
	a.buf, a.pooled = to, pooled
}
