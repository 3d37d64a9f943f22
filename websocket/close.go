package websocket

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/protocol"
)

// Close closes the connection with the closing handshake (section 7.1.2): it
// sends a Close frame with code and reason, which has at most 123 bytes, waits
// for the peer's and closes TCP in the order of section 7.1.1. CloseNoStatus
// stands for a Close frame without a code.
//
// All of it takes no longer than Options.CloseTimeout and no longer than ctx;
// then the connection is closed at once and the error is a *TimeoutError, as of all
// calls that wait, or ctx.Err(). Close returns nil when the closing handshake was complete, also
// if the peer or another goroutine had started it, or if a server that has answered
// does not close TCP in time, and otherwise how the connection ended. It always
// ends with the connection closed. If code or reason may not be sent others are:
// 1011 for the code, U+FFFD for bytes that are not UTF-8, what fits of a reason that
// is too long; a *CloseArgumentError says so, joined with another error if there is
// one. The first call of Close or StartClose decides what is sent.
//
// Who reads in a loop, has a MessageReader that is not read to its end, or waits
// in a call that reads, gets all messages that come before the peer's Close. What
// waits then ends with that, what begins after it with net.ErrClosed. Close reads
// itself while nobody does. It keeps up to 1 MiB for a loop or a MessageReader that
// will come back, then it waits for them. Between two calls of Read nobody says that
// there will be another: what arrives then is dropped, and so is what comes after it.
//
// Safe for concurrent use.
//
//rfc:6455-7.1.2-1 6455-7.1.2-2 6455-7.3-1 6455-7.3-3
func (c *Conn) Close(ctx context.Context, code CloseCode, reason string) error {
	code, reason, changed := closable(c.ep.Role(), code, reason)
	err := c.close(ctx, code, reason)
	switch {
	case changed == nil:
		return err
	case err == nil:
		return changed
	}
	return errors.Join(changed, err)
}

// close is Close with arguments that may be sent.
func (c *Conn) close(ctx context.Context, code CloseCode, reason string) error {
	bounded, cancel := context.WithTimeout(ctx, c.set.closeTimeout)
	defer cancel()
	c.decide(code, reason)
	kept := c.keepPromise(bounded)
	return c.awaitClose(ctx, bounded, kept && c.beginClose() || c.takeStarted())
}

// awaitClose waits until the connection is closed, until bounded ends at the latest.
// It reads until the peer's Close frame if that is left to it.
func (c *Conn) awaitClose(ctx, bounded context.Context, reads bool) error {
	late := noCloseFromPeer
	if reads && c.drain(bounded) {
		late = "what came before the peer's Close was not read"
	}
	select {
	case <-c.Done():
		return c.outcome()
	case <-bounded.Done():
	}
	if ctx.Err() == nil {
		c.end(&TimeoutError{late, c.set.closeTimeout, "Options.CloseTimeout"})
	} else {
		c.end(errOwnClose)
	}
	c.kill()
	if err := c.outcome(); err != errOwnClose || ctx.Err() == nil {
		return err
	}
	return ctx.Err()
}

const noCloseFromPeer = "the peer did not complete the closing handshake"

// farewell is our Close frame, and what StartClose has left to others.
type farewell struct {
	code   CloseCode
	reason string
	first  bool    // it was put out before the peer's Close was there
	left   bool    // whoever reads reads on until the peer's Close
	by     instant // when that has to be there, never if Close waits for it
}

// decide notes that the application closes the connection, as own does, and what the
// Close frame says: the first call decides, though others may get it sent.
func (c *Conn) decide(code CloseCode, reason string) {
	c.own()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending.farewell == nil {
		c.ending.farewell = &farewell{code: code, reason: reason}
	}
}

// beginClose sends the Close frame that was decided on, without waiting for it to
// leave, unless the connection is closing already.
func (c *Conn) beginClose() (sent bool) {
	sent, say := c.sendClose()
	if sent {
		if c.set.trace.Close != nil {
			c.set.trace.Close(c, false, say.code, say.reason)
		}
		c.flushSoon()
	}
	return sent
}

// sendClose puts a Close frame out, unless the connection is closing already.
// One that cannot be written any more is closed at once.
func (c *Conn) sendClose() (sent bool, say *farewell) {
	sent, say, stuck := c.putClose()
	if stuck != nil {
		c.end(stuck)
		c.kill()
	}
	return sent, say
}

func (c *Conn) putClose() (sent bool, say *farewell, stuck error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, s := &c.ending, &c.sending
	if s.err != nil || e.phase != phaseOpen {
		return false, nil, s.err
	}
	first := c.ep.State() == protocol.Open
	c.lendOutput(len(e.farewell.reason) + frameOverhead)
	s.err = errHookPanicked
	err := c.ep.SendClose(e.farewell.code, e.farewell.reason)
	if s.err = nil; err != nil {
		return false, nil, nil
	}
	e.closing, e.farewell.first = s.taken+1, first
	return true, e.farewell, nil
}

// outcome returns how the closed connection came to its end.
//
//rfc:6455-7.1.4-2
func (c *Conn) outcome() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := &c.ending
	switch {
	case e.clean:
		return nil
	case e.cut != nil:
		return e.cut
	case e.phase == phaseDead && isPeersClose(e.why):
		return errOwnClose // before our Close frame was written
	}
	return e.why
}

// CloseNow closes the transport without a closing handshake. Calls that wait
// end with an error that matches ErrClosed and net.ErrClosed. A connection that is
// at its end already, because the peer's Close was answered or because it has
// failed, is left to be closed in the order of section 7.1.1, so that the peer gets
// the Close frame; Options.CloseTimeout bounds that. CloseNow returns an error that
// matches net.ErrClosed if the connection was closed before. It never blocks: Done
// tells when the transport has been closed. Safe for concurrent use.
//
//rfc:6455-7.1.1-3
func (c *Conn) CloseNow() error {
	c.end(errOwnClose)
	if c.own() == phaseFinishing || c.kill() {
		return nil
	}
	return errOwnClose
}

// own notes that the application closes the connection: no message gets a place
// any more. It returns the phase.
func (c *Conn) own() phase {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ending.ours = true
	c.sending.line.tellAll(errOwnClose, c.sending.promised)
	return c.ending.phase
}

// maxReason is the most bytes of a reason: a control frame's less the code's.
const maxReason = 125 - 2

// closable returns what is sent for code and reason.
func closable(role Role, code CloseCode, reason string) (CloseCode, string, error) {
	text := ""
	if !utf8.ValidString(reason) {
		reason, text = strings.ToValidUTF8(reason, "\uFFFD"), "a close reason is not UTF-8"
	}
	if len(reason) > maxReason {
		reason, text = cut(reason), "a close reason has more than 123 bytes"
	}
	if err := protocol.CheckClose(role, code, reason); err != nil {
		code, text = CloseInternalError, err.(*SendError).Text
	}
	if text == "" {
		return code, reason, nil
	}
	return code, reason, &CloseArgumentError{Code: code, Reason: reason, Text: text}
}

// cut cuts a reason at a rune.
func cut(reason string) string {
	n := maxReason
	for !utf8.RuneStart(reason[n]) {
		n--
	}
	return reason[:n]
}
