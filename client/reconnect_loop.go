package client

import (
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

// attempt opens a connection and returns when that has failed or the connection has come to its end.
func (r *Reconnecting) attempt() ending {
	r.tryEnter(State{Phase: PhaseConnecting})
	c, resp, err := Dial(r.ctx, r.url, &r.opts.Dial)
	if err != nil {
		return ending{err: err, retryAfter: retryAfter(resp, time.Now())}
	}
	if err := r.opts.OnConnect(r.ctx, c); err != nil {
		c.CloseNow()
		return ending{err: err}
	}
	if !r.open(c) {
		c.CloseNow()
		return ending{}
	}
	r.flush(c)
	select {
	case e := <-r.lost:
		return e
	case <-r.ctx.Done():
		return ending{}
	}
}

// open makes c the connection to read and write, unless it is all over.
func (r *Reconnecting) open(c *websocket.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return false
	}
	r.conn, r.since, r.flushing = c, time.Now(), true
	r.enter(State{Phase: PhaseConnected, Conn: c})
	return true
}

// lose takes the connection away that the reader has found to be at its end. If Close is at work with it, that is
// left alone.
func (r *Reconnecting) lose(c *websocket.Conn, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.conn == c {
		if r.err == nil {
			c.CloseNow()
		}
		r.conn = nil
		r.lost <- ending{err: err, lasted: time.Since(r.since)}
		r.wake()
	}
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
