package connect

import (
	"fmt"

	"github.com/seed372fb791/rfc6455/websocket"
)

// trace adds hooks that print each frame: sent ones after ">", received ones
// after "<".
func (s *screen) trace(hooks *websocket.Trace) {
	read := hooks.FrameRead
	hooks.FrameRead = func(c *websocket.Conn, h websocket.Header) {
		read(c, h)
		s.note("< %s", describe(h))
	}
	hooks.FrameWritten = func(_ *websocket.Conn, h websocket.Header) { s.note("> %s", describe(h)) }
	hooks.Close = func(_ *websocket.Conn, byPeer bool, code websocket.CloseCode, reason string) {
		direction := ">"
		if byPeer {
			direction = "<"
		}
		s.note("%s close code %v, reason %q", direction, code, reason)
	}
}

// describe returns a frame's header in the words of section 5.2.
func describe(h websocket.Header) string {
	s := ""
	if h.Fin {
		s = "FIN "
	}
	for i, name := range []string{"RSV1 ", "RSV2 ", "RSV3 "} {
		if h.RSV&(4>>i) != 0 {
			s += name
		}
	}
	s += h.Opcode.String()
	if h.Masked {
		s += fmt.Sprintf(" mask=%x", h.Key)
	}
	return fmt.Sprintf("%s len=%d", s, h.Length)
}
