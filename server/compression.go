package server

import (
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/websocket"
)

// acceptExtensions returns the extensions in use and the compression among them, nil for none. What that holds
// has been reserved; if the budget does not have it, the connection goes without context takeover, and without
// compression once nothing is left.
//
// permessage-deflate is the only extension, and in use once at most: nothing is there for it to conflict with.
//
//rfc:7692-3-1 7692-5-15 7692-5-17 7692-5-18 7692-5-20 7692-5-21 6455-9-2
func (o *Options) acceptExtensions(offers []handshake.Extension) ([]handshake.Extension, *protocol.Deflate) {
	c := o.Compression
	for c.Mode != websocket.NoCompression && !c.Budget.Spent() {
		element, agreed, ok := handshake.AcceptDeflate(offers, wishes(c))
		if !ok {
			break
		}
		if d := deflate(c, agreed); d.Reserve() {
			return []handshake.Extension{element}, d
		}
		c.Mode-- // to NoContextTakeover, which holds nothing
	}
	return nil, nil
}

// wishes are the server's for the negotiation.
//
//rfc:7692-7-2 7692-7.1.1.1-8 7692-7.1.1.2-4
func wishes(c websocket.Compression) handshake.Deflate {
	return handshake.Deflate{
		ServerNoContextTakeover: c.Mode == websocket.NoContextTakeover,
		ClientNoContextTakeover: c.Mode == websocket.NoContextTakeover,
		ServerMaxWindowBits:     c.WindowBits,
		ClientMaxWindowBits:     c.PeerWindowBits,
	}
}

// deflate is what was agreed, as the server's side of a connection sees it.
//
//rfc:7692-5-23 7692-7-2 7692-7.1.1.1-3 7692-7.1.1.2-7 7692-7.1.2.1-3 7692-7.1.2.2-11
func deflate(c websocket.Compression, agreed handshake.Deflate) *protocol.Deflate {
	return &protocol.Deflate{
		Send: protocol.DeflateWindow{
			Bits:     agreed.ServerMaxWindowBits,
			Takeover: !agreed.ServerNoContextTakeover,
		},
		Receive: protocol.DeflateWindow{
			Bits:     agreed.ClientMaxWindowBits,
			Takeover: !agreed.ClientNoContextTakeover,
		},
		Level:     c.Level,
		Threshold: c.Threshold,
		Budget:    c.Budget,
	}
}

// release gives back what d, which may be nil, has reserved for a connection that does not come about.
func release(d *protocol.Deflate) {
	if d != nil {
		d.Release()
	}
}
