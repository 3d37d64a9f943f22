package chaos

import (
	"errors"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// judgeError: an error has a documented type, is one of those of its call, and
// the situation calls for it.
func (w *world) judgeError(c *call) {
	if c.stop == 0 {
		return // it hangs, which another rule finds
	}
	k := kindOf(c.err)
	why := misfit(c.err)
	switch {
	case why != "":
	case c.allowed&k == 0:
		why = "is not one that the documents name for the call"
	default:
		why = w.unfounded(c, k)
	}
	if why != "" {
		w.log.violate("error", "%s goroutine %d, %s: the error %T %q %s", endNames[c.end], c.routine, c.step, c.err, errText(c.err), why)
	}
}

func errText(err error) string {
	if err == nil {
		return "nil"
	}
	return err.Error()
}

// unfounded says why an error of kind k cannot be, "" if it can.
func (w *world) unfounded(c *call, k kinds) string {
	if done := w.log.done[c.end]; k&(ends&^isOwn) != 0 && c.isRead() && c.began.After(done) && !done.IsZero() && w.called(c.end, c.start, opClose, opCloseNow) {
		return "is not that of use after one's own Close"
	}
	switch k {
	case isCtx, isQueue:
		if c.ctx == nil || !c.ctx.endedBy || !errors.Is(c.err, c.ctx.Err()) {
			return "is not that of the call's context"
		}
	case isOwn:
		if !w.called(c.end, c.stop, opClose, opCloseNow) {
			return "comes without a Close or CloseNow of this end"
		}
	case isPeer:
		return w.unfoundedPeer(c)
	case isLoss:
		if !w.mayBeLost(c) {
			return "comes though nothing was lost"
		}
	case isProtocol:
		if !w.mayFail(c.end, c.stop) {
			return "comes though no limit was passed"
		}
	case isTimeout:
		return w.unfoundedTimeout(c)
	case isState:
		if !w.called(c.end, c.stop, opClose, opCloseNow) && !w.called(1-c.end, c.stop, opClose) && !w.mayFail(c.end, c.stop) && !w.mayFail(1-c.end, c.stop) {
			return "comes on an open connection"
		}
	case isSkipped:
		if !w.readsBeside(c) {
			return "comes though nobody asked for another message"
		}
	case isConcurrent:
		if !w.somebodyReads(c) {
			return "comes though nobody else reads"
		}
	}
	return ""
}

// called reports whether an end had called one of the operations before.
func (w *world) called(end int, before stamp, ops ...Op) bool {
	for _, c := range w.log.calls {
		for _, op := range ops {
			if c.end == end && c.op == op && c.start < before {
				return true
			}
		}
	}
	return false
}

// unfoundedPeer checks the code and reason of a *CloseError.
func (w *world) unfoundedPeer(c *call) string {
	var e *websocket.CloseError
	errors.As(c.err, &e)
	for _, closing := range w.log.calls {
		if closing.op != opClose || closing.start > c.stop {
			continue
		}
		code, reason := sentInstead(closing.code, closing.reason)
		switch {
		case closing.end != c.end && code == e.Code && reason == e.Reason:
			return ""
		case closing.end == c.end && echoOf(code, c.end) == e.Code:
			return ""
		}
	}
	if (e.Code == websocket.CloseMessageTooBig || e.Code == websocket.ClosePolicyViolation) && w.mayFail(1-c.end, c.stop) {
		return ""
	}
	return "is the peer's, which did not close with that"
}

// echoOf returns what the peer answers to a code: a client's 1010 is not for
// servers to send.
func echoOf(code websocket.CloseCode, from int) websocket.CloseCode {
	if code == websocket.CloseMandatoryExtension && from == client {
		return websocket.CloseNormal
	}
	return code
}

// mayBeLost reports whether the connection of the call may have been lost.
func (w *world) mayBeLost(c *call) bool {
	if w.p.Faults.loses() || w.called(1-c.end, c.stop, opCloseNow) || w.mayFail(1-c.end, never) || w.mayFail(c.end, never) {
		return true
	}
	for _, x := range w.log.calls {
		gaveUp := x.op == opClose && (x.stop == 0 || x.err != nil) // perhaps later than the connection did
		if gaveUp && x.end != c.end || kindOf(x.err) == isTimeout && x.end != c.end {
			return true
		}
	}
	return false
}

// mayFail reports whether an end may have failed the connection because a limit
// was passed.
func (w *world) mayFail(end int, before stamp) bool {
	if o := w.p.Options[end]; o.MaxFragments > 0 || o.MaxPings > 0 {
		return true // how many frames a message has is the sender's affair
	}
	limit := w.p.Options[end].MaxMessage
	if limit == 0 {
		limit = 1 << 20
	}
	for _, n := range w.log.limits[end] {
		if n > 0 {
			limit = min(limit, n)
		}
	}
	for _, m := range w.log.sent {
		if int(m.id.end) != end && limit > 0 && int64(m.size) > limit && m.start < before {
			return true
		}
	}
	return false
}

// unfoundedTimeout checks a *TimeoutError: it names an option, with its value,
// and the connection is at least as old.
func (w *world) unfoundedTimeout(c *call) string {
	var e *websocket.TimeoutError
	errors.As(c.err, &e)
	o := w.p.Options[c.end]
	want := map[string]time.Duration{
		"Options.Keepalive":    orDefault(o.Keepalive, 20*time.Second),
		"Options.WriteTimeout": orDefault(o.WriteTimeout, 30*time.Second),
		"Options.FrameTimeout": orDefault(o.FrameTimeout, 2*time.Minute),
		"Options.CloseTimeout": orDefault(o.CloseTimeout, 5*time.Second),
	}
	switch {
	case want[e.Option] <= 0:
		return "names an option that there is not, or is off"
	case e.After < want[e.Option]:
		return "came after less time than the option says"
	case c.ended.Sub(w.log.born) < want[e.Option]:
		return "came before the time was over"
	case e.Option == "Options.CloseTimeout" && !w.called(c.end, c.stop, opClose, opCloseNow) && !w.called(1-c.end, c.stop, opClose):
		return "comes though nobody closes"
	}
	return ""
}

func orDefault(d, byDefault time.Duration) time.Duration {
	if d == 0 {
		return byDefault
	}
	return d
}

// readsBeside reports whether another message was asked for before a read of a
// MessageReader.
func (w *world) readsBeside(c *call) bool {
	for _, x := range w.log.calls {
		if x != c && x.end == c.end && x.isRead() && x.of != c.of && x.start < c.stop {
			return true
		}
	}
	return w.log.discards[c.end]
}

// somebodyReads reports whether somebody else may have had the right to read during a
// call.
func (w *world) somebodyReads(c *call) bool {
	if w.log.discards[c.end] {
		return true
	}
	for _, x := range w.log.calls {
		other := x != c && x.end == c.end && x.start < c.stop && (x.stop == 0 || x.stop > c.start)
		if other && x.isRead() {
			return true
		}
	}
	for _, x := range w.log.loops[c.end] {
		if x.routine != c.routine && x.begun < c.stop && (!x.over || x.end > c.start) {
			return true
		}
	}
	return false
}
