package websocket

import (
	"sync/atomic"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
)

// Options is how a Conn behaves. The zero value is the safe default. NewConn
// copies it.
type Options struct {
	// MaxMessage is the most bytes that a received message may have, of a
	// compressed one when it is inflated. Zero stands for 1 MiB, a negative
	// value for no limit. See protocol.Config.
	MaxMessage int64
	// MaxFragments is the most frames that a received message may have. Zero
	// stands for 131072, a negative value for no limit.
	MaxFragments int
	// MaxPings is the most Pings that the peer may send while it does not read
	// the answers. Zero stands for 8192, a negative value for no limit.
	MaxPings int
	// MaxFrames is the most frames a second, control frames among them, that the
	// peer may send, over a second or more. More of them end the connection with
	// close code 1008: without a limit a flood of empty frames or of Pings costs
	// those who share a server their time. Zero and negative values stand for no limit.
	MaxFrames int
	// MaxQueued is the most bytes of messages that wait to be written. A
	// message for which there is no room waits for its place in the order; one
	// that is bigger gets its place when nothing else waits. Zero stands for
	// 256 KiB, a negative value for no limit.
	MaxQueued int
	// Keepalive is the time without a sign of life of the peer after which a
	// Ping goes out. That is looked at once in that time, so it may take up to
	// twice as long. The connection ends with a *TimeoutError when Keepalive
	// has gone by since the Ping was written and nothing has come, or twice as
	// much without the Ping being written. Signs of life are bytes that the peer
	// has sent, and writes that had to wait for the peer and went on. Zero
	// stands for 20 s, a negative value for no Pings and no end.
	Keepalive time.Duration
	// WriteTimeout is the longest that a write waits without progress. Then the
	// connection ends with a *TimeoutError: so do two ends that both write and do
	// not read. On a socket, also under TLS, each byte that the peer's system takes
	// is progress. Of other transports nothing is known until a call of their Write,
	// of 64 KiB at most, returns: over a socket that can take until a third of its
	// buffer is free, some MB. A layer shows the socket under it by a method NetConn,
	// as *tls.Conn does. Zero stands for 30 s, a negative value for no limit.
	WriteTimeout time.Duration
	// FrameTimeout is the longest that the connection waits, in all, for the
	// rest of a frame that has begun to arrive; time in which the application
	// does not read does not count. A frame that takes longer ends the
	// connection with a *TimeoutError. Zero stands for 2 min, a negative value
	// for no limit.
	FrameTimeout time.Duration
	// CloseTimeout bounds the closing handshake and the closing of TCP, all in
	// all. Zero and negative values stand for 5 s.
	CloseTimeout time.Duration
	// Trace, if not nil, is told what happens.
	Trace *Trace
}

const (
	defaultMaxQueued    = 256 << 10
	defaultKeepalive    = 20 * time.Second
	defaultWriteTimeout = 30 * time.Second
	defaultFrameTimeout = 2 * time.Minute
	defaultCloseTimeout = 5 * time.Second
)

// settings is what a Conn keeps of its Options, with the values that hold.
// Connections with the same options share it.
type settings struct {
	limits    protocol.Config
	maxFrames int // a second; 0 stands for no limit
	maxQueued int // likewise
	// 0 stands for none.
	keepalive, writeTimeout, frameTimeout, closeTimeout time.Duration
	trace                                               *Trace
}

func (o *Options) settings() *settings {
	s := settings{
		limits:       protocol.Config{MaxMessage: o.MaxMessage, MaxFragments: o.MaxFragments, MaxPings: o.MaxPings},
		maxFrames:    max(o.MaxFrames, 0),
		maxQueued:    orDefault(o.MaxQueued, defaultMaxQueued),
		keepalive:    orDefault(o.Keepalive, defaultKeepalive),
		writeTimeout: orDefault(o.WriteTimeout, defaultWriteTimeout),
		frameTimeout: orDefault(o.FrameTimeout, defaultFrameTimeout),
		closeTimeout: orDefault(o.CloseTimeout, defaultCloseTimeout),
		trace:        o.Trace,
	}
	if s.closeTimeout == 0 {
		s.closeTimeout = defaultCloseTimeout
	}
	if s.trace == nil {
		s.trace = &noTrace
	}
	return shared(s)
}

// lastSettings are those of the last connection without a Trace, which is the
// program's and is not held here: mostly the next one has the same.
var lastSettings atomic.Pointer[settings]

// shared returns s in memory that connections with the same options share.
func shared(s settings) *settings {
	if last := lastSettings.Load(); last != nil && *last == s {
		return last
	}
	own := s
	if own.trace == &noTrace {
		lastSettings.Store(&own)
	}
	return &own
}

// orDefault returns what an option's value stands for, 0 for a negative one.
func orDefault[N int | time.Duration](value, byDefault N) N {
	if value == 0 {
		return byDefault
	}
	return max(value, 0)
}
