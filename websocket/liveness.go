package websocket

import (
	"sync/atomic"
	"time"
)

// liveness is the part of a Conn that finds out whether the peer is there. A
// connection has one timer, set to the first of the times at which there is
// something to look at. Life is what the peer shows: bytes that it brought, or a
// write that had to wait for room and went on. What the kernel's buffer swallows
// at once proves nothing. But for heard, c.mu guards it.
type liveness struct {
	heard  atomic.Bool // the peer has shown life since the timer looked last
	ping   pinging     // the Ping of keepalive
	unsure bool        // stuck may be wrong: nothing is known of the transport

	timer *time.Timer // calls tick
	next  instant     // when it does

	quiet   instant // since when nothing was heard, as far as the timer knows
	pinged  instant // since when ping is so
	ticket  ticket  // of the Ping
	stuck   instant // since when a write waits for room without progress, never if none does
	unacked int     // bytes that the peer's side had not taken by then, -1 if that is not known
	frameBy instant // when the rest of a frame has to be there, never if none is awaited
	lostBy  instant // when the connection ends because a write has failed, never if none has

	pings uint64    // the number of the last Ping without data of its own
	sent  *sentPing // the last one that waits for its Pong
}

// pinging is what has become of a Ping that keepalive has sent.
type pinging uint8

const (
	noPing      pinging = iota
	pingQueued          // it waits to be written
	pingWritten         // it was, and nothing was heard since
)

// instant is a time, in nanoseconds since the program has started.
type instant int64

// never is no time.
const never instant = 0

var started = time.Now()

func now() instant { return instant(time.Since(started)) }

func (i instant) add(d time.Duration) instant { return i + instant(d) }

// hear says that the peer has shown life.
func (l *liveness) hear() {
	if !l.heard.Load() {
		l.heard.Store(true)
	}
}

// startKeepalive begins to look for signs of life.
func (c *Conn) startKeepalive() {
	if c.set.keepalive > 0 {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.live.quiet = now()
		c.wakeAt(c.live.quiet.add(c.set.keepalive))
	}
}

// wakeAt has the timer look at a time, or before. c.mu is held.
func (c *Conn) wakeAt(at instant) {
	l := &c.live
	switch {
	case c.ending.phase == phaseDead, l.next != never && l.next <= at:
		return
	case l.timer == nil:
		l.timer = time.AfterFunc(time.Duration(at-now()), c.tick)
	default:
		l.timer.Reset(time.Duration(at - now()))
	}
	l.next = at
}

// tick is what the timer calls.
func (c *Conn) tick() {
	late, ping := c.look()
	switch {
	case late != nil:
		c.end(late)
		c.kill()
	case ping:
		c.flushSoon()
	}
}

// look looks at everything that there is a time for, and sets the timer. It
// returns why the connection ends now, and whether a Ping was put out.
func (c *Conn) look() (late error, ping bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l, t := &c.live, now()
	l.next = never
	if c.ending.phase == phaseDead {
		return nil, false
	}
	if l.stuck != never {
		c.lookAtSocket(t)
	}
	if late := c.tooLate(t); late != nil {
		return late, false
	}
	late, ping = c.keepalive(t)
	if late == nil {
		c.wakeAgain()
	}
	return late, ping
}

// lookAtSocket looks whether a write that waits for room makes progress all the same:
// a system tells of room only when there is a lot, which a slow peer takes long to
// make.
func (c *Conn) lookAtSocket(t instant) {
	l := &c.live
	if n := c.stream.unacked(); n < l.unacked {
		l.unacked, l.stuck = n, t
		l.hear()
	}
}

// tooLate looks at what has a time of its own.
func (c *Conn) tooLate(t instant) error {
	l, after := &c.live, c.set
	switch {
	case l.frameBy != never && t >= l.frameBy:
		return &TimeoutError{"the peer did not send the rest of a frame", after.frameTimeout, "Options.FrameTimeout"}
	case c.closeBy() != never && t >= c.closeBy():
		return &TimeoutError{noCloseFromPeer, after.closeTimeout, "Options.CloseTimeout"}
	case l.lostBy != never && t >= l.lostBy:
		return c.sending.err
	case l.stuck != never && after.writeTimeout > 0 && t >= l.stuck.add(after.writeTimeout):
		return &TimeoutError{"what is written made no progress", after.writeTimeout, "Options.WriteTimeout"}
	}
	return nil
}

// keepalive pings a peer that is silent and gives one up that stays so. Signs of
// life are only seen by a goroutine that reads, so none are missed while the
// application neither reads nor waits for the peer to take what it writes.
func (c *Conn) keepalive(t instant) (late error, ping bool) {
	l, after := &c.live, c.set.keepalive
	if after <= 0 || c.ending.why != nil {
		return nil, false
	}
	looks := c.receiving.right.isHeld() || l.stuck != never
	if l.heard.Swap(false) || !looks {
		l.quiet, l.ping = t, noPing
		return nil, false
	}
	switch l.ping {
	case noPing:
		if t < l.quiet.add(after) {
			return nil, false
		}
		ticket, err := c.putPing(nil, nil)
		if err != nil && c.sending.err == nil {
			l.quiet = t // the closing handshake has a bound of its own
			return nil, false
		}
		l.ping, l.pinged, l.ticket = pingQueued, t, ticket
		return nil, err == nil
	case pingQueued:
		if t >= l.unwritten().add(2*after) {
			return silent(after), false
		}
	case pingWritten:
		if t >= l.pinged.add(after) {
			return silent(after), false
		}
	}
	return nil, false
}

// unwritten is since when there was no progress that could have brought a Ping out.
func (l *liveness) unwritten() instant {
	if l.stuck != never {
		return l.stuck
	}
	return l.pinged
}

func silent(keepalive time.Duration) error {
	return &TimeoutError{"no sign of life of the peer", 2 * keepalive, "Options.Keepalive"}
}

// wakeAgain sets the timer to the first of the times that come.
func (c *Conn) wakeAgain() {
	l, after := &c.live, c.set
	if l.frameBy != never {
		c.wakeAt(l.frameBy)
	}
	if by := c.closeBy(); by != never {
		c.wakeAt(by)
	}
	if l.lostBy != never {
		c.wakeAt(l.lostBy)
	}
	if l.stuck != never && after.writeTimeout > 0 {
		c.wakeAt(l.stuck.add(after.writeTimeout))
	}
	if after.keepalive <= 0 || c.ending.why != nil {
		return
	}
	switch l.ping {
	case noPing:
		c.wakeAt(l.quiet.add(after.keepalive))
	case pingQueued:
		c.wakeAt(l.unwritten().add(2 * after.keepalive))
	case pingWritten:
		c.wakeAt(l.pinged.add(after.keepalive))
	}
}

// slowWrite is the time after which a write is taken to wait for room, if nothing
// is known of the transport.
const slowWrite = time.Second

// isStuck reports whether a write waits for room. c.mu is held.
func (c *Conn) isStuck() bool {
	l := &c.live
	return l.stuck != never && (!l.unsure || now() >= l.stuck.add(slowWrite))
}

// writeWaits says that a write begins to wait for room, or may on a transport of
// which nothing is known.
func (c *Conn) writeWaits() (began instant) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := &c.live
	l.stuck, l.unsure, l.unacked = now(), !c.stream.resumable(), c.stream.unacked()
	if !l.unsure {
		c.ep.Blocked()
	}
	if c.set.writeTimeout > 0 {
		c.wakeAt(l.stuck.add(c.set.writeTimeout))
	}
	return l.stuck
}

// writeMoved says that a write that had to wait has gone on.
func (c *Conn) writeMoved() {
	c.live.hear()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.live.stuck = never
}

// writeReturned says that a write that began then has returned, on a transport of
// which nothing is known.
func (c *Conn) writeReturned(began instant, err error) {
	if err == nil && now() >= began.add(slowWrite) {
		c.live.hear() // it cannot have found room at once
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.live.stuck = never
}

// writeEnded says that all that was taken has been written. c.mu is held.
func (c *Conn) writeEnded() {
	l := &c.live
	l.stuck = never
	if l.ping == pingQueued && c.sending.written >= l.ticket {
		l.ping, l.pinged = pingWritten, now()
		c.wakeAt(l.pinged.add(c.set.keepalive))
	}
}

// patience is how long a connection has waited for the rest of a frame. The
// sender of a frame has said how long it is, so it has it at hand.
type patience struct {
	frame  uint32        // the one that was waited for last
	waited time.Duration // for it
}

// receivePatiently is receive when a frame has arrived in part: for no longer than
// Options.FrameTimeout in all.
//
//rfc:6455-10.4-1
func (c *Conn) receivePatiently(space []byte) ([]byte, error) {
	frame, _ := c.ep.Incomplete()
	if c.set.frameTimeout == 0 {
		return c.receive(space)
	}
	p := &c.receiving.patience
	if frame != p.frame {
		p.frame, p.waited = frame, 0
	}
	began := now()
	c.awaitFrame(began.add(c.set.frameTimeout - p.waited))
	received, err := c.receive(space)
	c.awaitFrame(never)
	p.waited += time.Duration(now() - began)
	return received, err
}

// awaitFrame sets the time at which the rest of a frame has to be there.
func (c *Conn) awaitFrame(by instant) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.live.frameBy = by
	if by != never {
		c.wakeAt(by)
	}
}
