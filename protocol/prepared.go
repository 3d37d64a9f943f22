package protocol

import (
	"sync/atomic"

	"github.com/seed372fb791/rfc6455/internal/deflate"
)

// PreparedMessage is a message that is checked once, compressed at most once
// for each size of window, and sent to many connections. The frames of servers
// are not masked, so all servers send the same bytes: they are encoded once as
// well. Safe for concurrent use.
type PreparedMessage struct {
	typ    Type
	plain  bool
	frame  *encoded                             // uncompressed
	packed [maxBits + 1]atomic.Pointer[encoded] // compressed if that helps, by the bits of the window
}

// encoded is a frame with a whole message, as a server sends it.
type encoded struct {
	header  Header
	bytes   []byte
	payload []byte // the end of bytes
}

// encode makes a frame of h and the payload that stands in memory behind room
// for a header.
func encode(h Header, memory []byte) *encoded {
	h.Fin, h.Length = true, uint64(len(memory)-MaxHeaderSize)
	start := MaxHeaderSize - h.Size()
	AppendHeader(memory[start:start], h)
	return &encoded{h, memory[start:], memory[MaxHeaderSize:]}
}

// Prepare returns a message of type typ, perhaps with Plain, with the contents
// of p, which is not kept. A *SendError says that it could not be sent.
func Prepare(typ Type, p []byte) (*PreparedMessage, error) {
	m := &PreparedMessage{typ: typ &^ Plain, plain: typ&Plain != 0}
	e := NewEndpoint(Server, nil, nil, nil)
	if err := e.checkSend(&piece{typ: m.typ, fin: true, data: p}); err != nil {
		return nil, err
	}
	memory := append(make([]byte, MaxHeaderSize, MaxHeaderSize+len(p)), p...)
	m.frame = encode(Header{Opcode: Opcode(m.typ)}, memory)
	return m, nil
}

// Type returns the message's type.
func (m *PreparedMessage) Type() Type { return m.typ }

// Len returns the message's size in bytes.
func (m *PreparedMessage) Len() int { return len(m.frame.payload) }

// piece returns m for a connection with compression d, nil for none.
func (m *PreparedMessage) piece(d *Deflate) piece {
	p := piece{typ: m.typ, fin: true, data: m.frame.payload, checked: true, plain: true}
	if f := m.frameFor(d); f != m.frame {
		p.packed = &f.payload
	}
	return p
}

// frameFor returns the frame for a connection with compression d.
func (m *PreparedMessage) frameFor(d *Deflate) *encoded {
	if d == nil || m.plain || len(m.frame.payload) < d.Threshold {
		return m.frame
	}
	return m.packedFor(d)
}

// packedFor returns the message compressed by itself, which can be sent also
// with context takeover. The level is that of the connection that comes first.
func (m *PreparedMessage) packedFor(d *Deflate) *encoded {
	at := &m.packed[d.Send.Bits]
	if f := at.Load(); f != nil {
		return f
	}
	z := deflaters.Get().(*deflate.Deflater)
	defer deflaters.Put(z)
	z.Reset(d.Level, d.Send.Bits, nil)
	f := encode(Header{RSV: rsv1, Opcode: Opcode(m.typ)}, z.Append(make([]byte, MaxHeaderSize), m.frame.payload, true))
	if len(f.payload) >= len(m.frame.payload) {
		f = m.frame
	}
	if !at.CompareAndSwap(nil, f) {
		return at.Load()
	}
	return f
}

// SendPrepared is Send for a prepared message.
func (e *Endpoint) SendPrepared(m *PreparedMessage) error {
	if err := e.checkStart(m.typ); err != nil {
		return err
	}
	p := m.piece(e.deflate)
	return e.send(&p)
}

// SharePrepared is SendPrepared on a server, not by way of the output: it
// returns the frame, which the driver writes behind what Output returns then. Its
// bytes belong to all who send m, who may not change them. On a client it is a
// *SendError.
func (e *Endpoint) SharePrepared(m *PreparedMessage) (frame []byte, err error) {
	if e.role == Client { //rfc:6455-5.1-1
		return nil, &SendError{"6455-5.1-1", "the frames of a client are masked, each by a key of its own"}
	}
	if err := e.checkStart(m.typ); err != nil {
		return nil, err
	}
	f := m.frameFor(e.deflate)
	if e.hooks.FrameWritten != nil {
		e.hooks.FrameWritten(f.header)
	}
	if f != m.frame {
		e.sentPacked(m.frame.payload, f.payload)
	}
	return f.bytes, nil
}
