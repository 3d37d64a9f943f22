package protocol

// Trace is told what happens on a connection. Any of the hooks may be nil.
// Several connections may share a Trace and call it concurrently. Hooks run
// where things happen: they must be quick and must not call the Conn.
type Trace struct {
	// FrameRead is called with the header of every frame received that breaks
	// no rule, FrameWritten with that of every frame sent.
	FrameRead, FrameWritten func(Header)
	// Inflated is called for every compressed message received, with the bytes
	// of its contents and of its payload on the wire, Deflated for every one
	// sent.
	Inflated, Deflated func(contents, wire int64)
	// Close is called with the contents of a Close frame when the application
	// starts the closing handshake (byPeer is false) and when the peer's Close
	// arrives (byPeer is true). CloseNoStatus stands for an empty one.
	Close func(byPeer bool, code CloseCode, reason string)
	// Error is called once if the connection ends by anything but a Close
	// frame: with the *ProtocolError, *TimeoutError or *CloseError that reads
	// then return.
	Error func(error)
}

// noTrace stands for a Trace that is nil.
var noTrace Trace
