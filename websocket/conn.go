package websocket

import (
	"io"
	"net"
	"sync"

	"github.com/seed372fb791/rfc6455/protocol"
)

// Conn is a WebSocket connection: an Endpoint on a byte stream.
//
// Any number of goroutines may write at the same time. One may read at a time;
// a second one gets ErrConcurrentRead. Pings are answered, Pongs taken and the
// peer's Close noticed while a goroutine reads, so one always should: Discard
// does for a program that only writes.
//
// A context that ends stops the call it was given to and leaves the connection
// as usable as before. Every Conn has to be closed, with Close or CloseNow, also
// after an error.
type Conn struct {
	stream      stream
	ep          protocol.Endpoint
	set         *settings
	subprotocol string
	stats       counters

	receiving receiving // belongs to the goroutine with the right to read

	mu      sync.Mutex // guards what follows and the endpoint's sending half
	sending sending
	live    liveness
	ending  ending
}

// Setup is what the opening handshake leaves to the connection.
type Setup struct {
	// Subprotocol is the one agreed on, "" if none.
	Subprotocol string
	// Received are bytes of the peer that came after its handshake. The Conn
	// takes the memory over.
	Received []byte
	// Deflate, if not nil, is permessage-deflate as agreed on. What it holds
	// has been reserved (see protocol.Deflate.Reserve).
	Deflate *protocol.Deflate
	// Closed, if not nil, is called once when the transport has been closed,
	// after Done has told.
	Closed func()
}

// NewConn returns the connection that plays role over transport, whose opening
// handshake has succeeded, and takes the transport over. If the transport has a
// SetReadDeadline that works (that of a net.Conn does) contexts interrupt reads
// through it; otherwise a goroutine reads the transport until the connection is
// closed. The transport's Close has to end its Read and Write that are under way, as
// that of a net.Conn does, or the call that is in there does not return; it may block.
// A *tls.Conn has to have shaken hands. A transport that passes the bytes of a socket
// on as they are, and adds something to Close or to the addresses only, as one that
// counts connections does, may have a method Socket() net.Conn that returns the
// socket: bytes go over that then, which saves the memory of a buffer and a system
// call for each message. Packages server and client call NewConn for
// their users. It panics with an *OptionError if s.Deflate cannot be used.
func NewConn(transport io.ReadWriteCloser, role Role, s Setup, o Options) *Conn {
	c := &Conn{
		stream:      newStream(transport),
		set:         o.settings(),
		subprotocol: s.Subprotocol,
	}
	c.ending.closed, c.sending.gate.writes = s.Closed, true
	if c.set.maxFrames > 0 {
		c.receiving.rate = new(rate)
	}
	c.ep.Init(role, &c.set.limits, s.Deflate, c.set.trace.frameHooks(c))
	if len(s.Received) > 0 {
		c.stats.bytesRead.Add(int64(len(s.Received)))
		c.ep.Receive(s.Received)
	}
	c.startKeepalive()
	return c
}

// Subprotocol returns the subprotocol agreed on in the opening handshake, "" if
// there is none (section 1.9). Safe for concurrent use.
func (c *Conn) Subprotocol() string { return c.subprotocol }

// LocalAddr returns the address of the transport's near end. One that is no
// net.Conn has an address without a meaning. Safe for concurrent use.
func (c *Conn) LocalAddr() net.Addr {
	if s, ok := c.stream.transport().(interface{ LocalAddr() net.Addr }); ok {
		return s.LocalAddr()
	}
	return noAddr{}
}

// RemoteAddr returns the address of the transport's far end, as LocalAddr does.
func (c *Conn) RemoteAddr() net.Addr {
	if s, ok := c.stream.transport().(interface{ RemoteAddr() net.Addr }); ok {
		return s.RemoteAddr()
	}
	return noAddr{}
}

// noAddr is the address of a stream that has none.
type noAddr struct{}

func (noAddr) Network() string { return "websocket" }
func (noAddr) String() string  { return "websocket" }
