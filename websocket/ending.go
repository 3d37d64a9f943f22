package websocket

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
)

// phase is where a connection stands on its way to the end.
type phase uint8

const (
	// phaseOpen: messages go both ways, or the peer's Close is awaited.
	phaseOpen phase = iota
	// phaseOver: it is known why the connection ends. The application reads and
	// writes no more.
	phaseOver
	// phaseFinishing: besides, a goroutine closes the transport in order.
	phaseFinishing
	// phaseDead: besides, the transport is being closed or has been.
	phaseDead
)

// ending is the part of a Conn that knows its phase and how it came there. c.mu
// guards it, but for what is atomic.
type ending struct {
	phase   phase
	ours    bool        // the application has called Close or CloseNow
	clean   bool        // the closing handshake was complete when the transport was closed
	over    atomic.Bool // why is set
	dead    atomic.Bool // phaseDead
	why     error       // from phaseOver on
	cut     error       // why the Close frame that was owed could not be written
	closing ticket      // of our Close frame

	farewell *farewell // decided by the first Close or StartClose, nil before

	done   atomic.Value // of chan struct{}, made when somebody asks for it
	closed func()       // told once when the transport has been closed
}

// Done returns a channel that is closed when the transport has been closed.
// Safe for concurrent use.
func (c *Conn) Done() <-chan struct{} {
	done := &c.ending.done
	if done.Load() == nil {
		done.CompareAndSwap(nil, make(chan struct{}))
	}
	return done.Load().(chan struct{})
}

// closedDone is what Done returns if nobody has asked before the end.
var closedDone = func() chan struct{} {
	done := make(chan struct{})
	close(done)
	return done
}()

// tellDone closes what Done has returned.
func (c *Conn) tellDone() {
	done := &c.ending.done
	if !done.CompareAndSwap(nil, closedDone) {
		close(done.Load().(chan struct{}))
	}
}

// isDone reports whether done is what Done has returned.
func (c *Conn) isDone(done <-chan struct{}) bool {
	own, asked := c.ending.done.Load().(chan struct{})
	return asked && own == done
}

func (c *Conn) isOver() bool { return c.ending.over.Load() }
func (c *Conn) isDead() bool { return c.ending.dead.Load() }

// why returns why the connection has ended or is ending, nil while it is open.
func (c *Conn) why() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ending.why
}

// ended is why for calls that start now: one's own Close comes before the cause.
func (c *Conn) ended() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending.phase == phaseDead && c.ending.ours {
		return errOwnClose
	}
	return c.ending.why
}

// refusal returns why nothing can be sent. c.mu is held.
func (c *Conn) refusal() error {
	switch {
	case c.ending.ours:
		return errOwnClose
	case c.ending.why != nil:
		return c.ending.why
	}
	return c.sending.err
}

// end records why the connection ends, unless that is known already, and returns
// what is known. Messages that wait for their place will not be sent.
func (c *Conn) end(err error) error {
	first, why := c.recordEnd(phaseOver, err)
	if first {
		c.traceEnd(why)
	}
	return why
}

func (c *Conn) recordEnd(to phase, err error) (first bool, why error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := &c.ending
	if e.phase != phaseOpen {
		return false, e.why
	}
	e.phase, e.why = to, err
	e.over.Store(true)
	for p := c.live.sent; p != nil; p = p.before {
		p.fail()
	}
	c.live.sent = nil
	c.sending.line.tellAll(err, c.sending.promised)
	return true, err
}

// traceEnd tells the trace about an end that is no Close frame's and not our own.
//
//rfc:6455-7.1.7-4
func (c *Conn) traceEnd(err error) {
	hook := c.set.trace.Error
	if hook != nil && err != errOwnClose && !isPeersClose(err) {
		hook(c, err)
	}
}

// isPeersClose reports whether err, why a connection ends, is the peer's Close frame.
func isPeersClose(err error) bool {
	peer, ok := err.(*CloseError)
	return ok && peer.Code != CloseAbnormal
}

// endInOrder is end for the goroutine that reads, with err as what it has read: the
// transport is closed in order. An answer may be owed to an event. It waits until
// the Close frame for the peer has been written, or cannot be: the program may exit
// then.
func (c *Conn) endInOrder(ctx context.Context, err error, owed *protocol.Event) error {
	first, why := c.recordEnd(phaseFinishing, err)
	answered := make(chan struct{})
	go c.finish(owed, answered)
	if first {
		c.traceEnd(why)
	}
	select {
	case <-answered:
	case <-ctx.Done():
	}
	return why
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
func (c *Conn) finish(owed *protocol.Event, answered chan<- struct{}) {
	ctx, cancel := context.WithTimeout(context.Background(), c.set.closeTimeout)
	defer cancel()
	if owed != nil && c.keepPromise(ctx) {
		c.answer(owed)
	}
	if err := c.commit(ctx); err != nil {
		c.cutOff(ctx, err)
	}
	close(answered)
	c.receiving.gate.watch(c, ctx)
	if c.duty() == protocol.AwaitEnd {
		c.discard()
		c.stream.closeWrite()
	} else if c.stream.closeWrite() {
		c.discard()
	}
	c.kill()
}

// cutOff notes that what was owed to the peer was not written.
func (c *Conn) cutOff(ctx context.Context, err error) {
	if ctx.Err() != nil {
		err = &TimeoutError{"the Close frame was not written", c.set.closeTimeout, "Options.CloseTimeout"}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending.phase != phaseDead {
		c.ending.cut = err
	}
}

func (c *Conn) duty() protocol.Duty {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ep.Transport()
}

// kill has the transport closed, once, by a goroutine of the connection: some take
// their time. It reports whether it was not on its way already.
func (c *Conn) kill() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, s := &c.ending, &c.sending
	if e.phase == phaseDead {
		return false
	}
	e.phase = phaseDead
	e.dead.Store(true)
	e.clean = c.ep.TransportEnded() && s.written >= e.closing
	if c.live.timer != nil {
		c.live.timer.Stop()
	}
	if s.err == nil {
		s.err = e.why
	}
	s.tellOver()
	c.receiving.backlog.tell() // Close may wait for room in it
	go c.closeTransport()
	return true
}

// closeTransport closes the transport, and tells everybody when that is done.
func (c *Conn) closeTransport() {
	reads, writes := c.receiving.gate.release(c), c.sending.gate.release(c)
	if reads && writes {
		c.awaitCallers()
	}
	c.stream.hardClose()
	if d := c.ep.Deflate(); d != nil {
		d.Release()
	}
	c.stopReceiving()
	c.tellDone()
	if c.ending.closed != nil {
		c.ending.closed()
	}
}

// awaitCallers waits until those who are in calls of the transport have come out of
// them, which have a deadline in the past by now. Otherwise the last one out would
// be who closes a socket, and would wait as long as its SO_LINGER says. A hook may
// keep them: there is a bound.
func (c *Conn) awaitCallers() {
	bound := time.NewTimer(c.set.closeTimeout)
	defer bound.Stop()
	if w := c.awaitWriter(); w != nil {
		select {
		case <-w.told:
		case <-bound.C:
		}
	}
	for !c.receiving.isFree() {
		changed := c.receiving.backlog.changes()
		if c.receiving.isFree() {
			return
		}
		select {
		case <-changed:
		case <-bound.C:
			return
		}
	}
}

// awaitWriter returns what is told when nobody has the right to write, nil if that
// is so.
func (c *Conn) awaitWriter() *waiter {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.sending.writing {
		return nil
	}
	return c.waitWritten(&outgoing{})
}
