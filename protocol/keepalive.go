package protocol

import (
	"context"
	"time"
)

// A connection has one timer, which calls tick: once in Options.Keepalive for
// signs of life, and lookAfter after something has come for the end of the
// stream that may have come with it. No goroutine waits for that, and no
// message costs a look at the clock.

// startKeepalive starts the timer.
func (c *Conn) startKeepalive() {
	if c.after.keepalive > 0 {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.setTimer(c.after.keepalive)
	}
}

// setTimer has tick called after d. c.mu is held.
func (c *Conn) setTimer(d time.Duration) {
	switch {
	case c.dead:
	case c.timer == nil:
		c.timer = time.AfterFunc(d, c.tick)
	default:
		c.timer.Reset(d)
	}
}

// stopTimer stops it for good. c.mu is held, and c.dead set.
func (c *Conn) stopTimer() {
	if c.timer != nil {
		c.timer.Stop()
	}
}

// tick does what it is time for.
func (c *Conn) tick() {
	heard, since := c.heard.Swap(false), c.after.keepalive
	if c.edge.armed.Load() {
		since = c.untilLook()
		c.look(heard)
	}
	if c.after.keepalive > 0 && !c.keepalive(heard, since) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.edge.armed.Load() {
		c.setTimer(c.untilLook())
	} else if c.after.keepalive > 0 {
		c.setTimer(c.after.keepalive - c.quiet)
	}
}

// keepalive pings a peer that is silent and ends the connection to one that
// stays so; it reports whether the connection goes on.
func (c *Conn) keepalive(heard bool, since time.Duration) bool {
	due, pinged := c.silence(heard, since)
	switch {
	case c.ended() != nil:
		return false
	case due && !pinged:
		if _, err := c.queuePing(context.Background(), nil); err == nil {
			c.flushSoon()
		}
	case due:
		c.end(&TimeoutError{"no sign of life of the peer", 2 * c.after.keepalive, "Options.Keepalive"})
		c.kill()
		return false
	}
	return true
}

// silence counts how long nothing was heard, where heard says that something
// was since the last tick, some time ago. It reports whether a Ping is due, and
// whether one has gone out already. Signs of life are only seen by a goroutine
// that reads, so none are missed while the application neither reads nor waits
// for the peer to take what it writes.
func (c *Conn) silence(heard bool, since time.Duration) (due, pinged bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if heard {
		c.quiet, c.pinged = 0, false
		return false, false
	}
	if c.quiet += since; c.quiet < c.after.keepalive {
		return false, false
	}
	due, pinged = c.reading.Load() || c.stuck(), c.pinged
	c.quiet, c.pinged = 0, due
	return due, pinged
}

// stuck reports whether the same write is under way as when it was asked last.
// c.mu is held.
func (c *Conn) stuck() bool {
	same := c.writing && c.takenThen == c.taken
	c.takenThen = c.taken
	return same
}
