package protocol

import (
	"context"
	"slices"

	"github.com/seed372fb791/rfc6455/internal/utf8"
	"github.com/seed372fb791/rfc6455/mask"
)

// largeWrite is the size in bytes from which payload is not copied to frames
// that wait to be written, but written from where it is.
const largeWrite = 16 << 10

// Write sends p as a message of type typ. When it returns nil the transport
// has taken the message. p is not kept. Concurrent messages are sent whole, one
// after the other, many with one system call.
//
// If ctx ends before the message has its place in the order it is not sent, and
// if later it is sent all the same; the error is ctx.Err() in both cases, and
// the connection stays usable. A *SendError says that p breaks a rule (text has
// to be UTF-8): it is not sent. Other errors match ErrClosed.
//
// With compression, a message of more than 64 KiB goes out in several frames.
// Plain added to typ has p go out uncompressed.
//
// Safe for concurrent use.
//
//rfc:6455-5.4-10 6455-6.1-1
func (c *Conn) Write(ctx context.Context, typ Type, p []byte) error {
	_, err := c.send(ctx, message(typ, p))
	return err
}

// WriteText is Write for a text message that is a string.
func (c *Conn) WriteText(ctx context.Context, s string) error {
	_, err := c.send(ctx, textMessage(s))
	return err
}

// outgoing is a frame of a message on its way out.
type outgoing struct {
	piece
	from     *MessageWriter // nil for a message of one frame
	text     string         // instead of data, if isString
	isString bool
	batched  bool // it may wait in a batch
}

func message(typ Type, p []byte) *outgoing {
	return &outgoing{piece: piece{typ: typ &^ Plain, plain: typ&Plain != 0, fin: true, data: p}}
}

func textMessage(s string) *outgoing {
	return &outgoing{piece: piece{typ: Text, fin: true}, text: s, isString: true}
}

// send sends a frame and returns when it has been written. placed says, also
// of an error, that the frame has its place in the order and will be sent.
func (c *Conn) send(ctx context.Context, m *outgoing) (placed bool, err error) {
	switch compressed := m.packed != nil || c.ep.deflates(&m.piece); {
	case compressed && m.from == nil && len(m.data) > bigBuffer && m.packed == nil:
		return c.sendInPieces(ctx, m)
	case !compressed && len(m.data) >= largeWrite && (c.resumable || ctx.Done() == nil):
		return c.sendLarge(ctx, m)
	}
	for {
		t, busy, err := c.tryQueue(ctx, m)
		switch {
		case busy != nil:
			if err := wait(ctx, busy); err != nil {
				return false, err
			}
		case err != nil:
			return false, err
		case t == noTicket:
			return true, nil
		default:
			return true, c.commit(ctx, t)
		}
	}
}

// tryQueue puts a frame out unless a message in frames is on its way: then it
// returns the channel that is closed at that message's end. The ticket is
// noTicket if the frame may wait in a batch.
func (c *Conn) tryQueue(ctx context.Context, m *outgoing) (t ticket, busy <-chan struct{}, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if busy, err = c.mayQueue(ctx, m.from); busy != nil || err != nil {
		return noTicket, busy, err
	}
	c.lendOutput(max(len(m.data)+len(m.text), len(m.packed)) + deflateOverhead)
	if m.isString {
		err = c.ep.SendText(m.text)
	} else {
		err = c.ep.send(&m.piece)
	}
	if err == nil && m.fin {
		c.messagesWritten++
	}
	if m.batched && c.ep.Pending() < batchLimit {
		if !c.batched.Load() {
			c.batched.Store(true)
		}
		return noTicket, nil, err
	}
	return c.taken + 1, nil, err
}

// mayQueue reports what is in the way of a frame of from, nil for a message of
// one frame. c.mu is held.
func (c *Conn) mayQueue(ctx context.Context, from *MessageWriter) (busy <-chan struct{}, err error) {
	switch {
	case c.err != nil:
		return nil, c.err
	case c.writeErr != nil:
		return nil, c.writeErr
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case c.writer != nil && c.writer != from:
		return c.writer.ended, nil
	}
	return nil, nil
}

// wait waits for busy to be closed.
func wait(ctx context.Context, busy <-chan struct{}) error {
	select {
	case <-busy:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// sendInPieces sends a message in several frames, each compressed as it goes
// out: that bounds the memory and how long control frames wait.
func (c *Conn) sendInPieces(ctx context.Context, m *outgoing) (placed bool, err error) {
	if m.typ == Text && !utf8.Valid(m.data) { //rfc:6455-5.6-3
		return false, errSendText
	}
	w, err := c.Writer(ctx, m.typ)
	if err != nil {
		return false, err
	}
	w.checked = true
	n, err := w.Write(m.data)
	if err == nil {
		err = w.Close()
	}
	switch {
	case w.sent == 0:
		w.end(err)
		return false, err
	case err == nil || ctx.Err() == nil:
		return true, err
	}
	rest := slices.Clone(m.data[n:])
	go func() { // what has begun has to end
		w.SetContext(context.Background())
		w.Write(rest)
		w.Close()
	}()
	return true, ctx.Err()
}

// sendLarge sends a frame whose payload is written from where it is.
func (c *Conn) sendLarge(ctx context.Context, m *outgoing) (placed bool, err error) {
	for {
		out, key, busy, err := c.takeHeader(ctx, m)
		switch {
		case busy != nil:
			if err := wait(ctx, busy); err != nil {
				return false, err
			}
		case err != nil:
			return false, err
		case c.ep.role == Client:
			return true, c.flushMasked(ctx, out, m.data, key)
		default:
			return true, c.flushTogether(ctx, out, m.data)
		}
	}
}

// takeHeader takes what has been put out with the header of m at its end, and
// the right to write.
func (c *Conn) takeHeader(ctx context.Context, m *outgoing) (out []byte, key mask.Key, busy <-chan struct{}, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if busy, err = c.mayQueue(ctx, m.from); busy != nil || err != nil {
		return nil, mask.Key{}, busy, err
	}
	if c.writing {
		return nil, mask.Key{}, c.untilWritten(), nil
	}
	if c.ep.role == Client {
		c.lendOutput(bigBuffer - MaxHeaderSize) // the masked payload goes through it
	} else {
		c.lendOutput(0)
	}
	if key, err = c.ep.sendHeader(&m.piece); err != nil {
		return nil, mask.Key{}, nil, err
	}
	if m.fin {
		c.messagesWritten++
	}
	return c.takeOutput(), key, nil, nil
}
