package protocol

import (
	"context"
	"errors"
	"io"
)

// MessageWriter sends a message as a stream of frames. Not safe for concurrent
// use. Close ends the message; until then other messages wait, Pings and the
// closing handshake do not.
type MessageWriter struct {
	c     *Conn
	ctx   context.Context
	piece               // what all frames have in common
	sent  int           // frames of it
	buf   []byte        // not yet sent
	ended chan struct{} // closed when other messages may go
	err   error         // of an earlier call
}

// Writer begins a message of type typ, of unknown length or too long to hold.
// It waits for a message that another writer has begun. Frames leave when they
// are 4 KiB or more, the last one with Close. ctx is the writer's as well. With
// Plain added to typ the message goes out uncompressed.
//
// A message that was begun has to be ended with Close: there is no way in the
// protocol to take it back, but to close the connection.
//
//rfc:6455-5.4-12 6455-6.1-4
func (c *Conn) Writer(ctx context.Context, typ Type) (*MessageWriter, error) {
	w := &MessageWriter{c: c, ctx: ctx, piece: message(typ, nil).piece, ended: make(chan struct{})}
	for {
		busy, err := c.beginWriter(w)
		if err != nil {
			return nil, err
		}
		if busy == nil {
			return w, nil
		}
		if err := wait(ctx, busy); err != nil {
			return nil, err
		}
	}
}

// beginWriter makes w the message on its way, or tells for whose end to wait.
func (c *Conn) beginWriter(w *MessageWriter) (busy <-chan struct{}, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if busy, err = c.mayQueue(w.ctx, w); busy != nil || err != nil {
		return busy, err
	}
	if err := c.ep.checkStart(w.typ); err != nil {
		return nil, err
	}
	c.writer = w
	return nil, nil
}

// endWriter lets other messages go. c.mu is held.
func (c *Conn) endWriter() {
	if c.writer != nil {
		close(c.writer.ended)
		c.writer = nil
	}
}

// Write sends p as the next bytes of the message, some of it with a later
// call. p is not kept. If the context ends the error is ctx.Err() and n says how
// many bytes were taken: after SetContext the rest can follow. The other errors
// are those of Conn.Write, and io.ErrClosedPipe after Close.
func (w *MessageWriter) Write(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		taken := 0
		if len(w.buf) == 0 && len(p)-n >= smallBuffer {
			taken, err = w.frame(false, w.next(p[n:]))
		} else {
			taken, err = w.collect(p[n:])
		}
		n += taken
	}
	return n, err
}

// next returns what of p goes into the next frame: all, unless it has to be
// compressed into memory first.
func (w *MessageWriter) next(p []byte) []byte {
	if w.plain || w.c.ep.cfg.Deflate == nil {
		return p
	}
	return p[:min(len(p), bigBuffer/2)]
}

// collect takes what fits of p and sends it when nothing more fits.
func (w *MessageWriter) collect(p []byte) (n int, err error) {
	if w.err != nil {
		return 0, w.err
	}
	if w.buf == nil {
		w.buf = getBuffer(smallBuffer)[:0]
	}
	n = min(len(p), cap(w.buf)-len(w.buf))
	w.buf = append(w.buf, p[:n]...)
	if len(w.buf) < cap(w.buf) {
		return n, nil
	}
	sent, err := w.frame(false, w.buf)
	w.buf = w.buf[:len(w.buf)-sent]
	return n, err
}

// Close sends what is left and ends the message. If the context ends before
// that has its place in the order the message is not ended: SetContext and
// Close again.
func (w *MessageWriter) Close() error {
	_, err := w.frame(true, w.buf)
	return err
}

// SetContext makes ctx the context of later calls.
func (w *MessageWriter) SetContext(ctx context.Context) { w.ctx = ctx }

// frame sends a frame and returns how many bytes of p it has taken: none or all.
func (w *MessageWriter) frame(fin bool, p []byte) (sent int, err error) {
	if w.err != nil {
		return 0, w.err
	}
	m := &outgoing{piece: w.piece, from: w}
	m.fin, m.data = fin, p
	placed, err := w.c.send(w.ctx, m)
	if placed {
		w.sent++
	}
	var refused *SendError
	switch {
	case placed && fin:
		w.end(io.ErrClosedPipe)
	case errors.As(err, &refused):
		w.end(err)
	}
	if !placed {
		return 0, err
	}
	return len(p), err
}

// end ends the writer, and lets other messages go unless the one that has
// begun can no longer be ended.
func (w *MessageWriter) end(err error) {
	w.err = err
	putBuffer(w.buf)
	w.buf = nil
	w.c.mu.Lock()
	defer w.c.mu.Unlock()
	if w.c.writer == w && w.c.ep.sending == 0 {
		w.c.endWriter()
	}
}
