package client

import (
	"context"
	"errors"

	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/websocket"
)

// LostError says that the connection was lost while a message was on its way: the peer may have got it or not, and it
// is not sent again. The Reconnecting goes on, unless its State says that it is closed. It matches
// websocket.ErrClosed.
type LostError struct {
	Err error // how writing failed
}

// Error returns what is known about the message and the connection.
func (e *LostError) Error() string {
	return "websocket: the message may not have arrived: " + textOf(e.Err)
}

// Unwrap returns Err.
func (e *LostError) Unwrap() error { return e.Err }

// Write sends p as a message of type typ. p is not kept. It returns nil when the transport has taken the message
// or, while there is no connection, the outbox; OnDrop tells if it has to let go of it. If there is no room in the
// outbox, ReconnectOptions.Outbox says what happens. While the outbox is being sent, Write waits for its end. A
// connection that is lost before anything of the message was handed to its transport counts as none.
//
// A *LostError says that the message may have arrived or not. ctx.Err() says that ctx has ended while the message
// was on its way: it is sent all the same, as by [websocket.Conn.Write]. Other errors say that it is not sent: a
// *websocket.QueueError, which says that ctx has ended before the message had its place in the order, an
// *OutboxError, a *websocket.SendError, which says that p breaks a rule, and the error of the last [State] once all
// is over.
//
// Safe for concurrent use.
func (r *Reconnecting) Write(ctx context.Context, typ websocket.Type, p []byte) error {
	return write(ctx, r, typ, p, func(c *websocket.Conn) error { return c.Write(ctx, typ, p) })
}

// WriteText is Write for a text message that is a string.
func (r *Reconnecting) WriteText(ctx context.Context, s string) error {
	return write(ctx, r, websocket.Text, s, func(c *websocket.Conn) error { return c.WriteText(ctx, s) })
}

// write has send send a message over connections until one takes it, or puts it into the outbox.
func write[P []byte | string](
	ctx context.Context, r *Reconnecting, typ websocket.Type, p P, send func(*websocket.Conn) error,
) error {
	for {
		c, err := writable(ctx, r, typ, p)
		if c == nil {
			return err
		}
		if err = send(c); !neverSent(err) {
			return lossOf(err)
		}
		r.giveUp(c)
	}
}

// neverSent reports whether err says that the connection was over before anything of a message was handed to the
// transport.
func neverSent(err error) bool {
	return errors.Is(err, websocket.ErrClosed) && errors.Is(err, websocket.ErrNotSent)
}

// giveUp has nobody write to c any more.
func (r *Reconnecting) giveUp(c *websocket.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.conn == c {
		r.out = outBroken
		r.wake()
	}
}

// lossOf returns what Write reports when a connection returns err, which is about a message that may have been sent.
func lossOf(err error) error {
	if errors.Is(err, websocket.ErrClosed) {
		return &LostError{err}
	}
	return err
}

// notPlaced is the error of a context that has ended while a message waited for a connection or for the outbox.
func notPlaced(ctx context.Context) error {
	return &websocket.QueueError{Option: "ReconnectOptions.Outbox", Err: ctx.Err()}
}

// writable returns the connection to write a message to, or nil if the message is in the outbox or may not be
// sent.
func writable[P []byte | string](
	ctx context.Context, r *Reconnecting, typ websocket.Type, p P,
) (*websocket.Conn, error) {
	for {
		c, changed, err := tryWritable(ctx, r, typ, p)
		if changed == nil {
			return c, err
		}
		if wait(ctx, changed) != nil {
			return nil, notPlaced(ctx)
		}
	}
}

// tryWritable is writable without the wait: changed is closed when it is time to try again.
func tryWritable[P []byte | string](
	ctx context.Context, r *Reconnecting, typ websocket.Type, p P,
) (c *websocket.Conn, changed <-chan struct{}, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.err != nil:
		return nil, nil, r.err
	case r.conn != nil && r.out == outOpen:
		return r.conn, nil, nil
	case ctx.Err() != nil:
		return nil, nil, notPlaced(ctx)
	case r.conn != nil && r.out == outFlushing:
		return nil, r.untilChanged(), nil
	}
	if err := checkMessage(typ, []byte(p)); err != nil {
		return nil, nil, err
	}
	full, err := add(&r.outbox, typ, p, r.opts.OnDrop)
	if full {
		changed = r.untilChanged()
	}
	return nil, changed, err
}

// checkMessage returns the *SendError that a connection would.
func checkMessage(typ websocket.Type, p []byte) error {
	_, err := protocol.NewEndpoint(websocket.Client, nil, nil, nil).SendHeader(typ, true, p)
	return err
}

// flush sends what is in the outbox over c, a message at a time: should c be lost, not more than one is in doubt.
func (r *Reconnecting) flush(c *websocket.Conn) {
	for {
		m, ok := r.nextToFlush(c)
		if !ok {
			return
		}
		if err := c.Write(context.Background(), m.Type, m.Data); err != nil {
			r.stopFlushing(c, m, err)
			return
		}
	}
}

// nextToFlush takes the next message from the outbox. After the last one writers write to c themselves.
func (r *Reconnecting) nextToFlush(c *websocket.Conn) (m websocket.Message, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.conn != c {
		return websocket.Message{}, false
	}
	if m, ok = r.outbox.next(); !ok {
		r.out = outOpen
		r.wake()
	}
	return m, ok
}

// stopFlushing deals with a message that c has not taken whole: it stays the first of the outbox if c has taken
// nothing of it. Nothing more can be written to c.
func (r *Reconnecting) stopFlushing(c *websocket.Conn, m websocket.Message, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case !neverSent(err):
		r.opts.OnDrop(m, lossOf(err))
	case r.err != nil:
		r.opts.OnDrop(m, r.err)
	default:
		r.outbox.putBack(m)
	}
	if r.conn == c {
		r.out = outBroken
		r.wake()
	}
}
