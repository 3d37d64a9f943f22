package client

import (
	"context"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// ending is how an attempt or a connection came to its end.
type ending struct {
	err        error
	lasted     time.Duration // of a connection, 0 of an attempt
	retryAfter time.Duration // what the server asks for, 0 if nothing
}

// run opens one connection after the other. It is the goroutine of r.
func (r *Reconnecting) run() {
	for {
		e := r.attempt()
		switch {
		case r.ctx.Err() != nil:
			return
		case !r.opts.Retry(e.err):
			r.end(e.err)
			return
		}
		r.pause(e)
	}
}

// attempt opens a connection and returns when that has failed or the connection has come to its end. The outbox goes
// out while the connection is read: a server may answer before it reads on.
func (r *Reconnecting) attempt() ending {
	r.begin()
	c, e := r.connect()
	if c == nil {
		return e
	}
	if !r.open(c) {
		c.CloseNow()
		return ending{}
	}
	flushed := make(chan struct{})
	go func() {
		r.flush(c)
		close(flushed)
	}()
	e = r.lose(c, r.receive(c))
	<-flushed
	return e
}

// begin counts an attempt. The first one after a connection is number one.
func (r *Reconnecting) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.out != outNone {
		r.attempts = 0
	}
	r.attempts++
	r.out = outNone
	if r.err == nil {
		r.enter(State{Phase: PhaseConnecting})
	}
}

// connect returns a connection that OnConnect has done its part with, or nil and why there is none.
func (r *Reconnecting) connect() (*websocket.Conn, ending) {
	url, o := r.url, &r.opts.Dial
	err := r.callHook("BeforeDial", func(ctx context.Context) (err error) {
		if r.opts.BeforeDial != nil {
			url, o, err = r.opts.BeforeDial(ctx)
		}
		return err
	})
	if err != nil {
		return nil, ending{err: err}
	}
	c, resp, err := Dial(r.ctx, url, o)
	if err != nil {
		return nil, ending{err: err, retryAfter: retryAfter(resp, time.Now())}
	}
	err = r.callHook("OnConnect", func(ctx context.Context) error {
		defer context.AfterFunc(ctx, func() { c.CloseNow() })()
		return r.opts.OnConnect(ctx, c)
	})
	if err != nil {
		c.CloseNow()
		return nil, ending{err: err}
	}
	return c, ending{}
}

// callHook calls a hook with a context that ends with r or, with an error that names it, after HookTimeout. That error
// is the hook's then, whatever it returns.
func (r *Reconnecting) callHook(name string, hook func(context.Context) error) error {
	late := &websocket.TimeoutError{
		Text: name + " did not return", After: r.opts.HookTimeout, Option: "ReconnectOptions.HookTimeout",
	}
	ctx, cancel := context.WithTimeoutCause(r.ctx, r.opts.HookTimeout, late)
	defer cancel()
	err := hook(ctx)
	if context.Cause(ctx) == error(late) {
		return late
	}
	return err
}

// open makes c the connection to read and write, unless it is all over.
func (r *Reconnecting) open(c *websocket.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return false
	}
	r.conn, r.out, r.since = c, outFlushing, time.Now()
	r.enter(State{Phase: PhaseConnected, Conn: c})
	return true
}

// lose takes a connection away that has come to its end, and returns how. If Close is at work with it, that is left
// alone.
func (r *Reconnecting) lose(c *websocket.Conn, err error) ending {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		c.CloseNow()
	}
	r.conn = nil
	lasted := time.Since(r.since)
	r.since = time.Now()
	r.losses++
	r.wake()
	return ending{err: err, lasted: lasted}
}

// pause waits until it is time for the next attempt, or all is over.
func (r *Reconnecting) pause(e ending) {
	d := r.pauses.next(e)
	r.tryEnter(State{Phase: PhaseWaiting, Until: time.Now().Add(d), Err: e.err})
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.ctx.Done():
	}
}
