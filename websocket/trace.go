package websocket

import "github.com/seed372fb791/rfc6455/protocol"

// Trace is told what happens on connections. Any of the hooks may be nil.
// Several connections may share a Trace and call it concurrently: each hook
// gets the connection. Hooks run where things happen and must be quick.
// FrameRead, FrameWritten, Inflated and Deflated run while the order of frames is
// held: they must not call the Conn, and one that panics leaves a connection that
// can only be closed. The others run in a call that reads, but Close and Error also
// elsewhere: nothing is read until they return, so Conn.Close waits in them for all
// of Options.CloseTimeout. CloseNow does not, nor does a Close on a goroutine.
type Trace struct {
	// FrameRead is called with the header of every frame received that breaks
	// no rule, FrameWritten with that of every frame that gets its place in
	// the order.
	FrameRead, FrameWritten func(*Conn, Header)
	// Inflated is called for every compressed message received, with the bytes
	// of its contents and of its payload on the wire, Deflated for every one
	// sent.
	Inflated, Deflated func(c *Conn, contents, wire int64)
	// Ping and Pong are called with the application data of a Ping or a Pong
	// that was received, which is valid during the call.
	Ping, Pong func(c *Conn, data []byte)
	// Close is called with the contents of a Close frame when the application
	// starts the closing handshake (byPeer is false) and when the peer's Close
	// arrives (byPeer is true). CloseNoStatus stands for an empty one.
	Close func(c *Conn, byPeer bool, code CloseCode, reason string)
	// Error is called once if the connection ends by anything but a Close
	// frame or the application's own Close or CloseNow: with the
	// *ProtocolError, *TimeoutError or *CloseError that reads then return.
	Error func(*Conn, error)
}

// noTrace stands for a Trace that is nil.
var noTrace Trace

// frameHooks returns the hooks that c's endpoint calls, nil if there are none.
func (t *Trace) frameHooks(c *Conn) *protocol.FrameHooks {
	if t.FrameRead == nil && t.FrameWritten == nil && t.Inflated == nil && t.Deflated == nil {
		return nil
	}
	return &protocol.FrameHooks{
		FrameRead:    bindHeader(t.FrameRead, c),
		FrameWritten: bindHeader(t.FrameWritten, c),
		Inflated:     bindSizes(t.Inflated, c),
		Deflated:     bindSizes(t.Deflated, c),
	}
}

func bindHeader(hook func(*Conn, Header), c *Conn) func(Header) {
	if hook == nil {
		return nil
	}
	return func(h Header) { hook(c, h) }
}

func bindSizes(hook func(c *Conn, contents, wire int64), c *Conn) func(contents, wire int64) {
	if hook == nil {
		return nil
	}
	return func(contents, wire int64) { hook(c, contents, wire) }
}
