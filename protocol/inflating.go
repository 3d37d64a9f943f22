package protocol

import (
	"math"

	"github.com/seed372fb791/rfc6455/internal/inflate"
)

// rsv1 is the bit of Header.RSV that permessage-deflate uses: on the first
// frame of a message it says that the message is compressed (RFC 7692 section
// 6).
const rsv1 = 4

// inflation is what a receiving half has to inflate messages with (RFC 7692
// section 7.2.2).
type inflation struct {
	inflater *inflate.Inflater // of the current message; kept while its last event is looked at
	window   *inflate.Window   // what is kept between messages, with context takeover
	deflated []byte            // received of the message, not inflated yet
	more     bool              // there may be contents without further input
	inflated int64             // bytes of the message's contents so far
	received compressedCounters
}

// mostDeflated is how many bytes of payload a compressed message may have:
// hardly any sender needs more than for the message itself, but some flush
// often.
func (e *Endpoint) mostDeflated() uint64 {
	return uint64(min(e.cfg.maxMessage(), math.MaxInt64/4))*2 + 1024
}

// beginInflating begins a compressed message.
//
//rfc:7692-7.2.2-3 7692-7.2.2-5 7692-7.2.2-8 7692-7.2.2-10
func (e *Endpoint) beginInflating() {
	d := e.deflate
	if d.Receive.Takeover && d.window == nil {
		d.window = inflate.NewWindow(d.Receive.Bits)
	}
	d.held.add(inflaterSize)
	d.inflater = inflaters.Get().(*inflate.Inflater)
	d.inflater.Reset(d.Receive.Bits, d.window)
	d.inflated = 0
}

// Seen says that the application has got all of the last event: what that was lent is let go now, not by the next call
// of Next, before which a driver may wait for long.
func (e *Endpoint) Seen() {
	if d := e.deflate; d != nil {
		d.endInflating(e.typ == 0 || e.done)
	}
}

// endInflating lets go of the inflater after a message whose events have been
// looked at.
func (d *Deflate) endInflating(over bool) {
	if d.inflater != nil && over {
		inflaters.Put(d.inflater)
		d.inflater, d.deflated, d.more = nil, nil, false
		d.held.add(-inflaterSize)
	}
}

// inflate makes the next piece of the message's contents an event. Inflating
// stops where the contents become too long.
//
//rfc:7692-6-2 7692-6.1-12 7692-6.2-1 7692-6.2-2
func (e *Endpoint) inflate(ev *Event) bool {
	d, fin := e.deflate, e.frame.Fin && !e.inFrame
	out, n, done, err := d.inflater.Inflate(d.deflated, fin, max(0, e.cfg.maxMessage()-d.inflated))
	d.deflated = d.deflated[n:]
	d.inflated += int64(len(out))
	d.more = len(out) > 0 && !done && err == nil
	switch err {
	case nil:
	case inflate.ErrTooLong:
		e.failure = errTooBig
	case inflate.ErrUnfinished:
		e.failure = violation("7692-7.2.1-2", "a compressed message does not end as it has to")
	default:
		e.failure = violation("7692-7.2.2-2", "a compressed message is corrupt")
	}
	if done {
		d.inflater.End()
		d.received.count(e.hooks.Inflated, d.inflated, int64(e.size))
	}
	return e.piece(ev, out, done)
}
