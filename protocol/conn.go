package protocol

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// Conn is a WebSocket connection: an Endpoint on a byte stream.
//
// Any number of goroutines may write at the same time. One may read at a time;
// a second one gets ErrConcurrentRead. Pings are answered, Pongs taken and the
// peer's Close noticed while a goroutine reads, so one always should.
//
// A context that ends stops the call it was given to and leaves the connection
// as usable as before. Every Conn has to be closed, with Close or CloseNow, also
// after an error.
type Conn struct {
	transport
	ep          Endpoint
	opts        Options
	subprotocol string
	closed      func() // told once when the transport has been closed
	done        chan struct{}

	// The receiving side belongs to the goroutine that has set reading.
	reading  atomic.Bool
	closing  atomic.Bool    // Close waits for the peer and reads when nobody else does
	lent     bool           // the application looks into the read buffer
	partial  []byte         // what an interrupted Read has of a message
	longest  int            // bytes of the longest message that was assembled, hugeBuffer at most
	message  *MessageReader // the message that the application has not read to its end
	readGate interrupter
	patience patience
	edge     edge
	second   second

	writeGate interrupter // of the goroutine that has the right to write

	mu              sync.Mutex    // guards what follows and the endpoint's sending half
	err             error         // why the connection has ended or is ending, once over is set
	writeErr        error         // why nothing can be written any more
	finishing       bool          // the transport is being closed in order
	dead            bool          // the transport has been closed
	clean           bool          // and the closing handshake was complete
	writing         bool          // a goroutine has the right to write to the stream
	waited          chan struct{} // closed when it has, nil if nobody waits for that
	taken           ticket        // how often the output was taken
	written         ticket        // taken when it was last written
	messagesWritten int64
	replies         bool           // the output holds what nobody waits to flush
	writer          *MessageWriter // whose message has begun and not ended
	pings           []sentPing
	lastPing        uint64
	alive           *time.Timer // of keepalive
	takenThen       ticket      // taken when keepalive looked last
	pinged          bool        // keepalive's own: a Ping is out and nothing was heard since

	over    atomic.Bool // err is set
	batched atomic.Bool // the output holds messages of a Batch
	heard   atomic.Bool // the peer has sent something since keepalive looked last
	stats   counters
}

// counters is Stats while it is counted.
type counters struct {
	messagesRead, bytesRead, bytesWritten, rtt atomic.Int64
	inflated, deflated                         compressedCounters
}

type compressedCounters struct{ messages, contents, wire atomic.Int64 }

func (n *compressedCounters) count(contents, wire int64) {
	n.messages.Add(1)
	n.contents.Add(contents)
	n.wire.Add(wire)
}

func (n *compressedCounters) stats() CompressedStats {
	return CompressedStats{n.messages.Load(), n.contents.Load(), n.wire.Load()}
}

func (c *Conn) countInflated(contents, wire int64) {
	c.stats.inflated.count(contents, wire)
	if c.opts.Trace.Inflated != nil {
		c.opts.Trace.Inflated(contents, wire)
	}
}

func (c *Conn) countDeflated(contents, wire int64) {
	c.stats.deflated.count(contents, wire)
	if c.opts.Trace.Deflated != nil {
		c.opts.Trace.Deflated(contents, wire)
	}
}

// Setup is what the opening handshake leaves to the connection.
type Setup struct {
	// Subprotocol is the one agreed on, "" if none.
	Subprotocol string
	// Received are bytes of the peer that came after its handshake. The Conn
	// takes the memory over.
	Received []byte
	// Deflate, if not nil, is permessage-deflate as agreed on. What it holds
	// has been reserved (see Deflate.Reserve).
	Deflate *Deflate
	// Closed, if not nil, is called once when the transport has been closed.
	Closed func()
}

// NewConn returns the connection that plays role over stream, whose opening
// handshake has succeeded, and takes the stream over. If the stream has
// SetReadDeadline (a net.Conn has) contexts interrupt reads through it;
// otherwise a goroutine reads the stream until the connection is closed.
// Packages server and client call NewConn for their users.
func NewConn(stream io.ReadWriteCloser, role Role, s Setup, o Options) *Conn {
	o = o.withDefaults()
	c := &Conn{
		transport:   newTransport(stream),
		opts:        o,
		subprotocol: s.Subprotocol,
		closed:      s.Closed,
		done:        make(chan struct{}),
	}
	cfg := Config{
		Limits:       o.Limits,
		FrameRead:    o.Trace.FrameRead,
		FrameWritten: o.Trace.FrameWritten,
		Deflate:      s.Deflate,
	}
	if s.Deflate != nil {
		cfg.Inflated, cfg.Deflated = c.countInflated, c.countDeflated
	}
	c.ep.init(role, cfg)
	c.readGate.set, c.readGate.end = c.setReadDeadline, c.done
	c.writeGate.set, c.writeGate.end = c.setWriteDeadline, c.done
	c.prepareRead()
	if len(s.Received) > 0 {
		c.stats.bytesRead.Add(int64(len(s.Received)))
		c.ep.Receive(s.Received)
	}
	c.startKeepalive()
	return c
}

// ErrConcurrentRead is returned to a goroutine that reads from a Conn while
// another one does.
var ErrConcurrentRead = errors.New("websocket: another goroutine is reading from the connection")

// Subprotocol returns the subprotocol agreed on in the opening handshake, "" if
// there is none (section 1.9). Safe for concurrent use.
func (c *Conn) Subprotocol() string { return c.subprotocol }

// Done returns a channel that is closed when the transport has been closed.
// Safe for concurrent use.
func (c *Conn) Done() <-chan struct{} { return c.done }

// Stats returns what went over the connection so far. Safe for concurrent use.
func (c *Conn) Stats() Stats {
	return Stats{
		MessagesRead:    c.stats.messagesRead.Load(),
		MessagesWritten: c.countWritten(),
		BytesRead:       c.stats.bytesRead.Load(),
		BytesWritten:    c.stats.bytesWritten.Load(),
		RTT:             time.Duration(c.stats.rtt.Load()),
		Inflated:        c.stats.inflated.stats(),
		Deflated:        c.stats.deflated.stats(),
		Held:            c.held(),
	}
}

func (c *Conn) countWritten() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.messagesWritten
}

// held returns how many bytes the connection holds for compression.
func (c *Conn) held() int64 {
	if d := c.ep.cfg.Deflate; d != nil {
		return d.held.total()
	}
	return 0
}

// ended returns why the connection has ended or is ending, nil while it is open.
func (c *Conn) ended() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// end records why the connection ends, unless that is known already, and
// returns what is known.
func (c *Conn) end(err error) error {
	c.mu.Lock()
	if c.err != nil {
		defer c.mu.Unlock()
		return c.err
	}
	c.err = err
	c.over.Store(true)
	for _, p := range c.pings {
		p.fail()
	}
	c.pings = nil
	c.endWriter()
	c.mu.Unlock()
	c.traceEnd(err)
	return err
}

// traceEnd tells the trace about an end that is no Close frame's.
//
//rfc:6455-7.1.7-4
func (c *Conn) traceEnd(err error) {
	var peer *CloseError
	if c.opts.Trace.Error == nil || err == ErrClosed {
		return
	}
	if !errors.As(err, &peer) || peer.Code == CloseAbnormal {
		c.opts.Trace.Error(err)
	}
}
