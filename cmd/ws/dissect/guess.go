package dissect

import "github.com/seed372fb791/rfc6455/protocol"

// Guess reports whether b looks like the beginning of what a side sends after
// the opening handshake, and which side that is: a client masks its frames. It
// is for bytes from the middle of a connection. All frames in b have to be as
// the rules want them, and the last may go on after b if it is not the only
// one, or if its length is one that hardly comes about by chance.
func Guess(b []byte) (from protocol.Role, ok bool) {
	first, _, err := protocol.ParseHeader(b)
	if err != nil {
		return 0, false
	}
	if from = protocol.Server; first.Masked {
		from = protocol.Client
	}
	known := first.Length > 125 // two bytes or more have to fit
	for len(b) > 0 {
		h, n, err := protocol.ParseHeader(b)
		switch {
		case err != nil:
			return from, known
		case !plausible(h, n, from):
			return from, false
		case h.Length > uint64(len(b)-n):
			return from, known
		}
		known, b = true, b[n+int(h.Length):]
	}
	return from, true
}

// plausible reports whether a header of n bytes is one that from may send at
// some point. Nobody sends empty fragments, but many send zeros.
func plausible(h protocol.Header, n int, from protocol.Role) bool {
	if h.Length == 0 && !h.Fin {
		return false
	}
	c := protocol.HeaderContext{Role: 1 - from, RSV: rsv1, Fragmented: h.Opcode == protocol.OpContinuation}
	return protocol.CheckHeader(h, n, c) == nil
}
