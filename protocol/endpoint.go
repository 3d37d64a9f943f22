package protocol

import (
	"math"

	"github.com/seed372fb791/rfc6455/mask"
)

// Limits bound what a peer can make an endpoint hold or do. In each field zero
// stands for the default and a negative number for no limit.
type Limits struct {
	// MaxMessage is the most bytes that a received message may have. The
	// default is 1 MiB. A bigger one ends the connection with close code 1009,
	// as soon as a frame's header announces it. Of a compressed message the
	// inflated bytes count, and inflating stops there; its payload on the wire
	// may be twice as much and 1 KiB.
	MaxMessage int64
	// MaxFragments is the most frames that a received message may have. The
	// default is 131072. One with more ends the connection with close code 1008.
	MaxFragments int
	// MaxPings is the most Pings that a peer may send while the answer to an
	// earlier one cannot be written, because the peer does not read. The
	// default is 8192. More end the connection with close code 1008.
	MaxPings int
}

// The limits' defaults.
const (
	defaultMaxMessage   = 1 << 20
	defaultMaxFragments = 1 << 17
	defaultMaxPings     = 1 << 13
)

// withDefaults returns l with the limits that hold.
func (l Limits) withDefaults() Limits {
	return Limits{
		MaxMessage:   limit(l.MaxMessage, defaultMaxMessage, math.MaxInt64),
		MaxFragments: limit(l.MaxFragments, defaultMaxFragments, math.MaxInt),
		MaxPings:     limit(l.MaxPings, defaultMaxPings, math.MaxInt),
	}
}

func limit[N int | int64](n, byDefault, none N) N {
	switch {
	case n == 0:
		return byDefault
	case n < 0:
		return none
	}
	return n
}

// Config is what an Endpoint is made with. The zero value is the safe default.
type Config struct {
	Limits
	// Deflate, if not nil, is permessage-deflate as agreed on. It serves this
	// endpoint only.
	Deflate *Deflate
	// Trace, if not nil, is told of frames and of compression. Its Close and
	// Error are for the driver to call.
	Trace *Trace
}

// Endpoint is one side of a connection, from the end of the opening handshake
// on, as a state machine without I/O: the bytes that arrive go in through
// Receive, Next turns them into events; the Send methods and Answer append
// frames to the output, which Output hands over.
//
// A driver that has read p from the transport goes
//
//	e.Receive(p)
//	for ev, ok := e.Next(); ok; ev, ok = e.Next() {
//		err := e.Answer(ev)
//		// use ev, end on err
//	}
//	write(e.Output(nil))
//
// An Endpoint has two halves. Receive, Next and Want belong to the receiving
// one, Answer to both, everything else to the sending one. Calls that share a
// half must not be concurrent. The zero value is of no use: see NewEndpoint.
type Endpoint struct {
	cfg Config
	sender
	role Role
	receiver
}

// NewEndpoint returns the endpoint that plays role on a connection whose
// opening handshake has succeeded.
func NewEndpoint(role Role, cfg Config) *Endpoint {
	e := new(Endpoint)
	e.init(role, cfg)
	return e
}

func (e *Endpoint) init(role Role, cfg Config) {
	cfg.Limits = cfg.Limits.withDefaults()
	if cfg.Deflate != nil {
		cfg.Deflate.setDefaults()
	}
	if cfg.Trace == nil {
		cfg.Trace = &noTrace
	}
	e.role, e.cfg, e.newKey = role, cfg, mask.NewKey
}

// Role returns the side that the endpoint plays.
func (e *Endpoint) Role() Role { return e.role }
