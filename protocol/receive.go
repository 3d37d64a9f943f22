package protocol

import (
	"math"

	"github.com/seed372fb791/rfc6455/mask"
)

// receiver is the receiving half of an Endpoint.
type receiver struct {
	in   []byte // received, not yet looked at
	done bool   // after a Close frame or a failure nothing more is looked at

	inFrame bool
	headN   uint8               // bytes in head
	head    [MaxHeaderSize]byte // a header that arrived in pieces
	frame   Header              // the current frame
	left    uint64              // bytes of its payload still to come
	control *controlData        // of a control frame that arrives in pieces

	typ        Type // of the current message, 0 between messages
	compressed bool // it is
	text       UTF8
	frames     uint32         // how many have begun, to tell them apart
	fragments  int            // of the message
	size       uint64         // of its payload
	failure    *ProtocolError // to be reported once the good bytes before it are
}

// Receive takes the next bytes of the peer. Next unmasks them in place and its
// events alias them, so p is the endpoint's until Next has returned false.
func (e *Endpoint) Receive(p []byte) {
	if len(e.in) > 0 {
		p = append(e.in[:len(e.in):len(e.in)], p...)
	}
	e.in = p
}

// Want returns how many bytes of payload the current frame still lacks beyond
// those received: a driver may read as many straight to where they are wanted
// and will not read a byte of the next frame. It returns 0 if the payload is
// not wanted anywhere before it is inflated.
func (e *Endpoint) Want() int {
	if e.compressed {
		return 0
	}
	missing := e.left - min(e.left, uint64(len(e.in)))
	return int(min(missing, math.MaxInt32))
}

// Buffered returns how many bytes were received that Next has not looked at.
func (e *Endpoint) Buffered() int { return len(e.in) }

// Inflating reports whether the message that has begun to arrive is compressed.
func (e *Endpoint) Inflating() bool { return e.typ != 0 && e.compressed }

// Incomplete reports whether a frame has arrived in part, and tells it by a
// number from others: a driver may wait less patiently for its rest.
func (e *Endpoint) Incomplete() (frame uint32, is bool) {
	if e.headN > 0 {
		return e.frames + 1, true
	}
	return e.frames, e.inFrame
}

// Next makes ev the next event, or returns false when all that was received is
// used up. It sets the fields that an event of its kind has and leaves the others.
// Every event goes to Answer, in order.
func (e *Endpoint) Next(ev *Event) bool {
	e.Seen()
	for !e.done {
		if e.failure != nil {
			return e.fail(ev, e.failure)
		}
		if e.compressed && e.deflate.more {
			if e.inflate(ev) {
				return true
			}
			continue
		}
		if !e.inFrame {
			ok, err := e.nextHeader()
			if err != nil {
				return e.fail(ev, err)
			}
			if !ok {
				break
			}
		}
		if len(e.in) == 0 && e.left > 0 {
			break
		}
		if e.payload(ev) {
			return true
		}
	}
	// Nothing is left of it, or nobody will look at it: idle, it is not held.
	e.in = nil //rfc:6455-1.4-1 6455-7.1.7-7
	return false
}

// ReceiveEnd says that nothing more will be received or looked at: the transport
// has been closed or lost. What was received and not taken by Next is dropped, and
// what a message that has begun holds is let go.
func (e *Endpoint) ReceiveEnd() {
	e.in, e.control = nil, nil
	e.stop()
}

// stop ends the receiving half: nothing more is looked at.
func (e *Endpoint) stop() {
	e.done = true
	if e.deflate != nil {
		e.deflate.endInflating(true)
	}
}

// nextHeader begins the next frame, if its header is there.
func (e *Endpoint) nextHeader() (bool, *ProtocolError) {
	h, size, ok := Header{}, 0, false
	if e.headN == 0 {
		var err error
		if h, size, err = ParseHeader(e.in); err == nil {
			e.in, ok = e.in[size:], true
		}
	}
	if !ok {
		if h, size, ok = e.collectHeader(); !ok {
			return false, nil
		}
	}
	c := HeaderContext{Role: e.role, Fragmented: e.typ != 0}
	if e.deflate != nil { //rfc:7692-6.1-8 7692-6.1-9
		c.RSV = rsv1
	}
	if err := CheckHeader(h, size, c); err != nil {
		return false, err.(*ProtocolError)
	}
	if !h.Opcode.IsControl() {
		if err := e.beginData(h); err != nil {
			return false, err
		}
	}
	if e.hooks.FrameRead != nil {
		e.hooks.FrameRead(h)
	}
	e.frames++
	e.frame, e.left, e.inFrame = h, h.Length, true
	return true, nil
}

// collectHeader takes what is there of a header that arrives in pieces.
func (e *Endpoint) collectHeader() (h Header, size int, ok bool) {
	for len(e.in) > 0 {
		e.head[e.headN] = e.in[0]
		e.headN++
		e.in = e.in[1:]
		if h, size, err := ParseHeader(e.head[:e.headN]); err == nil {
			e.headN = 0
			return h, size, true
		}
	}
	return Header{}, 0, false
}

// beginData takes a data frame's header into account for its message. It is
// called before any of the payload is read.
//
//rfc:6455-5.4-3 6455-5.4-4 6455-5.4-13 6455-6.2-3 6455-6.2-5 6455-10.4-1 6455-10.4-2 6455-10.4-3
func (e *Endpoint) beginData(h Header) *ProtocolError {
	if h.Opcode != OpContinuation {
		e.typ, e.size, e.fragments, e.text = Type(h.Opcode), 0, 0, UTF8{}
		e.compressed = h.RSV&rsv1 != 0
	}
	e.fragments++
	if e.fragments > e.cfg.maxFragments() { //rfc:6455-7.4.1-12
		return &ProtocolError{ClosePolicyViolation, "6455-10.4-3",
			"a message has too many fragments", "Options.MaxFragments"}
	}
	most := uint64(e.cfg.maxMessage())
	if e.compressed {
		most = e.mostDeflated()
	}
	if e.size > most || h.Length > most-e.size { //rfc:6455-7.4.1-13
		return errTooBig
	}
	e.size += h.Length
	if e.compressed && h.Opcode != OpContinuation {
		e.beginInflating()
	}
	return nil
}

var errTooBig = &ProtocolError{CloseMessageTooBig, "6455-10.4-3", "a message is too big", "Options.MaxMessage"}

// payload takes what is there of the current frame's payload.
//
//rfc:6455-5.3-2 6455-5.3-6 6455-6.2-8 6455-10.7-5
func (e *Endpoint) payload(ev *Event) bool {
	p := e.in[:min(e.left, uint64(len(e.in)))]
	if e.frame.Masked {
		mask.XOR(p, e.frame.Key, int((e.frame.Length-e.left)&3))
	}
	e.in = e.in[len(p):]
	e.left -= uint64(len(p))
	e.inFrame = e.left > 0
	if e.frame.Opcode.IsControl() {
		return e.controlPayload(ev, p)
	}
	if e.compressed {
		e.deflate.deflated = p
		return e.inflate(ev)
	}
	return e.piece(ev, p, e.frame.Fin && !e.inFrame) //rfc:7692-6-3 7692-6.2-4
}

// piece makes p, the next bytes of the message, an event. An empty piece that
// does not end the message is none.
//
//rfc:6455-5.2-3 6455-5.4-2 6455-5.4-6 6455-5.4-9 6455-5.6-4 6455-6.2-4
func (e *Endpoint) piece(ev *Event, p []byte, fin bool) bool {
	typ := e.typ
	if typ == Text { //rfc:6455-5.6-3 6455-8.1-1
		good := e.text.Check(p)
		if good < len(p) || fin && !e.text.Complete() {
			e.failure = notUTF8("6455-8.1-1", "a text message is not UTF-8")
			p, fin = p[:good], false
		}
	}
	if fin {
		e.typ = 0
	}
	ev.Kind, ev.Type, ev.Data, ev.Fin = DataEvent, typ, p, fin
	return fin || len(p) > 0
}

// controlPayload collects the payload of a control frame. The message around
// it is untouched.
//
//rfc:6455-5.4-7 6455-5.4-11 6455-6.2-2
func (e *Endpoint) controlPayload(ev *Event, p []byte) bool {
	if e.inFrame {
		if e.control == nil {
			e.control = new(controlData)
		}
		e.control.add(p)
		return false
	}
	if e.control != nil {
		p = e.control.add(p)
		e.control = nil
	}
	switch e.frame.Opcode {
	case OpPing:
		*ev = Event{Kind: PingEvent, Data: p}
		return true
	case OpPong: //rfc:6455-5.5.3-5
		*ev = Event{Kind: PongEvent, Data: p}
		return true
	}
	code, reason, err := ParseClose(p)
	if err != nil {
		return e.fail(ev, err.(*ProtocolError))
	}
	e.stop() //rfc:6455-1.4-1
	*ev = Event{Kind: CloseEvent, Code: code, Reason: reason}
	return true
}

// controlData is the payload of a control frame that has to be kept.
type controlData struct {
	bytes [maxControl]byte
	n     uint8
}

// add adds p and returns what there is then. CheckHeader has seen to it that it
// is not too much.
func (d *controlData) add(p []byte) []byte {
	d.n += uint8(copy(d.bytes[d.n:], p))
	return d.bytes[:d.n]
}

// fail ends the receiving half: nothing more of the peer is looked at.
//
//rfc:6455-7.1.7-7 6455-10.7-1
func (e *Endpoint) fail(ev *Event, err *ProtocolError) bool {
	e.stop()
	e.left = 0
	*ev = Event{Kind: FailureEvent, Err: err}
	return true
}
