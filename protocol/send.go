package protocol

import (
	"slices"

	"github.com/seed372fb791/rfc6455/mask"
)

// sender is the sending half of an Endpoint.
type sender struct {
	out    []byte          // frames that the driver has not taken yet
	newKey func() mask.Key // of the next frame, on the client

	state     State
	sending   Type // of the message that has begun and not ended, or 0
	sentText  UTF8
	deflating bool // the message that has begun is compressed

	pings   int          // whose Pongs are in out
	pong    *controlData // of the latest Ping, if its Pong is owed and not in out
	blocked bool         // what the driver took cannot be written
	waiting int          // Pings received since
}

// queuedPongs is how many Pongs the output holds at most. Of the Pings beyond,
// only the latest is answered (section 5.5.3 allows that).
const queuedPongs = 64

// State returns where the connection stands (section 7).
func (e *Endpoint) State() State { return e.state }

// Send appends a frame with the next piece of a message to the output. The
// piece is the message's last if fin is set, and the first if the last one
// sent was the end of a message. p is not kept. Text is checked to be UTF-8:
// a *SendError says that it is not, a *StateError that the connection is
// closing, and nothing was sent. If compression was agreed on, the message is
// compressed unless its first piece comes with Plain.
//
//rfc:6455-5.4-12 6455-6.1-1 6455-6.1-4 6455-6.1-5 6455-6.1-6
func (e *Endpoint) Send(typ Type, fin bool, p []byte) error {
	return e.send(&piece{typ: typ &^ Plain, plain: typ&Plain != 0, fin: fin, data: p})
}

// piece is a piece of a message on its way out.
type piece struct {
	data    []byte
	packed  *[]byte // data compressed by itself, if it is a message of its own and that was done
	typ     Type
	fin     bool
	checked bool // data is known to be UTF-8 if it is to be
	plain   bool // the message is not to be compressed
}

// send sends a piece.
//
//rfc:7692-6.1-4
func (e *Endpoint) send(p *piece) error {
	if err := e.checkSend(p); err != nil {
		return err
	}
	switch {
	case e.sending != 0 && e.deflating, e.sending == 0 && p.packed == nil && e.deflates(p):
		e.appendDeflated(p)
	case p.packed != nil:
		e.appendPacked(p)
	default:
		e.appendFrame(e.nextOpcode(p.typ, p.fin), p.fin, p.data)
	}
	return nil
}

// SendHeader is Send without the payload and without compression: after the
// output has been written the driver writes p itself, on the client masked with
// key. A *SendError says that the message has begun compressed.
func (e *Endpoint) SendHeader(typ Type, fin bool, p []byte) (key mask.Key, err error) {
	return e.sendHeader(&piece{typ: typ &^ Plain, fin: fin, data: p})
}

func (e *Endpoint) sendHeader(p *piece) (key mask.Key, err error) {
	if e.deflating {
		return mask.Key{}, &SendError{"7692-6.1-1", "a compressed message goes on uncompressed"}
	}
	if err := e.checkSend(p); err != nil {
		return mask.Key{}, err
	}
	return e.appendHeader(e.nextOpcode(p.typ, p.fin), p.fin, 0, len(p.data)), nil
}

// SendPing appends a Ping to the output, with at most 125 bytes of application
// data.
func (e *Endpoint) SendPing(data []byte) error { return e.sendControl(OpPing, data) }

// SendPong appends a Pong that answers no Ping to the output, with at most 125
// bytes of application data.
//
//rfc:6455-5.5.3-4
func (e *Endpoint) SendPong(data []byte) error { return e.sendControl(OpPong, data) }

// sendControl appends a Ping or a Pong.
//
//rfc:6455-5.4-7 6455-5.4-8 6455-5.5-2 6455-5.5.2-2 6455-5.5.2-5 7692-6.1-6
func (e *Endpoint) sendControl(op Opcode, data []byte) error {
	if len(data) > maxControl {
		return &SendError{"6455-5.5-2", "a control frame with more than 125 bytes of payload"}
	}
	if _, err := e.move(SendPing); err != nil {
		return err
	}
	e.appendFrame(op, true, data)
	return nil
}

// SendClose starts the closing handshake: it appends a Close frame to the
// output, after which nothing but answers to Pings is sent. CloseNoStatus stands for a
// Close frame without a code. A *SendError says that code or reason may not be
// sent.
//
//rfc:6455-5.5.1-8 6455-7.1.2-1 6455-7.3-3 6455-7.4-1
func (e *Endpoint) SendClose(code CloseCode, reason string) error {
	if err := CheckClose(e.role, code, reason); err != nil {
		return err
	}
	if _, err := e.move(SendClose); err != nil {
		return err
	}
	e.appendClose(code, reason)
	return nil
}

// Answer appends to the output what the RFC asks for in answer to an event: a
// Pong to a Ping, a Close to a Close, a Close to a failure. Other events need
// no answer. The error is a *ProtocolError when ev is a FailureEvent or one
// Ping too many: the connection has failed, Next returns nothing more.
func (e *Endpoint) Answer(ev *Event) error {
	switch ev.Kind {
	case PingEvent:
		return e.answerPing(ev.Data)
	case CloseEvent:
		e.answerClose(ev.Code)
	case FailureEvent:
		return e.answerFailure(ev.Err)
	}
	return nil
}

// answerPing queues a Pong.
//
//rfc:6455-5.5.2-3 6455-5.5.2-4 6455-5.5.3-2 6455-5.5.3-3
func (e *Endpoint) answerPing(data []byte) error {
	if allowed, _ := e.move(ReceivePing); !allowed {
		return nil
	}
	if e.blocked {
		e.waiting++
	}
	switch {
	case e.waiting > e.cfg.maxPings():
		e.done = true
		return e.answerFailure(&ProtocolError{ClosePolicyViolation, "6455-10.4-1",
			"too many pings of a peer that does not read the pongs", "Options.MaxPings"})
	case e.pings >= queuedPongs:
		if e.pong == nil {
			e.pong = new(controlData)
		}
		e.pong.n = 0
		e.pong.add(data)
	default:
		e.pings++
		e.appendFrame(OpPong, true, data)
	}
	return nil
}

// answerClose answers a Close frame with one of the same code, unless it was
// an answer itself. A server echoes no 1010, which is for clients.
//
//rfc:6455-5.5.1-9 6455-5.5.1-10 6455-5.5.1-11 6455-5.5.1-17
func (e *Endpoint) answerClose(code CloseCode) {
	if allowed, _ := e.move(ReceiveClose); !allowed || e.state == Completed {
		e.pong = nil //rfc:6455-5.5.2-3
		return
	}
	e.appendOwedPong()
	e.move(SendClose)
	if e.role == Server && code == CloseMandatoryExtension { //rfc:6455-7.4.1-16
		code = CloseNormal
	}
	e.appendClose(code, "")
}

// answerFailure fails the connection: the peer is told why, if it was not told
// to close already.
//
//rfc:6455-7.1.7-5 6455-10.7-3 6455-5.1-4 6455-5.1-7
func (e *Endpoint) answerFailure(err *ProtocolError) error {
	tell := e.state == Open
	e.pong = nil
	if allowed, _ := e.move(Fail); allowed && tell {
		e.appendClose(err.Code, err.reason())
	}
	return err
}

// TransportEnded tells the endpoint that the transport was closed or lost. It
// reports whether that was clean: after both sides had sent Close.
//
//rfc:6455-7.1.4-1 6455-7.1.4-2
func (e *Endpoint) TransportEnded() (clean bool) {
	clean = e.state == Completed
	e.move(TransportEnd)
	if d := e.deflate; d != nil && d.deflater != nil {
		e.endDeflating(false)
	}
	return clean
}

// Pending returns the number of bytes that Output would return.
func (e *Endpoint) Pending() int {
	n := len(e.out)
	if e.pong != nil {
		n += Header{Masked: e.role == Client}.Size() + int(e.pong.n)
	}
	return n
}

// Room returns how many bytes can be put out before the memory for it grows.
func (e *Endpoint) Room() int { return cap(e.out) - len(e.out) }

// Lend gives the endpoint the capacity of memory to put frames out to, instead
// of what it has allocated or been lent before, which Lend returns. What waits
// there to be taken is moved: memory must have room for Pending bytes. Output
// returns it, unless more was put out than fits: then it is in memory that was
// allocated.
func (e *Endpoint) Lend(memory []byte) (before []byte) {
	before = e.out
	e.out = memory[:len(before)]
	copy(e.out, before)
	return before
}

// Output hands over the frames that the driver must write next, in order, in
// memory that is the driver's from now on.
//
//rfc:6455-2.1-3 6455-6.1-9
func (e *Endpoint) Output() []byte {
	e.appendOwedPong()
	out := e.out
	e.out, e.pings = nil, 0
	return out
}

// Written says that all that Output has handed over has been written.
func (e *Endpoint) Written() { e.blocked, e.waiting = false, 0 }

// Blocked says that what Output has handed over cannot be written for now,
// because the peer does not read. Until Written, Pings count: see MaxPings.
//
//rfc:6455-10.4-1
func (e *Endpoint) Blocked() { e.blocked = true }

// checkSend checks the next piece of a message and takes it into account. If
// one piece of a message was checked already all are.
func (e *Endpoint) checkSend(p *piece) error {
	if e.sending == 0 {
		if err := e.checkStart(p.typ); err != nil {
			return err
		}
		e.sentText = UTF8{}
	} else if p.typ != e.sending { //rfc:6455-5.4-10 6455-5.4-18
		return &SendError{"6455-5.4-10", "a new message begins before the last one has ended"}
	} else if _, err := e.move(SendMessage); err != nil {
		return err
	}
	if p.typ == Text && !p.checked { //rfc:6455-5.6-3
		before := e.sentText
		if e.sentText.Check(p.data) < len(p.data) || p.fin && !e.sentText.Complete() {
			e.sentText = before
			return errSendText
		}
	}
	return nil
}

var errSendText = &SendError{"6455-5.6-3", "the text is not UTF-8"}

// checkStart checks that a message of type typ may begin.
func (e *Endpoint) checkStart(typ Type) error {
	if typ != Text && typ != Binary { //rfc:6455-5.2-8 6455-6.1-5
		return &SendError{"6455-6.1-5", "a message is Text or Binary"}
	}
	if e.sending != 0 { //rfc:6455-5.4-10
		return &SendError{"6455-5.4-10", "a new message begins before the last one has ended"}
	}
	_, err := e.move(SendMessage)
	return err
}

// nextOpcode returns the opcode of a message's next frame.
//
//rfc:6455-5.4-3 6455-5.4-4 6455-6.1-5
func (e *Endpoint) nextOpcode(typ Type, fin bool) Opcode {
	op := Opcode(typ)
	if e.sending != 0 {
		op = OpContinuation
	}
	e.sending = typ
	if fin {
		e.sending = 0
	}
	return op
}

// move moves to the next state, or says why not.
func (e *Endpoint) move(in Input) (allowed bool, err error) {
	t := transitions[e.state][in]
	switch t.verdict {
	case refuse:
		return false, &StateError{e.state, in, t.rule}
	case ignore:
		return false, nil
	}
	e.state = t.next
	return true, nil
}

func (e *Endpoint) appendOwedPong() {
	if e.pong != nil {
		e.appendFrame(OpPong, true, e.pong.bytes[:e.pong.n])
		e.pong = nil
	}
}

func (e *Endpoint) appendClose(code CloseCode, reason string) {
	var payload [maxControl]byte
	e.appendFrame(OpClose, true, appendClose(payload[:0], code, reason))
}

// appendFrame appends a whole frame.
func (e *Endpoint) appendFrame(op Opcode, fin bool, p []byte) {
	key := e.appendHeader(op, fin, 0, len(p))
	if e.role == Server { //rfc:6455-5.1-5
		e.out = append(e.out, p...)
	} else {
		e.appendMasked(p, key)
	}
}

func (e *Endpoint) appendMasked(p []byte, key mask.Key) {
	n := len(e.out)
	e.out = slices.Grow(e.out, len(p))[:n+len(p)]
	mask.Copy(e.out[n:], p, key, 0)
}

// appendHeader appends the header of a frame with n bytes of payload, and
// returns the key to mask those with, on the client.
//
//rfc:6455-5.1-1 6455-5.1-2 6455-5.1-5 6455-5.2-4 6455-5.2-12 6455-5.3-1 6455-5.3-3 6455-6.1-7 6455-10.3-2
func (e *Endpoint) appendHeader(op Opcode, fin bool, rsv uint8, n int) mask.Key {
	h := Header{Fin: fin, RSV: rsv, Opcode: op, Length: uint64(n)}
	if e.role == Client {
		h.Masked, h.Key = true, e.newKey()
	}
	var b [MaxHeaderSize]byte
	e.out = append(e.out, b[:h.put(&b)]...)
	if e.hooks.FrameWritten != nil {
		e.hooks.FrameWritten(h)
	}
	return h.Key
}
