package websocket

import "context"

// StartClose begins to close the connection as [Conn.Close] does, and returns
// without waiting for the peer: for programs that close many at a time. The Close
// frame leaves at once where there is room for it, else behind what is being
// written. The connection is closed when the peer's Close frame has been read, at the
// latest after Options.CloseTimeout; Done tells. While a goroutine reads, that is the
// one to read on, otherwise a goroutine of the connection does. Close may follow, and
// waits then. The error is nil or a *CloseArgumentError. Safe for concurrent use.
//
//rfc:6455-7.1.2-1 6455-7.3-1
func (c *Conn) StartClose(code CloseCode, reason string) error {
	code, reason, changed := closable(c.ep.Role(), code, reason)
	c.own()
	if !c.receiving.right.isHeld() || c.promised() != nil {
		go c.close(context.Background(), code, reason)
	} else if c.beginClose(code, reason) {
		c.started()
	}
	return changed
}

// started bounds the wait for the peer's Close frame, which is left to whoever reads.
func (c *Conn) started() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending.phase == phaseOpen {
		c.live.closeBy = now().add(c.set.closeTimeout)
		c.wakeAt(c.live.closeBy)
	}
}

// takeStarted reports whether StartClose has left it to others to read until the
// peer's Close frame. It is the caller's to see to then.
func (c *Conn) takeStarted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	left := c.live.closeBy != never
	c.live.closeBy = never
	return left
}
