package chaos

import (
	"errors"
	"math"

	"github.com/seed372fb791/rfc6455/websocket"
)

// never is a stamp after all others.
const never stamp = math.MaxInt64

// judgeComplete: everything that was placed has arrived, if the connection has
// seen the peer's Close and nothing may have been dropped.
func (w *world) judgeComplete(end int) {
	if w.log.discards[end] || !w.sawClose(end) || w.hasFailed(end) || w.mayDrop(end) {
		return
	}
	arrived, missing := w.arrived(end), make(map[*sent]bool)
	for _, m := range w.log.sent {
		if int(m.id.end) != end && m.fate == placed && arrived[m] == nil {
			missing[m] = true
		}
	}
	lost := len(missing)
	for _, t := range w.log.brief[1-end] {
		lost += max(0, t.placed-t.got)
	}
	if lost > w.log.unseen[end] {
		w.log.violate("lost", "the %s did not get %d messages, among them %s (%d were skipped unseen), and the end was clean",
			endNames[end], lost, namesOf(missing), w.log.unseen[end])
	}
}

// hasFailed reports whether an end has failed the connection, and so taken no more.
func (w *world) hasFailed(end int) bool {
	for _, c := range w.log.calls {
		if c.end == end && c.stop != 0 && c.isRead() && kindOf(c.err) == isProtocol {
			return true
		}
	}
	return false
}

// sawClose reports whether the connection of an end has taken the peer's Close
// frame, which comes after all messages: a read says so, or its own Close that
// returned nil, or the peer's, unless that was an answer to one of this end.
func (w *world) sawClose(end int) bool {
	if w.firstPeer(end) != never {
		return true
	}
	for _, c := range w.log.calls {
		if c.op == opClose && c.stop != 0 && c.err == nil && (c.end == end || !w.called(end, c.stop, opClose, opCloseNow)) {
			return true
		}
	}
	return false
}

// firstPeer returns when the first read of an end had returned the peer's Close
// frame.
func (w *world) firstPeer(end int) stamp {
	first := never
	for _, c := range w.log.calls {
		if c.end == end && c.stop != 0 && c.isRead() && kindOf(c.err) == isPeer && c.stop < first {
			first = c.stop
		}
	}
	return first
}

func (c *call) isRead() bool {
	switch c.op {
	case opRead, opReadInto, opReadJSON, opMessages, opBorrow, opReader:
		return true
	}
	return false
}

// mayDrop reports whether an end may have dropped messages of the peer. Before
// its own Close it may not. Close drops what comes between two reads, but not
// what a loop waits for that has begun before and goes on to the end.
func (w *world) mayDrop(end int) bool {
	peer := w.firstPeer(end)
	for _, c := range w.log.calls {
		if c.end != end || c.start > peer || c.op != opClose && c.op != opCloseNow {
			continue
		}
		if c.op == opCloseNow || !w.loopGoesOn(end, c) {
			return true
		}
	}
	return false
}

// keptForLoop is what Close keeps for the loop from whose body it is called.
const keptForLoop = 1 << 20

// loopGoesOn reports whether a loop had begun before Close was called and went
// on to the end of the connection.
func (w *world) loopGoesOn(end int, closing *call) bool {
	for _, x := range w.log.loops[end] {
		if x.start != 0 && x.start < closing.start && x.end > closing.start && x.last != nil && errors.Is(x.last, websocket.ErrClosed) {
			return closing.inLoop == nil || closing.inLoop == x && w.bytesOf(1-end) < keptForLoop*9/10
		}
	}
	return false
}

// bytesOf returns how many bytes an end has sent at most.
func (w *world) bytesOf(end int) (n int) {
	for _, m := range w.log.sent {
		if int(m.id.end) == end {
			n += m.size + 14
		}
	}
	return n
}

// judgeReaders: a Reader that was taken before Close was called gets its message
// to the end, if the closing handshake was complete.
func (w *world) judgeReaders(end int) {
	closing := w.cleanClose(end)
	for _, r := range w.log.readers[end] {
		if closing != nil && r.end != 0 && r.taken < closing.start && r.m != nil && r.m.fate == placed &&
			errors.Is(r.err, websocket.ErrClosed) && !w.maySkip(end, r) {
			w.log.violate("torn", "the Reader of %v was taken before Close, which returned nil, and ended with %v", r.m.id, r.err)
		}
	}
}

// cleanClose returns the first Close of an end, if all there are returned nil.
func (w *world) cleanClose(end int) (first *call) {
	for _, c := range w.log.calls {
		switch {
		case c.end != end || c.op != opClose && c.op != opCloseNow:
		case c.op == opCloseNow || c.err != nil || c.stop == 0:
			return nil
		case first == nil:
			first = c
		}
	}
	return first
}

// maySkip reports whether another read may have skipped a Reader's message.
func (w *world) maySkip(end int, r *reading) bool {
	for _, c := range w.log.calls {
		own := c.op == opReader && c.routine == r.routine
		if c.end == end && c.isRead() && !own && (c.stop == 0 || c.stop > r.taken) && c.start < r.end {
			return true
		}
	}
	return w.log.discards[end]
}

// judgeStats: what a Conn counts is what happened.
func (w *world) judgeStats(end int) {
	written, most := int64(0), int64(0)
	for _, m := range w.log.sent {
		if int(m.id.end) == end {
			count(&written, &most, m.fate)
		}
	}
	for _, t := range w.log.brief[end] {
		written += int64(t.placed)
		most += int64(t.begun - t.refused)
	}
	mine, peers := w.stats[end], w.stats[1-end]
	if !w.sawClose(end) {
		peers.BytesWritten = math.MaxInt64 // a write that was cut off may not have counted what it wrote
	}
	if !w.sawClose(1 - end) {
		written = 0 // the rest of a message in pieces may not have gone
	}
	if n := mine.MessagesWritten; n < written || n > most {
		w.log.violate("stats", "MessagesWritten of the %s is %d, and %d to %d were", endNames[end], n, written, most)
	}
	if mine.MessagesRead > peers.MessagesWritten || mine.BytesRead > peers.BytesWritten {
		w.log.violate("stats", "the %s has read more than was written: %+v, %+v", endNames[end], mine, peers)
	}
	if n := w.wholeGot(end); mine.MessagesRead < n {
		w.log.violate("stats", "MessagesRead of the %s is %d, and %d were", endNames[end], mine.MessagesRead, n)
	}
}

// count adds a message to those that were written for sure, and at most.
func count(written, most *int64, f fate) {
	switch f {
	case placed:
		*written++
		*most++
	case unknown, halved:
		*most++
	}
}

// wholeGot returns how many messages an end has received whole.
func (w *world) wholeGot(end int) (n int64) {
	for _, g := range w.log.got[end] {
		if g.whole {
			n++
		}
	}
	for _, t := range w.log.brief[1-end] {
		n += int64(t.got)
	}
	return n
}
