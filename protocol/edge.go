package protocol

import (
	"context"
	"sync/atomic"
	"time"
)

// edge is the loop of Messages inside of one call of RawConn.Read: the
// callback reads what is there, yields the messages in it and waits for the
// poller's next edge by returning false. A call for each message would try to
// read once more every time, in vain, because it begins by forgetting edges.
//
// A read that does not fill its buffer has taken all there was, but for one
// thing: the end of the stream may have come with the same edge, and there
// will be no other. So a second later, if nothing else has come, the socket is
// looked at again.
type edge struct {
	running atomic.Bool // the callback runs or waits: the descriptor's read lock is taken
	holds   bool        // the loop has set reading
	left    bool        // the application has left the loop
	lost    bool        // reading has failed

	turn  func(fd uintptr) bool // the callback, made once
	ctx   context.Context       // of the loop
	yield func(Message, error) bool

	unseen atomic.Bool // the end of the stream may have come unnoticed
	armed  atomic.Bool // a look is due
}

// yieldArriving yields messages as long as they arrive whole; what else comes
// is for yieldMessage. begun says that a message has begun, and that the
// receiving side is taken for it; more that the application wants to go on.
func (c *Conn) yieldArriving(ctx context.Context, yield func(Message, error) bool) (begun, more bool) {
	if !c.enterEdge(ctx, yield) {
		return false, true
	}
	defer c.leaveEdge()
	for c.raw.Read(c.edge.turn) != nil && c.poked() {
		// It was time to look again, no more.
	}
	return c.edge.holds && c.partial != nil, !c.edge.left
}

// enterEdge prepares the call of RawConn.Read, if messages can be yielded in it.
func (c *Conn) enterEdge(ctx context.Context, yield func(Message, error) bool) bool {
	e := &c.edge
	if c.raw == nil || !e.running.CompareAndSwap(false, true) {
		return false
	}
	e.holds = c.reading.CompareAndSwap(false, true)
	if !e.holds || !c.betweenMessages() || c.mayRead(ctx) != nil {
		c.leaveEdge()
		return false
	}
	if e.turn == nil {
		e.turn = c.edgeTurn()
	}
	e.ctx, e.yield, e.left = ctx, yield, false
	c.flushBatch(ctx)
	c.watch(&c.readGate, ctx)
	return true
}

// leaveEdge gives up what enterEdge has taken, but for the receiving side
// if a message has begun. A connection that has turned out to be lost is closed
// only now: within the callback that would take a shutdown and a goroutine.
func (c *Conn) leaveEdge() {
	e := &c.edge
	e.ctx, e.yield = nil, nil
	e.running.Store(false)
	if e.lost {
		c.kill()
	}
	if e.holds && c.partial == nil {
		c.stopRead()
	}
}

// betweenMessages reports whether all that was received has been yielded, no
// message has begun and more may come.
func (c *Conn) betweenMessages() bool {
	begun := c.ep.typ != 0 || c.partial != nil || c.message != nil
	return !begun && c.betweenFrames() && !c.over.Load()
}

// nextWhole returns the next message, if one has arrived whole, and answers
// control frames on the way.
func (c *Conn) nextWhole() (m Message, ok bool) {
	var ev Event
	for c.ep.next(&ev) {
		switch {
		case ev.Kind != DataEvent:
			if c.control(c.edge.ctx, &ev) != nil {
				return Message{}, false
			}
		case ev.Fin:
			return Message{ev.Type, ev.Data}, true
		default:
			c.partial = ev.Data
			return Message{}, false
		}
	}
	return Message{}, false
}

// lend makes the read buffer the application's, with a message. Meanwhile the
// application or Close may read.
func (c *Conn) lend() {
	c.stats.messagesRead.Add(1)
	c.lent, c.edge.holds = true, false
	c.stopRead()
}

// regain takes the read buffer back after lend, and the receiving side, if it
// is still to be had. It reports whether the loop goes on.
func (c *Conn) regain() bool {
	e := &c.edge
	if e.holds = c.reading.CompareAndSwap(false, true); !e.holds {
		return false
	}
	c.lent = false
	c.watch(&c.readGate, e.ctx)
	return !c.over.Load()
}

// lookAfter is the time after which the socket is looked at again.
const lookAfter = time.Second

// untilLook is lookAfter, or less if signs of life are looked for more often.
func (c *Conn) untilLook() time.Duration {
	if c.after.keepalive > 0 {
		return min(lookAfter, c.after.keepalive)
	}
	return lookAfter
}

// lookLater has the socket looked at again if nothing else comes.
func (c *Conn) lookLater() {
	e := &c.edge
	if !e.unseen.Load() {
		e.unseen.Store(true)
	}
	if !e.armed.Load() {
		c.armLook()
	}
}

func (c *Conn) armLook() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.edge.armed.Store(true)
	c.heard.Store(false) // until more comes
	c.quiet, c.pinged = 0, false
	c.setTimer(c.untilLook())
}

// look wakes a reader that has heard nothing for a while.
func (c *Conn) look(heard bool) {
	if e := &c.edge; !heard || !e.unseen.Load() {
		e.armed.Store(false)
		if e.unseen.Load() && !c.over.Load() {
			c.poke()
		}
	}
}
