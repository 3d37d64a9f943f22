package protocol

import (
	"sync/atomic"

	"github.com/seed372fb791/rfc6455/internal/deflate"
)

// PreparedMessage is a message that is checked once, compressed at most once
// for each size of window, and sent to many connections. Safe for concurrent
// use.
type PreparedMessage struct {
	typ    Type
	plain  bool
	data   []byte
	packed [maxBits + 1]atomic.Pointer[[]byte] // data compressed, by the bits of the window
}

// Prepare returns a message of type typ, perhaps with Plain, with the contents
// of p, which is not kept. A *SendError says that it could not be sent.
func Prepare(typ Type, p []byte) (*PreparedMessage, error) {
	m := &PreparedMessage{typ: typ &^ Plain, plain: typ&Plain != 0}
	e := NewEndpoint(Server, Config{})
	if err := e.checkSend(&piece{typ: m.typ, fin: true, data: p}); err != nil {
		return nil, err
	}
	m.data = append([]byte(nil), p...)
	return m, nil
}

// Type returns the message's type.
func (m *PreparedMessage) Type() Type { return m.typ }

// Len returns the message's size in bytes.
func (m *PreparedMessage) Len() int { return len(m.data) }

// piece returns m for a connection with compression d, nil for none.
func (m *PreparedMessage) piece(d *Deflate) piece {
	p := piece{typ: m.typ, fin: true, data: m.data, checked: true, plain: true}
	if d != nil && !m.plain && len(m.data) >= d.Threshold {
		if packed := m.packedFor(d); len(packed) < len(m.data) {
			p.packed = packed
		}
	}
	return p
}

// packedFor returns what the message is compressed by itself, which can be
// sent also with context takeover. The level is that of who comes first.
func (m *PreparedMessage) packedFor(d *Deflate) []byte {
	at := &m.packed[d.Send.Bits]
	if p := at.Load(); p != nil {
		return *p
	}
	z := deflaters.Get().(*deflate.Deflater)
	defer deflaters.Put(z)
	z.Reset(d.Level, d.Send.Bits, nil)
	packed := z.Append(nil, m.data, true)
	if !at.CompareAndSwap(nil, &packed) {
		return *at.Load()
	}
	return packed
}
