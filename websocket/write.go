package websocket

import (
	"context"
	"errors"
	"slices"

	"github.com/seed372fb791/rfc6455/internal/utf8"
)

// Write sends p as a message of type typ. When it returns nil the transport
// has taken the message. p is not kept. Concurrent messages are sent whole, one
// after the other, many with one system call.
//
// If ctx ends before the message has its place in the order it is not sent, and
// the error is a *QueueError, which matches ErrNotSent; Options.MaxQueued bounds
// what waits. If ctx ends later the message is sent all the same, and the error is
// ctx.Err(). The connection stays usable in both cases. A *SendError says that p
// breaks a rule (text has to be UTF-8): it is not sent. Other errors match
// ErrClosed, and ErrNotSent too if nothing of the message was handed to the
// transport. A peer that does not read ends a write by Options.WriteTimeout.
//
// With compression, a message of more than 64 KiB goes out in several frames.
// Plain added to typ has p go out uncompressed.
//
// Safe for concurrent use.
//
//rfc:6455-5.4-10 6455-6.1-1
func (c *Conn) Write(ctx context.Context, typ Type, p []byte) error {
	_, err := c.send(ctx, &outgoing{typ: typ, fin: true, data: p})
	return err
}

// WriteText is Write for a text message that is a string.
func (c *Conn) WriteText(ctx context.Context, s string) error {
	p := bytesOf(s)
	defer putBuffer(p)
	return c.Write(ctx, Text, p)
}

// bytesOf returns a copy of s, in memory of a pool if it is not too long for that.
func bytesOf(s string) []byte {
	if len(s) > hugeBuffer {
		return []byte(s)
	}
	return append(getBuffer(len(s))[:0], s...)
}

// goesInPieces reports whether m is too long to be compressed at once.
func (c *Conn) goesInPieces(m *outgoing) bool {
	return m.from == nil && m.prepared == nil && c.ep.Deflates(m.typ, true, len(m.data))
}

// sendInPieces sends a message in several frames, each compressed as it goes
// out: that bounds the memory and how long control frames wait. Once it has begun
// it is promised: Close waits for its end, as for that of other messages.
func (c *Conn) sendInPieces(ctx context.Context, m *outgoing) (placed bool, err error) {
	if m.typ == Text && !utf8.Valid(m.data) { //rfc:6455-5.6-3
		return false, errNotUTF8
	}
	w := &MessageWriter{c: c, ctx: ctx, typ: m.typ, kept: make(chan struct{})}
	if _, err := c.send(ctx, &outgoing{from: w, begin: true}); err != nil {
		return false, err
	}
	n, err := w.Write(m.data)
	if err == nil {
		err = w.Close()
	}
	if err == nil || ctx.Err() == nil || !errors.Is(err, ctx.Err()) {
		close(w.kept)
		return true, err
	}
	rest := slices.Clone(m.data[n:])
	go func() {
		defer close(w.kept)
		w.SetContext(context.Background())
		if _, err := w.Write(rest); err == nil {
			w.Close()
		}
	}()
	return true, ctx.Err()
}

// keepPromise waits until a message that has begun in frames and will be sent is
// sent, or ctx ends. Others get no places meanwhile. It reports whether the message
// has been sent: a Close frame instead of its end would tell the peer that nothing is
// missing.
func (c *Conn) keepPromise(ctx context.Context) bool {
	w := c.promised()
	if w == nil {
		return true
	}
	select {
	case <-w.kept:
		return true
	case <-ctx.Done():
		return false
	}
}

func (c *Conn) promised() *MessageWriter {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sending.promised
}
