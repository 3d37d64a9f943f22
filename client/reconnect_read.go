package client

import (
	"context"
	"errors"
	"iter"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Read returns the next message, which is the caller's to keep, of whichever connection it comes over. Where one
// ends and the next begins can be seen in OnConnect: it is called after the last message of the one has been
// returned and before the first of the other.
//
// The error is ctx.Err() if ctx ends first: nothing is lost, and reconnecting goes on. It is
// websocket.ErrConcurrentRead while another goroutine reads. Otherwise all is over, and the error is that of the
// last [State]; later calls return the same.
func (r *Reconnecting) Read(ctx context.Context) (websocket.Type, []byte, error) {
	for {
		c, err := r.readable(ctx)
		if err != nil {
			return 0, nil, err
		}
		typ, p, err := c.Read(ctx)
		if !errors.Is(err, websocket.ErrClosed) {
			return typ, p, err
		}
		r.lose(c, err)
	}
}

// Messages returns an iterator over the messages that arrive, as that of [websocket.Conn.Messages], over one
// connection after the other. It ends with an error that Read would return.
func (r *Reconnecting) Messages(ctx context.Context) iter.Seq2[websocket.Message, error] {
	return func(yield func(websocket.Message, error) bool) {
		for {
			c, err := r.readable(ctx)
			if err != nil {
				yield(websocket.Message{}, err)
				return
			}
			for m, err := range c.Messages(ctx) {
				if errors.Is(err, websocket.ErrClosed) {
					r.lose(c, err)
				} else if !yield(m, err) || err != nil {
					return
				}
			}
		}
	}
}

// readable returns the connection to read from, when there is one.
func (r *Reconnecting) readable(ctx context.Context) (*websocket.Conn, error) {
	for {
		c, changed, err := r.tryReadable()
		if changed == nil {
			return c, err
		}
		if err := wait(ctx, changed); err != nil {
			return nil, err
		}
	}
}

// tryReadable is readable without the wait: changed is closed when it is time to try again. After Close what the
// connection has received can be read as well.
func (r *Reconnecting) tryReadable() (c *websocket.Conn, changed <-chan struct{}, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.conn != nil:
		return r.conn, nil, nil
	case r.err != nil:
		return nil, nil, r.err
	}
	return nil, r.untilChanged(), nil
}

// wait waits for changed to be closed.
func wait(ctx context.Context, changed <-chan struct{}) error {
	select {
	case <-changed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
