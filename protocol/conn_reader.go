package protocol

import (
	"context"
	"errors"
	"io"
)

// MessageReader reads a message as a stream. It is of the goroutine that reads
// from the Conn, and not safe for concurrent use.
type MessageReader struct {
	c     *Conn
	ctx   context.Context
	piece []byte // of the message, in the read buffer
	last  bool   // piece is the last one
	err   error  // what Read returns from now on
}

// ErrSkipped is returned by a MessageReader whose message was not read to its
// end before the next one was asked for.
var ErrSkipped = errors.New("websocket: the rest of the message was skipped")

// Reader waits for the next message and returns its type and a reader for it,
// for messages of unknown length or too long to hold: MaxMessage bounds those
// too. ctx is the reader's as well. The errors are those of Read.
func (c *Conn) Reader(ctx context.Context) (Type, *MessageReader, error) {
	if err := c.startRead(ctx); err != nil {
		return 0, nil, err
	}
	defer c.stopRead()
	ev := Event{Type: c.ep.typ, Data: c.partial}
	if c.partial == nil {
		var err error
		if ev, err = c.next(ctx, nil); err != nil {
			return 0, nil, err
		}
	}
	c.partial = nil
	c.message = &MessageReader{c: c, ctx: ctx, piece: ev.Data, last: ev.Fin}
	return ev.Type, c.message, nil
}

// Read reads the next bytes of the message, and io.EOF at its end. When the
// reader's context has ended the error is ctx.Err(), and nothing is lost:
// SetContext goes on. Other errors are those of Conn.Read, and ErrSkipped.
func (r *MessageReader) Read(p []byte) (int, error) {
	if r.err != nil || len(p) == 0 {
		return 0, r.err
	}
	if err := r.c.takeReading(r.ctx); err != nil {
		return 0, err
	}
	defer r.c.stopRead()
	for len(r.piece) == 0 {
		if r.last {
			r.c.endMessage(io.EOF)
			return 0, io.EOF
		}
		ev, err := r.c.next(r.ctx, p)
		if err != nil {
			return 0, err
		}
		r.piece, r.last = ev.Data, ev.Fin
	}
	n := len(join(p[:0], r.piece[:min(len(p), len(r.piece))]))
	r.piece = r.piece[n:]
	return n, nil
}

// SetContext makes ctx the context that later calls of Read wait under.
func (r *MessageReader) SetContext(ctx context.Context) { r.ctx = ctx }

// skipMessage reads to the end of the message that was taken with Reader.
func (c *Conn) skipMessage(ctx context.Context) error {
	for !c.message.last {
		ev, err := c.next(ctx, nil)
		if err != nil {
			return err
		}
		c.message.piece, c.message.last = nil, ev.Fin
	}
	c.endMessage(ErrSkipped)
	return nil
}

// endMessage ends the message that was taken with Reader.
func (c *Conn) endMessage(err error) {
	c.message.err, c.message.piece = err, nil
	c.message = nil
	c.stats.messagesRead.Add(1)
}
