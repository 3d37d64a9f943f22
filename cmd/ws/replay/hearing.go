package replay

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/cmd/ws/http1"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// limits are far above what servers send, and keep a hostile one from taking
// all memory.
var limits = protocol.Config{MaxMessage: 256 << 20, MaxFragments: -1, MaxPings: -1}

// hearing finds answers in the bytes of a connection.
type hearing struct {
	session *dissect.Session
	ignore  *Ignore
	opened  bool   // the opening handshake has succeeded
	data    []byte // of the message that has begun
	pending int64  // bytes since the last part
}

func newHearing(ignore *Ignore) *hearing {
	return &hearing{session: dissect.NewSession(limits), ignore: ignore}
}

// sent takes what the client has sent, of which only the requests up to the
// opening handshake matter to what is answered.
func (h *hearing) sent(b []byte) {
	if !h.opened {
		h.session.Write(protocol.Client, 0, b)
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
		all = h.response(p.Bytes)
	case p.Ignored != "":
		return nil
	}
	for _, ev := range p.Events {
		switch ev.Kind {
		case protocol.DataEvent:
			h.data = append(h.data, ev.Data...)
			if ev.Fin {
				all = append(all, answer{what: "message", typ: ev.Type, data: h.ignore.text(h.data)})
				h.data = nil
			}
		case protocol.CloseEvent:
			all = append(all, answer{what: fmt.Sprintf("close %v %q", ev.Code, h.ignore.text([]byte(ev.Reason)))})
		}
	}
	if v := p.Violation; v != nil {
		all = append(all, answer{what: fmt.Sprintf("a broken rule: %s [%s]", v.Text, v.Rule)})
	}
	return all
}

// response returns what counts of a response that is not interim.
func (h *hearing) response(head []byte) []answer {
	r, _, err := handshake.ParseResponse(head, http1.Limits)
	if err != nil || r.StatusCode < 200 && r.StatusCode != http.StatusSwitchingProtocols {
		return nil
	}
	h.opened = r.StatusCode == http.StatusSwitchingProtocols
	what := fmt.Sprintf("status %d", r.StatusCode)
	if name := r.Header.Get("Sec-WebSocket-Protocol"); name != "" {
		what += ", subprotocol " + name
	}
	if extensions, err := handshake.ParseExtensions(r.Header.Values("Sec-WebSocket-Extensions")); err == nil && len(extensions) > 0 {
		for _, e := range extensions {
			slices.SortFunc(e.Params, func(a, b handshake.Param) int { return strings.Compare(a.Name, b.Name) })
		}
		what += ", " + string(handshake.AppendExtensions(nil, extensions))
	}
	return []answer{{what: what}}
}

// theEnd is the answer of a server that ends the connection, by FIN or RST: which
// of them is chance.
var theEnd = answer{what: "the end"}
