package replay

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// limits are far above what servers send, and keep a hostile one from taking
// all memory.
var limits = protocol.Limits{MaxMessage: 256 << 20, MaxFragments: -1, MaxPings: -1}

// hearing finds answers in the bytes of a connection.
type hearing struct {
	session *dissect.Session
	opened  bool   // the client's opening handshake is known
	data    []byte // of the message that has begun
	pending int64  // bytes since the last part
}

func newHearing() *hearing { return &hearing{session: dissect.NewSession(limits)} }

// sent takes what the client has sent, of which only the opening handshake
// matters to what is answered.
func (h *hearing) sent(b []byte) {
	if !h.opened {
		h.opened = len(h.session.Write(protocol.Client, 0, b)) > 0
	}
}

// heard takes what the server has sent, and returns the answers that are whole
// by that.
func (h *hearing) heard(b []byte) (all []answer) {
	h.pending += int64(len(b))
	for _, step := range h.session.Write(protocol.Server, 0, b) {
		h.pending = 0
		all = append(all, h.part(step.Part)...)
	}
	return all
}

// endless reports whether more has come than makes sense.
func (h *hearing) endless() bool { return h.pending > 2*limits.MaxMessage }

// part returns the answers that a part makes whole.
func (h *hearing) part(p *dissect.Part) (all []answer) {
	switch {
	case p.Kind == dissect.Response:
		all = appendResponse(nil, p.Bytes)
	case p.Ignored != "":
		return nil
	}
	for _, ev := range p.Events {
		switch ev.Kind {
		case protocol.DataEvent:
			h.data = append(h.data, ev.Data...)
			if ev.Fin {
				all = append(all, answer{what: "message", typ: ev.Type, data: h.data})
				h.data = nil
			}
		case protocol.CloseEvent:
			all = append(all, answer{what: fmt.Sprintf("close %v %q", ev.Code, ev.Reason)})
		}
	}
	if v := p.Violation; v != nil {
		all = append(all, answer{what: fmt.Sprintf("a broken rule: %s [%s]", v.Text, v.Rule)})
	}
	return all
}

// appendResponse appends what counts of an opening handshake that is not
// interim.
func appendResponse(all []answer, head []byte) []answer {
	r, _, err := handshake.ParseResponse(head, handshake.Limits{Bytes: len(head), Lines: len(head)})
	if err != nil || r.StatusCode < 200 && r.StatusCode != http.StatusSwitchingProtocols {
		return all
	}
	what := fmt.Sprintf("status %d", r.StatusCode)
	if name := r.Header.Get("Sec-WebSocket-Protocol"); name != "" {
		what += ", subprotocol " + name
	}
	if extensions, err := handshake.ParseExtensions(r.Header.Values("Sec-WebSocket-Extensions")); err == nil && len(extensions) > 0 {
		for _, e := range extensions {
			slices.SortFunc(e.Params, func(a, b handshake.Param) int {
				if a.Name < b.Name {
					return -1
				}
				return 1
			})
		}
		what += ", " + string(handshake.AppendExtensions(nil, extensions))
	}
	return append(all, answer{what: what})
}

// theEnd is the answer of a server that ends the connection, by FIN or RST: which
// of them is chance.
var theEnd = answer{what: "the end"}
