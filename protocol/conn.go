package protocol

import (
	"errors"
	"io"
	"net"
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
	after       timeouts
	subprotocol string
	closed      func() // told once when the transport has been closed

	// The receiving side belongs to the goroutine that has set reading.
	reading  atomic.Bool
	closing  atomic.Bool    // Close waits for the peer and reads when nobody else does
	nudged   atomic.Bool    // the read deadline is in the past only to wake a read
	longest  uint32         // bytes of the longest message that was assembled, hugeBuffer at most
	partial  []byte         // what there is of a message whose rest was not waited for
	message  *MessageReader // the message that the application has not read to its end
	readGate gate
	second   net.Conn // another descriptor of the socket, guarded by readGate.mu
	patience *patience
	edge     edge

	writeGate gate // of the goroutine that has the right to write

	mu              sync.Mutex // guards what follows and the endpoint's sending half
	err             error      // why the connection has ended or is ending, once over is set
	writeErr        error      // why nothing can be written any more
	finishing       bool       // the transport is being closed in order
	dead            bool       // the transport has been closed
	clean           bool       // and the closing handshake was complete
	writing         bool       // a goroutine has the right to write to the stream
	replies         bool       // the output holds what nobody waits to flush
	pinged          bool       // a Ping of keepalive is out and nothing was heard since
	lastPing        uint32
	waited          chan struct{} // closed when writing ends, nil if nobody waits for that
	taken           ticket        // how often the output was taken
	written         ticket        // taken when it was last written
	messagesWritten int64
	writer          *MessageWriter // whose message has begun and not ended
	pings           *sentPing      // the last one
	timer           *time.Timer    // calls tick
	takenThen       ticket         // taken when stuck was asked last
	quiet           time.Duration  // nothing was heard for so long, as far as tick knows

	done    atomic.Pointer[chan struct{}] // nil until somebody asks for it
	over    atomic.Bool                   // err is set
	batched atomic.Bool                   // the output holds messages of a Batch
	heard   atomic.Bool                   // the peer has sent something since keepalive looked last
	stats   counters
}

// timeouts is those of Options.
type timeouts struct{ keepalive, frame, close time.Duration }

// counters is Stats while it is counted.
type counters struct {
	messagesRead, bytesRead, bytesWritten, rtt atomic.Int64
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
		after:       timeouts{o.Keepalive, o.FrameTimeout, o.CloseTimeout},
		subprotocol: s.Subprotocol,
		closed:      s.Closed,
	}
	c.ep.init(role, Config{Limits: o.Limits, Deflate: s.Deflate, Trace: o.Trace})
	c.writeGate.writes = true
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
func (c *Conn) Done() <-chan struct{} {
	if c.done.Load() == nil {
		done := make(chan struct{})
		c.done.CompareAndSwap(nil, &done)
	}
	return *c.done.Load()
}

// closedDone is what Done returns if nobody has asked before the end.
var closedDone = func() chan struct{} {
	done := make(chan struct{})
	close(done)
	return done
}()

// tellDone closes what Done has returned.
func (c *Conn) tellDone() {
	if !c.done.CompareAndSwap(nil, &closedDone) {
		close(*c.done.Load())
	}
}

// gone reports whether the transport has been closed.
func (c *Conn) gone() bool {
	done := c.done.Load()
	if done == nil {
		return false
	}
	select {
	case <-*done:
		return true
	default:
		return false
	}
}

// isDone reports whether done is what Done has returned.
func (c *Conn) isDone(done <-chan struct{}) bool {
	own := c.done.Load()
	return own != nil && *own == done
}

// Stats returns what went over the connection so far. Safe for concurrent use.
func (c *Conn) Stats() Stats {
	s := Stats{
		MessagesRead:    c.stats.messagesRead.Load(),
		MessagesWritten: c.countWritten(),
		BytesRead:       c.stats.bytesRead.Load(),
		BytesWritten:    c.stats.bytesWritten.Load(),
		RTT:             time.Duration(c.stats.rtt.Load()),
	}
	if d := c.ep.cfg.Deflate; d != nil {
		s.Inflated, s.Deflated, s.Held = d.received.stats(), d.sent.stats(), d.held.total()
	}
	return s
}

func (c *Conn) countWritten() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.messagesWritten
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
	for ; c.pings != nil; c.pings = c.pings.before {
		c.pings.fail()
	}
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
	if c.ep.cfg.Trace.Error == nil || err == ErrClosed {
		return
	}
	if !errors.As(err, &peer) || peer.Code == CloseAbnormal {
		c.ep.cfg.Trace.Error(err)
	}
}
