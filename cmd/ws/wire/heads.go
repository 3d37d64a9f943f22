package wire

import (
	"github.com/seed372fb791/rfc6455/cmd/ws/http1"
	"github.com/seed372fb791/rfc6455/protocol"
)

// Heads changes the heads of requests in what a client sends, up to the opening
// handshake that succeeds. All else passes as it is.
type Heads struct {
	change func(head []byte) []byte
	http   *http1.Side
	held   []byte // of a head
	over   bool   // none comes any more
}

// NewHeads returns a Heads that has seen nothing yet.
func NewHeads(change func(head []byte) []byte) *Heads {
	return &Heads{change: change, http: http1.New().Side(protocol.Client)}
}

// Pass returns what becomes of b. The beginning of a head is held until the rest
// of it comes.
func (h *Heads) Pass(b []byte) (passed []byte) {
	h.held = append(h.held, b...)
	for !h.over {
		p := h.http.Next(h.held)
		piece := h.held[:p.Size]
		switch p.Kind {
		case http1.More:
			return passed
		case http1.Frames, http1.Other:
			h.over = true
		case http1.Request:
			piece = h.change(piece)
		}
		passed, h.held = append(passed, piece...), h.held[p.Size:]
	}
	return append(passed, h.Rest()...)
}

// Rest returns what is held: nothing follows that makes it a head.
func (h *Heads) Rest() (held []byte) {
	held, h.held = h.held, nil
	return held
}
