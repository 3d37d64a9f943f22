package client

import (
	"context"
	"iter"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Read returns the next message, which is the caller's to keep, of whichever connection it comes over. Messages come
// in the order in which they were received; where one connection ends and the next begins does not show.
//
// The error is ctx.Err() if ctx ends first: nothing is lost, and reconnecting goes on. It is
// websocket.ErrConcurrentRead while another goroutine reads. Otherwise all is over, all that was received has been
// returned, and the error is that of the last [State]; later calls return the same.
func (r *Reconnecting) Read(ctx context.Context) (websocket.Type, []byte, error) {
	if !r.startRead() {
		return 0, nil, websocket.ErrConcurrentRead
	}
	defer r.stopRead()
	for {
		m, changed, err := r.tryRead(ctx)
		if changed == nil {
			return m.Type, m.Data, err
		}
		if err := wait(ctx, changed); err != nil {
			return 0, nil, err
		}
	}
}

// Messages returns an iterator over the messages that arrive, as that of [websocket.Conn.Messages], over one
// connection after the other. It ends with an error that Read would return. The loop's body may read as well.
func (r *Reconnecting) Messages(ctx context.Context) iter.Seq2[websocket.Message, error] {
	return func(yield func(websocket.Message, error) bool) {
		for {
			typ, p, err := r.Read(ctx)
			if !yield(websocket.Message{Type: typ, Data: p}, err) || err != nil {
				return
			}
		}
	}
}

// startRead reports whether the caller may read: nobody else does.
func (r *Reconnecting) startRead() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.reading {
		return false
	}
	r.reading = true
	return true
}

func (r *Reconnecting) stopRead() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reading = false
}

// tryRead is Read without the wait: changed is closed when it is time to try again. After Close a connection still
// brings what the server sends before its own.
func (r *Reconnecting) tryRead(ctx context.Context) (m websocket.Message, changed <-chan struct{}, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	over := r.err != nil && r.conn == nil
	switch {
	case ctx.Err() != nil && !over:
		return m, nil, ctx.Err()
	case len(r.unread.queue) > 0:
		full := r.unread.isFull()
		m = r.unread.next()
		if full && !r.unread.isFull() {
			r.wake()
		}
		return m, nil, nil
	case over:
		return m, nil, r.err
	}
	return m, r.untilChanged(), nil
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
