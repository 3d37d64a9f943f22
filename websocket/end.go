package websocket

import "errors"

// End is how a connection has come to its end, for logs and counts.
type End struct {
	// Code and Reason are those of the Close frame that came first, by whichever side (sections 7.1.5 and 7.1.6): the
	// other side's is an answer to it. Code is CloseNoStatus if it had none, and CloseAbnormal if there was no Close frame.
	Code   CloseCode
	Reason string
	// ByPeer says that this frame was the peer's or, if there was none, that the transport ended or failed without
	// the doing of this side.
	ByPeer bool
	// Err is nil if this side ended the connection by Close, StartClose or CloseNow, whatever the peer made of that.
	// Otherwise it is what reads have returned or would have: the peer's *CloseError, a *ProtocolError, a
	// *TimeoutError, or a *CloseError with CloseAbnormal for a transport that was lost.
	Err error
}

// End returns how the connection has come to its end, and the zero End before it is known. Safe for concurrent use.
func (c *Conn) End() End {
	c.mu.Lock()
	defer c.mu.Unlock()
	why, ours := c.ending.why, c.ending.farewell
	switch {
	case why == nil:
		return End{}
	case ours != nil && ours.first:
		return End{Code: ours.code, Reason: ours.reason}
	case why == errOwnClose:
		return End{Code: CloseAbnormal}
	}
	return endBy(why)
}

// endBy is the End of a connection that this side has not ended.
func endBy(why error) End {
	switch e := why.(type) {
	case *CloseError:
		byUs := e == errHookPanicked || errors.Is(e.Err, errTransportClosed)
		return End{Code: e.Code, Reason: e.Reason, ByPeer: !byUs, Err: e}
	case *ProtocolError:
		return End{Code: e.Code, Err: e}
	}
	return End{Code: CloseAbnormal, Err: why}
}
