package protocol

// FrameHooks are told of frames and of compression. Any of them may be nil.
// They run within calls of the Endpoint and must not call it.
type FrameHooks struct {
	// FrameRead is called with the header of every frame received that breaks
	// no rule, FrameWritten with that of every frame put out.
	FrameRead, FrameWritten func(Header)
	// Inflated is called for every compressed message received, with the bytes
	// of its contents and of its payload on the wire, Deflated for every one
	// put out.
	Inflated, Deflated func(contents, wire int64)
}

// noHooks stands for FrameHooks that are nil.
var noHooks FrameHooks
