package chaos

import (
	"sync/atomic"

	"github.com/seed372fb791/rfc6455/websocket"
)

// witness is what an end's Trace is told.
type witness struct {
	log  *ledger
	end  int
	conn atomic.Pointer[websocket.Conn] // the first that was told of
	lost atomic.Int32                   // calls of Error
}

// newWitness returns a Trace that checks how it is called.
func newWitness(log *ledger, end int) *websocket.Trace {
	w := &witness{log: log, end: end}
	return &websocket.Trace{
		FrameRead:    func(c *websocket.Conn, _ websocket.Header) { w.same(c) },
		FrameWritten: func(c *websocket.Conn, _ websocket.Header) { w.same(c) },
		Inflated:     func(c *websocket.Conn, _, _ int64) { w.same(c) },
		Deflated:     func(c *websocket.Conn, _, _ int64) { w.same(c) },
		Ping:         func(c *websocket.Conn, p []byte) { w.same(c); w.control("Ping", p) },
		Pong:         func(c *websocket.Conn, p []byte) { w.same(c); w.control("Pong", p) },
		Close: func(c *websocket.Conn, byPeer bool, code websocket.CloseCode, reason string) {
			w.same(c)
			c.Stats() // hooks other than those for frames may call the Conn
		},
		Error: func(c *websocket.Conn, err error) { w.same(c); w.ended(err) },
	}
}

// same checks that hooks are told of one Conn only.
func (w *witness) same(c *websocket.Conn) {
	if first := w.conn.Load(); first == c || first == nil && w.conn.CompareAndSwap(nil, c) {
		return
	}
	if w.conn.Load() != c {
		w.log.violate("trace", "the trace of the %s is told of two connections", endNames[w.end])
	}
}

func (w *witness) control(kind string, p []byte) {
	if len(p) > 125 {
		w.log.violate("trace", "%s of %d bytes at the %s", kind, len(p), endNames[w.end])
	}
}

func (w *witness) ended(err error) {
	if w.lost.Add(1) > 1 {
		w.log.violate("trace", "Trace.Error of the %s called again: %v", endNames[w.end], err)
	}
	if kindOf(err)&(isLoss|isProtocol|isTimeout) == 0 {
		w.log.violate("trace", "Trace.Error of the %s called with %v", endNames[w.end], err)
	}
}
