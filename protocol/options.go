package protocol

import (
	"time"
)

// Options is how a Conn behaves. The zero value is the safe default. NewConn
// copies it.
type Options struct {
	// Limits bound what the peer can make the connection hold or do.
	Limits
	// Keepalive is the time without a byte of the peer after which a Ping goes
	// out; the connection ends with a *TimeoutError when as much time again
	// brings nothing. Both are looked at once in that time, so the end comes
	// after two to three times Keepalive. Zero stands for 20 s, a negative
	// value for no Pings and no end.
	Keepalive time.Duration
	// FrameTimeout is the longest that the connection waits, in all, for the
	// rest of a frame that has begun to arrive; time in which the application
	// does not read does not count. A frame that takes longer ends the
	// connection with a *TimeoutError. Zero stands for 2 min, a negative value
	// for no limit.
	FrameTimeout time.Duration
	// CloseTimeout bounds the closing handshake and the closing of TCP, all in
	// all. Zero stands for 5 s.
	CloseTimeout time.Duration
	// Trace, if not nil, is told what happens.
	Trace *Trace
}

const (
	defaultKeepalive    = 20 * time.Second
	defaultFrameTimeout = 2 * time.Minute
	defaultCloseTimeout = 5 * time.Second
)

// withDefaults returns o with the values that hold.
func (o Options) withDefaults() Options {
	if o.Keepalive == 0 {
		o.Keepalive = defaultKeepalive
	}
	if o.FrameTimeout == 0 {
		o.FrameTimeout = defaultFrameTimeout
	}
	if o.CloseTimeout <= 0 {
		o.CloseTimeout = defaultCloseTimeout
	}
	return o
}

// Stats counts what went over a connection.
type Stats struct {
	MessagesRead, MessagesWritten int64
	BytesRead, BytesWritten       int64         // on the wire, after the opening handshake
	RTT                           time.Duration // the last one measured by a Ping, 0 if none was
	Inflated, Deflated            CompressedStats
	Held                          int64 // bytes that the connection holds for compression now
}

// CompressedStats counts the messages that came or went compressed: the ratio
// is Wire to Contents.
type CompressedStats struct {
	Messages int64
	Contents int64 // bytes of the messages
	Wire     int64 // bytes of their payloads on the wire
}
