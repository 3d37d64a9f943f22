package websocket

import (
	"context"
	"io"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/protocol"
)

// MessageWriter sends a message as a stream of frames. Not safe for concurrent
// use. Close ends the message; until then other messages wait, Pings and the
// closing handshake do not.
type MessageWriter struct {
	c    *Conn
	ctx  context.Context
	typ  Type          // perhaps with Plain
	text protocol.UTF8 // of what was taken
	buf  []byte        // not yet sent
	err  error         // of an earlier call
	kept chan struct{} // nil, or closed at the end of a message that was promised
}

// errNotUTF8 is the error for text that may not be sent.
var errNotUTF8 = &SendError{Rule: "6455-5.6-3", Text: "the text is not UTF-8"}

// Writer begins a message of type typ, of unknown length or too long to hold.
// It waits for a message that another writer has begun. Frames leave when they
// are 4 KiB or more, the last one with Close. ctx is the writer's as well. With
// Plain added to typ the message goes out uncompressed. The errors are those of
// Write.
//
// A message that was begun has to be ended with Close: there is no way in the
// protocol to take it back, but to close the connection.
//
//rfc:6455-5.4-12 6455-6.1-4
func (c *Conn) Writer(ctx context.Context, typ Type) (*MessageWriter, error) {
	if t := typ &^ Plain; t != Text && t != Binary {
		return nil, &SendError{Rule: "6455-6.1-5", Text: "a message is Text or Binary"}
	}
	w := &MessageWriter{c: c, ctx: ctx, typ: typ}
	_, err := c.send(ctx, &outgoing{from: w, begin: true})
	if err != nil {
		return nil, err
	}
	return w, nil
}

// Write sends p as the next bytes of the message, some of it with a later
// call. p is not kept. n says how many bytes were taken, also of an error. If the
// context ends the error is ctx.Err() or a *QueueError, and after SetContext the
// rest can follow. A *SendError says that text does not go on with p[n]. The other
// errors are those of Conn.Write, and io.ErrClosedPipe after Close.
func (w *MessageWriter) Write(p []byte) (n int, err error) {
	if err = w.err; err == nil && w.kept == nil && w.c.isOver() { // what was promised is sent all the same
		err = w.c.ended()
	}
	for n < len(p) && err == nil {
		if len(w.buf) == smallBuffer { // an earlier call could not send it
			if err = w.flush(); err != nil {
				break
			}
		}
		part := w.part(p[n:])
		text, good := w.text, len(part)
		if w.typ&^Plain == Text {
			good = text.Check(part)
		}
		if good == 0 {
			return n, errNotUTF8
		}
		if good < len(part) { // what is good of it first
			text, part = w.text, part[:good]
			text.Check(part)
		}
		var taken bool
		if taken, err = w.add(part); taken {
			w.text, n = text, n+len(part)
		}
	}
	return n, err
}

// part returns how much of p is taken at once: what fits into the buffer, or more
// if that is empty. What is compressed goes through memory, a bounded piece at a
// time.
func (w *MessageWriter) part(p []byte) []byte {
	switch {
	case len(w.buf) > 0 || len(p) < smallBuffer:
		return p[:min(len(p), smallBuffer-len(w.buf))]
	case w.c.ep.Deflates(w.typ, false, len(p)):
		return p[:min(len(p), bigBuffer/2)]
	}
	return p
}

// add takes p, and sends a frame if that makes enough for one.
func (w *MessageWriter) add(p []byte) (taken bool, err error) {
	if len(w.buf) == 0 && len(p) >= smallBuffer {
		whole := p[:len(p)-w.unfinished(p)]
		placed, err := w.frame(false, whole)
		if placed {
			w.collect(p[len(whole):])
		}
		return placed, err
	}
	if w.collect(p); len(w.buf) < smallBuffer {
		return true, nil
	}
	return true, w.flush()
}

// collect keeps p for a later frame. There is room for it.
func (w *MessageWriter) collect(p []byte) {
	if w.buf == nil && len(p) > 0 {
		w.buf = getBuffer(smallBuffer)[:0]
	}
	w.buf = append(w.buf, p...)
}

// flush sends what was kept, but for a character that is not whole.
func (w *MessageWriter) flush() error {
	whole := len(w.buf) - w.unfinished(w.buf)
	placed, err := w.frame(false, w.buf[:whole])
	if placed {
		w.buf = w.buf[:copy(w.buf, w.buf[whole:])]
	}
	return err
}

// unfinished returns how many bytes at the end of p belong to a character that is
// not whole yet. They are kept back, so that the message can end at any time.
func (w *MessageWriter) unfinished(p []byte) int {
	if w.typ&^Plain != Text {
		return 0
	}
	for n := 1; n <= min(len(p), utf8.UTFMax-1); n++ {
		if last := p[len(p)-n:]; utf8.RuneStart(last[0]) {
			if utf8.FullRune(last) {
				return 0
			}
			return n
		}
	}
	return 0
}

// Close sends what is left and ends the message. If the context ends before
// that has its place in the order, with a *QueueError, the message is not ended:
// SetContext and Close again. A *SendError says that text has ended within a
// character: the message was ended before it.
func (w *MessageWriter) Close() error {
	if w.err != nil {
		return w.err
	}
	cut := w.unfinished(w.buf)
	placed, err := w.frame(true, w.buf[:len(w.buf)-cut])
	if placed {
		w.err = io.ErrClosedPipe
		putBuffer(w.buf)
		w.buf = nil
	}
	if err == nil && cut > 0 {
		return errNotUTF8
	}
	return err
}

// SetContext makes ctx the context of later calls.
func (w *MessageWriter) SetContext(ctx context.Context) { w.ctx = ctx }

// frame sends a frame with p.
func (w *MessageWriter) frame(fin bool, p []byte) (placed bool, err error) {
	return w.c.send(w.ctx, &outgoing{from: w, typ: w.typ, fin: fin, data: p})
}
