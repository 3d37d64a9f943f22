package protocol

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// TimeoutError says that the peer was given up: it did not answer in time. It
// matches ErrClosed.
type TimeoutError struct {
	Text   string        // what did not come
	After  time.Duration // the time that was allowed
	Option string        // the option that sets it
}

// Error returns what did not come, the time allowed and the option that sets it.
func (e *TimeoutError) Error() string {
	return fmt.Sprintf("websocket: %s within %v, see %s", e.Text, e.After, e.Option)
}

// Timeout returns true. With Temporary it makes a TimeoutError a net.Error.
func (e *TimeoutError) Timeout() bool { return true }

// Temporary returns false: the connection is over.
func (e *TimeoutError) Temporary() bool { return false }

// Is makes a TimeoutError match ErrClosed.
func (e *TimeoutError) Is(target error) bool { return target == ErrClosed }

// Close closes the connection with the closing handshake (section 7.1.2): it
// sends a Close frame with code and reason, which has at most 123 bytes, waits
// for the peer's and closes TCP in the order of section 7.1.1. CloseNoStatus
// stands for a Close frame without a code. Messages that arrive meanwhile are
// dropped unless another goroutine reads them.
//
// All of it takes no longer than Options.CloseTimeout and no longer than ctx;
// then the connection is closed as by CloseNow and the error is a *TimeoutError
// or ctx.Err(). Close returns nil when the closing handshake was complete, also
// if the peer or another goroutine had started it, and otherwise how the
// connection ended. A *SendError says that code or reason may not be sent; the
// connection is then as before.
//
// Safe for concurrent use.
//
//rfc:6455-7.1.2-1 6455-7.1.2-2 6455-7.3-1 6455-7.3-3
func (c *Conn) Close(ctx context.Context, code CloseCode, reason string) error {
	if err := c.sendClose(code, reason); err != nil {
		return err
	}
	if c.gone() {
		return c.outcome(ctx)
	}
	timer := time.AfterFunc(c.after.close, func() {
		c.end(&TimeoutError{"the peer did not complete the closing handshake", c.after.close, "Options.CloseTimeout"})
		c.kill()
	})
	defer timer.Stop()
	defer context.AfterFunc(ctx, func() {
		c.end(ErrClosed)
		c.kill()
	})()
	c.closing.Store(true)
	c.drain()
	<-c.Done()
	return c.outcome(ctx)
}

// sendClose sends a Close frame, unless the connection is closing already.
func (c *Conn) sendClose(code CloseCode, reason string) error {
	c.mu.Lock()
	err := c.ep.SendClose(code, reason)
	stuck := c.writeErr
	c.mu.Unlock()
	var refused *SendError
	switch {
	case errors.As(err, &refused):
		return err
	case stuck != nil:
		c.end(stuck)
		c.kill()
	case err == nil:
		if c.ep.cfg.Trace.Close != nil {
			c.ep.cfg.Trace.Close(false, code, reason)
		}
		c.flushSoon()
	}
	return nil
}

// drain reads until the peer's Close, unless another goroutine reads: that one
// comes here when it stops.
//
//rfc:6455-1.4-1
func (c *Conn) drain() {
	if !c.reading.CompareAndSwap(false, true) {
		return
	}
	for {
		if _, err := c.next(context.Background(), nil); err != nil {
			return
		}
	}
}

// outcome returns how the closed connection came to its end.
//
//rfc:6455-7.1.4-2
func (c *Conn) outcome(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.clean:
		return nil
	case c.err == ErrClosed && ctx.Err() != nil:
		return ctx.Err()
	}
	return c.err
}

// CloseNow closes the transport without a closing handshake. Calls that wait
// end with an error that matches ErrClosed. A connection that is at its end
// already, because the peer's Close was answered or because it has failed, is
// left to be closed in the order of section 7.1.1, so that the peer gets the
// Close frame; Options.CloseTimeout bounds that. CloseNow returns ErrClosed if
// the connection was closed before, and never blocks. Safe for concurrent use.
//
//rfc:6455-7.1.1-3
func (c *Conn) CloseNow() error {
	c.end(ErrClosed)
	c.mu.Lock()
	finishing := c.finishing && !c.dead
	c.mu.Unlock()
	if finishing {
		return nil
	}
	return c.kill()
}

// startFinish has the transport closed in order. It is called once, by the
// goroutine that has come upon the end. The channel is closed when the Close
// frame that is owed to the peer has been written, or cannot be.
func (c *Conn) startFinish() <-chan struct{} {
	c.mu.Lock()
	c.finishing = true
	c.mu.Unlock()
	answered := make(chan struct{})
	go c.finish(answered)
	return answered
}

// finish closes the transport of a connection whose closing handshake is
// complete or that has failed: what is owed to the peer is written, the server
// closes TCP first, the client waits for it.
//
//	client                          server
//	  | ---------- Close ---------->  |
//	  | <--------- Close -----------  |
//	  | <---------- FIN ------------  |  closeWrite
//	  | ----------- FIN ----------->  |  discard ends, kill
//	kill
//
//rfc:6455-5.5.1-13 6455-5.5.1-14 6455-5.5.1-15 6455-5.5.1-16 6455-7.1.1-1 6455-7.1.1-4 6455-7.1.1-5 6455-7.1.1-6
//rfc:6455-7.1.1-7 6455-7.1.7-1 6455-7.1.7-3
func (c *Conn) finish(answered chan<- struct{}) {
	timer := time.AfterFunc(c.after.close, func() { c.kill() })
	defer timer.Stop()
	c.watch(&c.readGate, context.Background())
	c.commit(context.Background(), everything)
	close(answered)
	if c.ep.role == Client && !c.failed() {
		c.discard()
		c.closeWrite()
	} else if c.closeWrite() {
		c.discard()
	}
	c.kill()
}

func (c *Conn) failed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ep.State() == Failed
}

// kill closes the transport, once.
func (c *Conn) kill() error {
	c.mu.Lock()
	if c.dead {
		c.mu.Unlock()
		return ErrClosed
	}
	c.dead = true
	c.clean = c.ep.TransportEnded()
	c.stopTimer()
	c.mu.Unlock()
	err := c.hardClose()
	c.readGate.release()
	c.writeGate.release()
	c.closeSecond()
	c.tellDone()
	if d := c.ep.cfg.Deflate; d != nil {
		d.Release()
	}
	if c.closed != nil {
		c.closed()
	}
	return err
}
