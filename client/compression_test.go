package client

import (
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/websocket"
)

func window(bits int, takeover bool) protocol.DeflateWindow {
	return protocol.DeflateWindow{Bits: bits, Takeover: takeover}
}

// What was agreed reaches the connection: the client's parameters are for what it sends.
//
//rfc:7692-5-23 7692-7-2 7692-7.1.1.1-4 7692-7.1.1.2-6 7692-7.1.2.1-5 7692-7.1.2.2-9
func TestAgreedOnConnection(t *testing.T) {
	const name = "permessage-deflate"
	takeover := websocket.Compression{Mode: websocket.ContextTakeover}
	for _, c := range []struct {
		options       websocket.Compression
		response      string
		send, receive protocol.DeflateWindow
	}{
		{takeover, name, window(15, true), window(15, true)},
		{takeover, name + "; server_no_context_takeover", window(15, true), window(15, false)},
		{takeover, name + "; client_no_context_takeover", window(15, false), window(15, true)},
		{takeover, name + "; server_max_window_bits=9", window(15, true), window(9, true)},
		{takeover, name + "; client_max_window_bits=9", window(9, true), window(15, true)},
		{
			websocket.Compression{Mode: websocket.NoContextTakeover}, name + "; server_no_context_takeover",
			window(15, false), window(15, false),
		},
		{websocket.Compression{Mode: websocket.ContextTakeover, WindowBits: 10}, name, window(10, true), window(15, true)},
		{
			websocket.Compression{Mode: websocket.ContextTakeover, PeerWindowBits: 11}, name + "; server_max_window_bits=10",
			window(15, true), window(10, true),
		},
	} {
		c.options.Level, c.options.Threshold = 7, 99
		response, err := handshake.ParseExtensions([]string{c.response})
		if err != nil {
			t.Fatal(err)
		}
		d, err := newOffer(c.options).agreed(response)
		if d == nil || err != nil || d.Send != c.send || d.Receive != c.receive || d.Level != 7 || d.Threshold != 99 {
			t.Errorf("%s with %+v: agreed %+v, %v, want %+v, %+v", c.response, c.options, d, err, c.send, c.receive)
		}
	}
}

// An offer reserves what it may cost, and the answer leaves what was agreed.
func TestOfferReserves(t *testing.T) {
	for _, c := range []struct {
		response      string
		send, receive protocol.DeflateWindow
	}{
		{"permessage-deflate", window(15, true), window(15, true)},
		{"permessage-deflate; client_max_window_bits=10; server_no_context_takeover", window(10, true), window(15, false)},
		{"permessage-deflate; client_no_context_takeover; server_no_context_takeover", window(15, false), window(15, false)},
		{"x-none", window(15, false), window(15, false)},
		{"permessage-deflate; unknown", window(15, false), window(15, false)},
	} {
		response, err := handshake.ParseExtensions([]string{c.response})
		if err != nil {
			t.Fatal(err)
		}
		most := cost(window(15, true), window(15, true))
		budget := websocket.NewBudget(most) // has room for one
		o := newOffer(websocket.Compression{Mode: websocket.ContextTakeover, Budget: budget})
		if budget.Used() != most {
			t.Errorf("%d bytes are reserved for the offer, want %d", budget.Used(), most)
		}
		o.agreed(response)
		if want := cost(c.send, c.receive); budget.Used() != want {
			t.Errorf("%s: %d bytes stay reserved, want %d", c.response, budget.Used(), want)
		}
		o.release()
		o.release()
		if budget.Used() != 0 {
			t.Errorf("%s: %d bytes are left in the end", c.response, budget.Used())
		}
	}
}

// cost returns what windows hold.
func cost(send, receive protocol.DeflateWindow) int64 {
	budget := websocket.NewBudget(1 << 20)
	d := protocol.Deflate{Send: send, Receive: receive, Budget: budget}
	d.Reserve()
	return budget.Used()
}

// Without enough for the windows the offer is one without context takeover, and with nothing left there is none.
func TestOfferWithinBudget(t *testing.T) {
	budget := websocket.NewBudget(1)
	c := websocket.Compression{Mode: websocket.ContextTakeover, Budget: budget}
	o := newOffer(c)
	if d := o.deflate; d == nil || d.Send.Takeover || d.Receive.Takeover || budget.Used() != 0 {
		t.Errorf("a small budget: %+v, %d bytes", d, budget.Used())
	}
	c.Budget = websocket.NewBudget(0)
	if o := newOffer(c); o.deflate != nil || o.extensions() != nil {
		t.Errorf("a spent budget: %+v", o)
	}
}
