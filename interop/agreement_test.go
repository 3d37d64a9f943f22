package interop

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// agreement is what comes of the negotiation of permessage-deflate (RFC 7692
// section 5.1), and what each side has to be told for it. The zero value is
// for none.
type agreement struct {
	ours   websocket.Compression
	theirs *handshake.Deflate // what a peer offers or accepts, bits of 0 for no such parameter
	agreed *handshake.Deflate // what the response says
}

var (
	freely    = websocket.Compression{Mode: websocket.ContextTakeover, Threshold: -1}
	noWindows = websocket.Compression{Mode: websocket.NoContextTakeover, Threshold: -1}

	// bounded are the wishes of ours that a peer has to know to bound its window.
	bounded = websocket.Compression{Mode: websocket.ContextTakeover, Threshold: -1, WindowBits: 12, PeerWindowBits: 11}
)

// theyDemand are agreements on all that peers can ask for, with combinations
// of the four parameters: all 16 of them, or the number that are wanted.
func theyDemand() (list []agreement) {
	serverBits, clientBits := []int{10, 15, 9, 12}, []int{11, 10, 14, 9} // zlib cannot do 8
	for n := range 16 {
		d := &handshake.Deflate{ServerNoContextTakeover: n&1 != 0, ClientNoContextTakeover: n&2 != 0}
		if n&4 != 0 {
			d.ServerMaxWindowBits = serverBits[n%4]
		}
		if n&8 != 0 {
			d.ClientMaxWindowBits = clientBits[n%4]
		}
		list = append(list, agreement{ours: freely, theirs: d, agreed: d})
	}
	return list
}

// extremes are the agreements on none and on all of the parameters.
func extremes() []agreement {
	all := theyDemand()
	return []agreement{all[0], all[15]}
}

// takeover is the agreement on no parameter, alone that on no context takeover.
func takeover(ours websocket.Compression) agreement {
	d := new(handshake.Deflate)
	return agreement{ours, d, d}
}

func alone(ours websocket.Compression) agreement {
	d := &handshake.Deflate{ServerNoContextTakeover: true, ClientNoContextTakeover: true}
	return agreement{ours, d, d}
}

// theyTake are agreements that we wish for and that a peer which supports every
// parameter meets. As a client it has to have offered client_max_window_bits.
func theyTake(role websocket.Role) []agreement {
	most := &handshake.Deflate{}
	if role == websocket.Client {
		most = &handshake.Deflate{ClientMaxWindowBits: 15} // offered, and not worth mentioning in the response
	}
	server, client := bounded.WindowBits, bounded.PeerWindowBits
	if role == websocket.Server {
		server, client = client, server // it is the peer's name for them
	}
	return []agreement{
		{ours: noWindows, theirs: most, agreed: &handshake.Deflate{ServerNoContextTakeover: true, ClientNoContextTakeover: true}},
		{ours: bounded, theirs: most, agreed: &handshake.Deflate{ServerMaxWindowBits: server, ClientMaxWindowBits: client}},
	}
}

// name names a test with the agreement.
func (a agreement) name() string {
	switch {
	case a.agreed == nil:
		return "plain"
	case a.ours == freely:
		return element(a.agreed)
	}
	return "ours: " + element(a.agreed)
}

// element is permessage-deflate as it stands in a header field, "" for none.
func element(d *handshake.Deflate) string {
	if d == nil {
		return ""
	}
	s := "permessage-deflate"
	if d.ServerNoContextTakeover {
		s += "; server_no_context_takeover"
	}
	if d.ClientNoContextTakeover {
		s += "; client_no_context_takeover"
	}
	if d.ServerMaxWindowBits != 0 {
		s += fmt.Sprintf("; server_max_window_bits=%d", d.ServerMaxWindowBits)
	}
	if d.ClientMaxWindowBits != 0 {
		s += fmt.Sprintf("; client_max_window_bits=%d", d.ClientMaxWindowBits)
	}
	return s
}

// checkAgreed compares the extensions of a response with what was to be agreed,
// in whatever order the parameters stand.
func checkAgreed(t *testing.T, extensions string, want *handshake.Deflate) {
	t.Helper()
	sorted := func(s string) string {
		parameters := strings.Split(strings.ReplaceAll(s, " ", ""), ";")
		slices.Sort(parameters)
		return strings.Join(parameters, "; ")
	}
	if sorted(extensions) != sorted(element(want)) {
		t.Fatalf("the response has the extensions %q, want %q", extensions, element(want))
	}
}
