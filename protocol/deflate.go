package protocol

import (
	"cmp"
	"sync"
	"sync/atomic"

	"github.com/seed372fb791/rfc6455/internal/deflate"
	"github.com/seed372fb791/rfc6455/internal/inflate"
)

// Deflate is permessage-deflate as agreed on for one connection (RFC 7692
// section 7), and what this side makes of it.
type Deflate struct {
	// Send is about the messages that this side compresses, Receive about
	// those of the peer.
	Send, Receive DeflateWindow
	// Level and Threshold are those of Compression.
	Level, Threshold int
	// Budget, if not nil, counts what the connection holds.
	Budget *Budget

	held account
	inflation
	deflation
}

// DeflateWindow is what was agreed on for one direction.
type DeflateWindow struct {
	// Bits is the size of the window, 2 to the power of so many bytes, from 8
	// to 15. Zero stands for 15.
	Bits int
	// Takeover says that the window is kept from one message to the next.
	Takeover bool
}

// Reserve takes what the connection is to hold between messages from the
// budget, and reports whether there was so much. The Conn that is made with d
// gives it back when its transport has been closed; without a Conn, Release
// does.
func (d *Deflate) Reserve() bool { return d.held.open(d.Budget, d.windows()) }

// Settle gives back what Reserve has taken beyond what d needs since Send or
// Receive have become less.
func (d *Deflate) Settle() { d.held.add(d.windows() - d.held.total()) }

// Release gives back what Reserve has taken.
func (d *Deflate) Release() { d.held.close() }

// Inflated counts the messages that were received compressed. Safe for
// concurrent use.
func (d *Deflate) Inflated() CompressedStats { return d.received.stats() }

// Deflated counts the messages that were sent compressed. Safe for concurrent
// use.
func (d *Deflate) Deflated() CompressedStats { return d.sent.stats() }

// Held returns how many bytes the connection holds for compression now. Safe
// for concurrent use.
func (d *Deflate) Held() int64 { return d.held.total() }

// Check returns nil if d can be used, or an *OptionError.
func (d *Deflate) Check() error {
	switch {
	case d.Level < 0 || d.Level > 9:
		return &OptionError{"Deflate.Level", d.Level, "from 1 to 9"}
	case d.Send.Bits != 0 && !validBits(d.Send.Bits):
		return &OptionError{"Deflate.Send.Bits", d.Send.Bits, "from 8 to 15"}
	case d.Receive.Bits != 0 && !validBits(d.Receive.Bits):
		return &OptionError{"Deflate.Receive.Bits", d.Receive.Bits, "from 8 to 15"}
	}
	return nil
}

// setDefaults puts in what zeros stand for.
func (d *Deflate) setDefaults() {
	d.Level = cmp.Or(d.Level, defaultLevel)
	d.Threshold = cmp.Or(d.Threshold, defaultThreshold)
	d.Send.Bits = cmp.Or(d.Send.Bits, maxBits)
	d.Receive.Bits = cmp.Or(d.Receive.Bits, maxBits)
}

// windows returns how many bytes are held between messages.
func (d *Deflate) windows() (n int64) {
	if d.Send.Takeover {
		n += int64(deflate.HistorySize(d.Send.Bits))
	}
	if d.Receive.Takeover {
		n += int64(inflate.WindowSize(d.Receive.Bits))
	}
	return n
}

// Memory for messages on their way, of all connections, and the bytes that one
// of them takes.
const (
	inflaterSize = 58 << 10
	deflaterSize = 164 << 10
)

var (
	inflaters = sync.Pool{New: func() any { return new(inflate.Inflater) }}
	deflaters = sync.Pool{New: func() any { return new(deflate.Deflater) }}
)

// compressedCounters is CompressedStats while it is counted.
type compressedCounters struct{ messages, contents, wire atomic.Int64 }

// count counts a message, and tells hook of it, which may be nil.
func (n *compressedCounters) count(hook func(contents, wire int64), contents, wire int64) {
	n.messages.Add(1)
	n.contents.Add(contents)
	n.wire.Add(wire)
	if hook != nil {
		hook(contents, wire)
	}
}

func (n *compressedCounters) stats() CompressedStats {
	return CompressedStats{n.messages.Load(), n.contents.Load(), n.wire.Load()}
}
