package websocket

import (
	"context"
	"time"
)

// StartClose begins to close the connection as [Conn.Close] does, and returns
// without waiting for the peer: for programs that close many at a time. The Close
// frame leaves at once where there is room for it, else behind what is being
// written. The connection is closed when the peer's Close frame has been read, at the
// latest after Options.CloseTimeout; Done tells. A call that reads goes on, and takes
// the Close frame if that comes next; once nobody is in such a call a goroutine of
// the connection reads, as Close would. Close may follow, and waits then. The error
// is nil or a *CloseArgumentError. Safe for concurrent use.
//
//rfc:6455-7.1.2-1 6455-7.3-1
func (c *Conn) StartClose(code CloseCode, reason string) error {
	code, reason, changed := closable(c.ep.Role(), code, reason)
	c.decide(code, reason)
	if c.promised() != nil {
		go c.close(context.Background(), code, reason)
		return changed
	}
	if c.beginClose() && c.leaveToReader() && !c.receiving.right.want() {
		c.takeOver()
	}
	return changed
}

// leaveToReader leaves it to the call that reads to read until the peer's Close frame, and
// bounds that. It reports whether the connection is still open.
func (c *Conn) leaveToReader() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending.phase != phaseOpen {
		return false
	}
	f := c.ending.farewell
	f.left, f.by = true, now().add(c.set.closeTimeout)
	c.wakeAt(f.by)
	return true
}

// closeBy returns when the peer's Close frame has to be there after StartClose, never
// without that. c.mu is held.
func (c *Conn) closeBy() instant {
	if c.ending.farewell == nil {
		return never
	}
	return c.ending.farewell.by
}

// takeOver has a goroutine read until the peer's Close frame if that was left to the
// call that has given the right to read back.
func (c *Conn) takeOver() {
	if !c.takeStarted() {
		return
	}
	left := time.Duration(c.ending.farewell.by - now()) // which change no more
	go func() {
		ctx := context.Background()
		bounded, cancel := context.WithTimeout(ctx, left)
		defer cancel()
		c.awaitClose(ctx, bounded, true)
	}()
}

// takeStarted reports whether StartClose has left it to others to read until the
// peer's Close frame. It is the caller's to see to then.
func (c *Conn) takeStarted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.ending.farewell
	if f == nil || !f.left {
		return false
	}
	f.left = false
	return true
}
