package protocol

import (
	"github.com/seed372fb791/rfc6455/internal/deflate"
	"github.com/seed372fb791/rfc6455/mask"
)

// deflation is what a sending half has to compress messages with (RFC 7692
// section 7.2.1).
type deflation struct {
	deflater *deflate.Deflater // of the message on its way
	history  *deflate.History  // what is kept between messages, with context takeover
	contents int64             // bytes of the message so far
	wire     int64             // and of its payloads
	sent     compressedCounters
}

// Deflates reports whether a message of n bytes that is sent whole, or the first
// n bytes of one that is not, would be compressed.
func (e *Endpoint) Deflates(typ Type, whole bool, n int) bool {
	d := e.deflate
	return d != nil && typ&Plain == 0 && (!whole || n >= d.Threshold)
}

// deflates reports whether a message that begins with p is compressed.
//
//rfc:7692-6-1 7692-6-3
func (e *Endpoint) deflates(p *piece) bool {
	return !p.plain && e.Deflates(p.typ, p.fin, len(p.data))
}

// appendDeflated appends a frame with the next piece of a compressed message.
// A whole message that is not worth it goes out as it is.
//
//rfc:6455-6.1-8 7692-6.1-1 7692-6.1-2 7692-6.1-10 7692-6.1-11 7692-7.2.1-1 7692-7.2.1-8 7692-7.2.1-9 7692-7.3-1
func (e *Endpoint) appendDeflated(p *piece) {
	d, first := e.deflate, e.sending == 0
	if first {
		e.beginDeflating(!p.fin)
	}
	start := len(e.out)
	e.out = append(e.out, make([]byte, MaxHeaderSize)...)
	e.out = d.deflater.Append(e.out, p.data, p.fin)
	payload := e.out[start+MaxHeaderSize:]
	e.out = e.out[:start]
	if first && p.fin && len(payload) > d.worthwhile(len(p.data)) {
		e.endDeflating(false)
		e.appendFrame(e.nextOpcode(p.typ, true), true, p.data)
		return
	}
	d.contents += int64(len(p.data))
	d.wire += int64(len(payload))
	e.appendCompressed(p.typ, p.fin, payload)
	if p.fin {
		d.deflater.Commit()
		e.endDeflating(true)
	}
}

// worthwhile returns how many bytes a message of n bytes may become for it to
// be sent compressed. With context takeover it may get longer, if it is not
// merely stored: the next message finds it in the window.
func (d *Deflate) worthwhile(n int) int {
	const stored = 6 // the header of a stored block, and that of the empty one
	if d.history != nil {
		return n + stored - 1
	}
	return n - 1
}

// appendPacked appends a message that was compressed by itself.
func (e *Endpoint) appendPacked(p *piece) {
	e.appendCompressed(p.typ, true, *p.packed)
	e.sentPacked(p.data, *p.packed)
}

// sentPacked takes into account that data was sent compressed by itself: the
// peer has it in its window from now on.
//
//rfc:7692-7.2.1-12 7692-7.2.1-14
func (e *Endpoint) sentPacked(data, packed []byte) {
	d := e.deflate
	if d.history != nil {
		d.history.Add(data)
	}
	d.sent.count(e.hooks.Deflated, int64(len(data)), int64(len(packed)))
}

// appendCompressed appends a frame of a compressed message. Its payload may
// lie in the memory behind the output, with room for a header before it.
//
//rfc:7692-6.1-2 7692-6.1-7
func (e *Endpoint) appendCompressed(typ Type, fin bool, payload []byte) {
	var rsv uint8
	if e.sending == 0 {
		rsv = rsv1
	}
	key := e.appendHeader(e.nextOpcode(typ, fin), fin, rsv, len(payload))
	n := len(e.out)
	e.out = append(e.out, payload...)
	if e.role == Client {
		mask.XOR(e.out[n:], key, 0)
	}
}

// beginDeflating begins a compressed message, of several pieces if its memory
// is to be counted.
//
//rfc:7692-7.2.1-11 7692-7.2.1-12 7692-7.2.1-13 7692-7.2.1-14 7692-7.2.1-15 7692-7.2.1-16 7692-7.2.1-17 7692-7.2.1-18
func (e *Endpoint) beginDeflating(pieces bool) {
	d := e.deflate
	if d.Send.Takeover && d.history == nil {
		d.history = deflate.NewHistory(d.Send.Bits)
	}
	d.deflater = deflaters.Get().(*deflate.Deflater)
	d.deflater.Reset(d.Level, d.Send.Bits, d.history)
	d.contents, d.wire = 0, 0
	if e.deflating = pieces; pieces {
		d.held.add(deflaterSize)
	}
}

// endDeflating lets go of the deflater after a message that was sent, or was
// not.
func (e *Endpoint) endDeflating(sent bool) {
	d := e.deflate
	deflaters.Put(d.deflater)
	d.deflater = nil
	if e.deflating {
		e.deflating = false
		d.held.add(-deflaterSize)
	}
	if sent {
		d.sent.count(e.hooks.Deflated, d.contents, d.wire)
	}
}
