package capture

import (
	"net/netip"
	"time"
)

// Conn is a TCP connection, or what a capture has of it. Each is one pointer.
type Conn struct {
	// Addrs are those of the side that opened the connection and of the other
	// one. If the opening is not in the capture, the first is the one that was
	// heard first.
	Addrs [2]netip.AddrPort
	// Began is the time of the first packet, in UTC. It is zero if the capture
	// does not have times.
	Began time.Time
	// Whole says that the opening is in the capture, and so is what was sent
	// first, or a Gap.
	Whole bool
}

// Kind tells the kinds of Event apart.
type Kind int

// The kinds of events.
const (
	Bytes Kind = iota // Data was sent
	Gap               // so many bytes are Missing
	End               // nothing more is sent: a FIN
	Reset             // the connection was cut: a RST
)

// Event is something that a side of a connection did.
type Event struct {
	*Conn
	Side    int           // who did it, an index of Addrs
	At      time.Duration // since the first packet of the capture
	Kind    Kind
	Data    []byte // of Bytes; the receiver's
	Missing int64  // of Gap
	Cut     bool   // of Gap: the packet is there, but was cut when it was captured
}
