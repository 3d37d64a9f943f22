package protocol

import (
	"context"
	"time"
)

// startKeepalive has the connection looked at once in Options.Keepalive. No
// goroutine waits for that, and no message costs a look at the clock.
func (c *Conn) startKeepalive() {
	if c.after.keepalive > 0 {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.alive = time.AfterFunc(c.after.keepalive, c.keepalive)
	}
}

// stopKeepalive ends it. c.mu is held.
func (c *Conn) stopKeepalive() {
	if c.alive != nil {
		c.alive.Stop()
	}
}

// keepalive pings a peer that is silent and ends the connection to one that
// stays so. Signs of life are only seen by a goroutine that reads, so a peer is
// not taken for dead while the application neither reads nor waits for the peer
// to take what it writes.
func (c *Conn) keepalive() {
	heard := c.heard.Swap(false)
	waiting := c.reading.Load() || c.stuck()
	switch {
	case c.ended() != nil:
		return
	case heard || !waiting:
		c.pinged = false
	case !c.pinged:
		c.pinged = true
		if _, err := c.queuePing(context.Background(), nil); err == nil {
			c.flushSoon()
		}
	default:
		c.end(&TimeoutError{"no sign of life of the peer", 2 * c.after.keepalive, "Options.Keepalive"})
		c.kill()
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.dead {
		c.alive.Reset(c.after.keepalive)
	}
}

// stuck reports whether the same write is under way as when it was asked last.
func (c *Conn) stuck() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	same := c.writing && c.takenThen == c.taken
	c.takenThen = c.taken
	return same
}
