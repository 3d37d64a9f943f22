package conformance

import (
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/interop/compare/deflate"
	"github.com/seed372fb791/rfc6455/protocol"
)

// answers is what a server has sent, taken apart.
type answers struct {
	messages []message
	pongs    []string
	close    *int   // the code of its Close frame, 0 for none
	broken   string // the rule that the server broke itself, "" if it did not
	ended    bool   // the connection
	idle     bool   // the server has answered a Ping that was sent after all else

	in     []byte   // not looked at
	part   *message // that has begun
	packed bool     // the message that has begun is compressed

	inflater *deflate.Inflater // nil if no compression was agreed on
}

const rsv1 = 4 // of Header.RSV: the message is compressed

// take takes in what has arrived.
func (a *answers) take(p []byte) {
	a.in = append(a.in, p...)
	for a.broken == "" {
		h, n, err := protocol.ParseHeader(a.in)
		if errors.Is(err, io.ErrUnexpectedEOF) || h.Length > uint64(len(a.in)-n) {
			return
		}
		payload := string(a.in[n : n+int(h.Length)])
		a.in = a.in[n+int(h.Length):]
		a.frame(h, payload)
	}
}

func (a *answers) frame(h protocol.Header, payload string) {
	switch {
	case a.close != nil:
		a.broken = "sends more after its Close frame"
	case h.Masked:
		a.broken = "masks its frames"
	case h.RSV != 0 && (h.RSV != rsv1 || a.inflater == nil || !begins(h)):
		a.broken = "sets reserved bits"
	case h.Opcode.IsControl() && (!h.Fin || h.Length > 125):
		a.broken = fmt.Sprintf("sends a %v frame of %d bytes, FIN=%v", h.Opcode, h.Length, h.Fin)
	case h.Opcode == protocol.OpPing:
	case h.Opcode == protocol.OpPong && payload == probe:
		a.idle = true
	case h.Opcode == protocol.OpPong:
		a.pongs = append(a.pongs, payload)
	case h.Opcode == protocol.OpClose:
		a.closeFrame(payload)
	default:
		a.data(h, payload)
	}
}

// begins reports whether a frame is the first of a message.
func begins(h protocol.Header) bool {
	return h.Opcode == protocol.OpText || h.Opcode == protocol.OpBinary
}

// data takes a frame of a message, or one that has no business here.
func (a *answers) data(h protocol.Header, payload string) {
	switch {
	case h.Opcode == protocol.OpContinuation && a.part != nil:
	case begins(h) && a.part == nil:
		a.part, a.packed = &message{text: h.Opcode == protocol.OpText}, h.RSV == rsv1
	default:
		a.broken = fmt.Sprintf("sends a frame with opcode %#x, within a message: %v", uint8(h.Opcode), a.part != nil)
		return
	}
	a.part.data += payload
	if !h.Fin {
		return
	}
	if a.packed {
		data, err := a.inflater.Inflate([]byte(a.part.data))
		if err != nil {
			a.broken = fmt.Sprintf("sends a message that does not inflate: %v", err)
			return
		}
		a.part.data = string(data)
	}
	a.messages = append(a.messages, *a.part)
	a.part = nil
}

func (a *answers) closeFrame(payload string) {
	code := 0
	switch {
	case payload == "":
	case len(payload) == 1:
		a.broken = "sends a Close frame with one byte"
	default:
		code = int(payload[0])<<8 | int(payload[1])
		if forbidden(code) {
			a.broken = fmt.Sprintf("sends a Close frame with %d", code)
		} else if !utf8.ValidString(payload[2:]) {
			a.broken = "sends a reason that is not UTF-8"
		}
	}
	a.close = &code
}

// forbidden reports whether no Close frame may have the code. Codes of which
// the RFC says only that nobody has defined them yet are not among those.
func forbidden(code int) bool {
	return code < 1000 || code == 1004 || code == 1005 || code == 1006 || code == 1015
}
