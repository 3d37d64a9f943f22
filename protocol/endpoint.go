package protocol

import (
	"math"

	"github.com/seed372fb791/rfc6455/mask"
)

// Config bounds what a peer can make an endpoint hold or do (section 10.4). In
// each field zero stands for the default and a negative number for no limit.
// Endpoints keep a pointer to it: many may share one, which then must not change.
type Config struct {
	// MaxMessage is the most bytes that a received message may have. The
	// default is 1 MiB. A bigger one ends the connection with close code 1009,
	// as soon as a frame's header announces it. Of a compressed message the
	// inflated bytes count, and inflating stops there; its payload on the wire
	// may be twice as much and 1 KiB.
	MaxMessage int64
	// MaxFragments is the most frames that a received message may have. The
	// default is 131072. One with more ends the connection with close code 1008.
	MaxFragments int
	// MaxPings is the most Pings that a peer may send while their answers
	// cannot be written, because the peer does not read: see Endpoint.Blocked.
	// The default is 8192. More end the connection with close code 1008.
	MaxPings int
}

// The limits' defaults.
const (
	defaultMaxMessage   = 1 << 20
	defaultMaxFragments = 1 << 17
	defaultMaxPings     = 1 << 13
)

func (c *Config) maxMessage() int64 { return limit(c.MaxMessage, defaultMaxMessage, math.MaxInt64) }
func (c *Config) maxFragments() int { return limit(c.MaxFragments, defaultMaxFragments, math.MaxInt) }
func (c *Config) maxPings() int     { return limit(c.MaxPings, defaultMaxPings, math.MaxInt) }

func limit[N int | int64](n, byDefault, none N) N {
	switch {
	case n == 0:
		return byDefault
	case n < 0:
		return none
	}
	return n
}

// defaults is the Config of endpoints that get none.
var defaults Config

// Endpoint is one side of a connection, from the end of the opening handshake
// on, as a state machine without I/O: the bytes that arrive go in through
// Receive, Next turns them into events; the Send methods and Answer append
// frames to the output, which Output hands over.
//
// A driver that has read p from the transport goes
//
//	e.Receive(p)
//	for e.Next(&ev) {
//		err := e.Answer(&ev)
//		// use ev, end on err
//	}
//	write(e.Output())
//	e.Written()
//
// and looks at Transport for what becomes of the transport.
//
// An Endpoint has two halves. Receive, Next, Limit, Want, Inflating, Buffered,
// Incomplete and ReceiveEnd belong to the receiving one, Answer to both,
// everything else to the sending one. Calls that share a half must not be
// concurrent. The zero value is of no use before Init.
type Endpoint struct {
	cfg     *Config
	deflate *Deflate // nil if messages are not compressed
	hooks   *FrameHooks
	sender
	role Role
	receiver
}

// NewEndpoint returns an endpoint after Init.
func NewEndpoint(role Role, c *Config, d *Deflate, h *FrameHooks) *Endpoint {
	e := new(Endpoint)
	e.Init(role, c, d, h)
	return e
}

// Init makes e the endpoint that plays role on a connection whose opening
// handshake has succeeded, whatever it was before, and allocates nothing. c, d
// and h may be nil. The limits of c hold. d, which serves this endpoint only, is
// permessage-deflate as agreed on, and h is told of frames. If d cannot be used
// Init panics with the *OptionError of d.Check: that is a mistake of the program.
func (e *Endpoint) Init(role Role, c *Config, d *Deflate, h *FrameHooks) {
	if c == nil {
		c = &defaults
	}
	if h == nil {
		h = &noHooks
	}
	if d != nil {
		if err := d.Check(); err != nil {
			panic(err)
		}
		d.setDefaults()
	}
	*e = Endpoint{cfg: c, deflate: d, hooks: h, role: role}
	e.newKey = mask.NewKey
}

// Role returns the side that the endpoint plays.
func (e *Endpoint) Role() Role { return e.role }

// Deflate returns the permessage-deflate that was agreed on, nil if none was.
func (e *Endpoint) Deflate() *Deflate { return e.deflate }

// Limit replaces the limits from the next frame on.
func (e *Endpoint) Limit(c *Config) { e.cfg = c }
