package server

import (
	"net/http"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/websocket"
)

// What was agreed reaches the connection: the server's parameters are for what it sends.
//
//rfc:7692-5-23 7692-7-2 7692-7.1.1.1-3 7692-7.1.1.2-7 7692-7.1.2.1-3 7692-7.1.2.2-11
func TestAgreedOnConnection(t *testing.T) {
	window := func(bits int, takeover bool) protocol.DeflateWindow {
		return protocol.DeflateWindow{Bits: bits, Takeover: takeover}
	}
	const name = "permessage-deflate"
	takeover := websocket.Compression{Mode: websocket.ContextTakeover}
	for _, c := range []struct {
		options       websocket.Compression
		offer         string
		send, receive protocol.DeflateWindow
	}{
		{takeover, name, window(15, true), window(15, true)},
		{takeover, name + "; server_no_context_takeover", window(15, false), window(15, true)},
		{takeover, name + "; client_no_context_takeover", window(15, true), window(15, false)},
		{takeover, name + "; server_max_window_bits=9", window(9, true), window(15, true)},
		{takeover, name + "; client_max_window_bits=9", window(15, true), window(9, true)},
		{websocket.Compression{Mode: websocket.NoContextTakeover}, name, window(15, false), window(15, false)},
		{websocket.Compression{Mode: websocket.ContextTakeover, WindowBits: 10}, name, window(10, true), window(15, true)},
		{
			websocket.Compression{Mode: websocket.ContextTakeover, PeerWindowBits: 11}, name + "; client_max_window_bits",
			window(15, true), window(11, true),
		},
		{websocket.Compression{Mode: websocket.ContextTakeover, PeerWindowBits: 11}, name, window(15, true), window(15, false)},
	} {
		c.options.Level, c.options.Threshold = 7, 99
		offers, err := handshake.ParseExtensions([]string{c.offer})
		if err != nil {
			t.Fatal(err)
		}
		o := Options{Compression: c.options}
		_, d := o.acceptExtensions(offers)
		if d == nil || d.Send != c.send || d.Receive != c.receive || d.Level != 7 || d.Threshold != 99 {
			t.Errorf("%s with %+v: agreed %+v, want %+v, %+v", c.offer, c.options, d, c.send, c.receive)
		}
	}
}

// Whatever ends a handshake after the negotiation, nothing stays reserved.
func TestBudgetAfterFailure(t *testing.T) {
	budget := websocket.NewBudget(1 << 20)
	o := Options{Compression: websocket.Compression{Mode: websocket.ContextTakeover, Budget: budget}}
	r, _, err := handshake.ParseRequest([]byte("GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n"+
		"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"), handshake.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	_, setup, err := o.negotiate(nil, question{request: r})
	if err != nil || setup.Deflate == nil {
		t.Fatalf("%+v, %v", setup, err)
	}
	if budget.Used() == 0 {
		t.Error("nothing is reserved")
	}
	release(setup.Deflate)
	if n := budget.Used(); n != 0 {
		t.Errorf("%d bytes are in use after the release", n)
	}
	if _, setup, err = o.negotiate(nil, question{request: r, header: http.Header{"Upgrade": {"h2c"}}}); err == nil || setup.Deflate != nil {
		t.Errorf("%+v, %v", setup, err)
	}
	if n := budget.Used(); n != 0 {
		t.Errorf("%d bytes are in use after a bad header", n)
	}
	release(nil)
}
