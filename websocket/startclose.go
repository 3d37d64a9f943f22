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
	c.ending.left = true
	c.live.closeBy = now().add(c.set.closeTimeout)
	c.wakeAt(c.live.closeBy)
	return true
}

// takeOver has a goroutine read until the peer's Close frame if that was left to the
// call that has given the right to read back.
func (c *Conn) takeOver() {
	if !c.takeStarted() {
		return
	}
	go func() {
		ctx := context.Background()
		bounded, cancel := context.WithTimeout(ctx, time.Duration(c.live.closeBy-now()))
		defer cancel()
		c.awaitClose(ctx, bounded, true)
	}()
}

// takeStarted reports whether StartClose has left it to others to read until the
// peer's Close frame. It is the caller's to see to then.
func (c *Conn) takeStarted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	left := c.ending.left
	c.ending.left = false
	return left
}
