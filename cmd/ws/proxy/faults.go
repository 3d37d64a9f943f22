package proxy

import (
	"math/rand/v2"
	"net/url"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/http1"
	"github.com/seed372fb791/rfc6455/cmd/ws/wire"
	"github.com/seed372fb791/rfc6455/protocol"
)

// Faults are made on purpose. Each is off when zero. They come in this order,
// for each direction on its own; but for Delay they leave HTTP alone, the opening
// handshake included, and what is not WebSocket.
type Faults struct {
	// Drop leaves out each message of this number, all its frames.
	Drop int
	// Fragment cuts data frames with more bytes of payload into fragments of
	// so many.
	Fragment int
	// Corrupt flips one bit in each so many bytes of frames, headers included.
	Corrupt int
	// ResetAfter cuts the connection, as RST does, after so many bytes of frames.
	ResetAfter int64
	// Delay passes everything on so much later, in order.
	Delay time.Duration
	// Seed chooses the bits of Corrupt.
	Seed uint64
}

// any reports whether bytes are changed.
func (f Faults) any() bool {
	return f.Drop > 0 || f.Fragment > 0 || f.Corrupt > 0 || f.ResetAfter > 0
}

// changes is what happens to the bytes of one direction on the way.
type changes struct {
	Faults
	split    splitter
	host     *url.URL // that heads are for, nil to leave them alone
	note     func(format string, args ...any)
	out      []byte // what is passed on of the bytes that came last
	frames   int    // from here on out has frames
	messages int
	dropping bool // the current message is left out
	control  bool // the current frame is a control frame
	pieces   fragmenter
	random   *rand.Rand
	block    int   // bytes left of those that one bit is flipped in
	flip     int64 // how many bits to go to that, negative if it was flipped
	passed   int64 // bytes of frames
	cut      bool  // by ResetAfter: nothing is passed on any more
}

func newChanges(http *http1.Conn, from protocol.Role, f Faults, host *url.URL, note func(string, ...any)) *changes {
	c := &changes{Faults: f, host: host, note: note, random: rand.New(rand.NewPCG(f.Seed, uint64(from)))}
	c.split = splitter{http: http.Side(from), to: c}
	c.pieces.most = uint64(f.Fragment)
	return c
}

// pass returns what becomes of b, or of the end of the direction if b is nil.
// It is good until the next call.
func (c *changes) pass(b []byte) []byte {
	c.out, c.frames = c.out[:0], -1
	if b == nil {
		c.split.end()
	} else {
		c.split.write(b)
	}
	if c.frames >= 0 {
		c.corrupt(c.out[c.frames:])
		c.count()
	}
	return c.out
}

// count cuts off what comes after the connection was cut.
func (c *changes) count() {
	n := int64(len(c.out) - c.frames)
	if c.ResetAfter > 0 && c.passed+n >= c.ResetAfter {
		c.out = c.out[:int64(c.frames)+c.ResetAfter-c.passed]
		c.cut = true
	}
	c.passed += n
}

// corrupt flips bits of b.
func (c *changes) corrupt(b []byte) {
	for i := range b {
		if c.Corrupt == 0 {
			return
		}
		if c.block == 0 {
			c.block = c.Corrupt
			c.flip = c.random.Int64N(8 * int64(c.Corrupt))
		}
		if c.flip >= 0 && c.flip < 8 {
			b[i] ^= 1 << c.flip
			c.note("a bit of byte %d of the frames was flipped", c.passed+int64(i))
		}
		c.block--
		c.flip -= 8
	}
}

func (c *changes) head(b []byte) {
	if c.host != nil {
		b = wire.Host(b, c.host)
	}
	c.out = append(c.out, b...)
}

func (c *changes) body(b []byte) { c.out = append(c.out, b...) }

func (c *changes) other(b []byte) {
	if c.split.framing { // part of a header
		c.begin()
	}
	c.out = append(c.out, b...)
}

// begin notes where frames begin in what is passed on.
func (c *changes) begin() {
	if c.frames < 0 {
		c.frames = len(c.out)
	}
}

func (c *changes) header(b []byte, h protocol.Header) {
	c.begin()
	c.control = h.Opcode.IsControl()
	if !c.control && h.Opcode != protocol.OpContinuation {
		c.messages++
		c.dropping = c.Drop > 0 && c.messages%c.Drop == 0
		if c.dropping {
			c.note("message %d was dropped", c.messages)
		}
	}
	if c.control || !c.dropping {
		c.out = c.pieces.header(c.out, b, h)
	}
}

func (c *changes) payload(b []byte, left uint64) {
	c.begin()
	if c.control || !c.dropping {
		c.out = c.pieces.payload(c.out, b, left)
	}
}
