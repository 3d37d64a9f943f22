package client

import (
	"cmp"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/websocket"
)

// offer is an offer of permessage-deflate, the only extension. The zero value offers nothing.
type offer struct {
	want handshake.Deflate
	// deflate is what the connection gets, nil without an offer: before the answer as much as there can be. What
	// it holds has been reserved.
	deflate *protocol.Deflate
}

// newOffer makes an offer and reserves what it may cost: once the server has answered it is too late to go
// without. If the budget does not have that, the offer is one without context takeover, and none once nothing
// is left. If no connection comes about the caller has to release the offer.
//
//rfc:7692-5-1 7692-5-7 7692-7.1.1.1-1 7692-7.1.2.1-1 6455-9-1
func newOffer(c websocket.Compression) offer {
	for c.Mode != websocket.NoCompression && !c.Budget.Spent() {
		o := offer{want: wishes(c)}
		o.deflate = &protocol.Deflate{Level: c.Level, Threshold: c.Threshold, Budget: c.Budget}
		o.deflate.Send, o.deflate.Receive = windows(o.want)
		if o.deflate.Reserve() {
			return o
		}
		c.Mode-- // to NoContextTakeover, which holds nothing
	}
	return offer{}
}

const defaultWindowBits = 15

// wishes are the client's for the negotiation.
//
//rfc:7692-7-2
func wishes(c websocket.Compression) handshake.Deflate {
	return handshake.Deflate{
		ServerNoContextTakeover: c.Mode == websocket.NoContextTakeover,
		ClientNoContextTakeover: c.Mode == websocket.NoContextTakeover,
		ServerMaxWindowBits:     cmp.Or(c.PeerWindowBits, defaultWindowBits),
		ClientMaxWindowBits:     cmp.Or(c.WindowBits, defaultWindowBits),
	}
}

// windows are those that parameters mean on the client's side of a connection.
//
//rfc:7692-7-2 7692-7.1.1.1-4 7692-7.1.1.2-6 7692-7.1.2.1-5 7692-7.1.2.2-9
func windows(d handshake.Deflate) (send, receive protocol.DeflateWindow) {
	send = protocol.DeflateWindow{Bits: d.ClientMaxWindowBits, Takeover: !d.ClientNoContextTakeover}
	receive = protocol.DeflateWindow{Bits: d.ServerMaxWindowBits, Takeover: !d.ServerNoContextTakeover}
	return send, receive
}

// extensions returns the elements for the request.
func (o offer) extensions() []handshake.Extension {
	if o.deflate == nil {
		return nil
	}
	return []handshake.Extension{handshake.OfferDeflate(o.want)}
}

// agreed returns what the extensions that the server has accepted mean for the connection, nil if they are none,
// and gives back what was reserved beyond that. An extension that was not offered has been found before.
//
// A server that does not repeat server_no_context_takeover may keep its window, as widespread ones do: the client then
// keeps it as well, if the budget has that much.
//
//rfc:7692-5-16 7692-5-19 7692-5-21 7692-5-22 7692-5-23 7692-7-11
func (o offer) agreed(accepted []handshake.Extension) (*protocol.Deflate, error) {
	agreed, ok, err := handshake.CheckDeflate(accepted, o.want)
	if err != nil || !ok {
		o.release()
		return nil, err
	}
	o.deflate.Send, o.deflate.Receive = windows(agreed)
	if o.want.ServerNoContextTakeover && !agreed.ServerNoContextTakeover {
		return o.deflate, o.reserveMore()
	}
	o.deflate.Settle()
	return o.deflate, nil
}

// reserveMore reserves what the windows cost that were agreed, which is more than the offer has.
func (o offer) reserveMore() error {
	o.release()
	if o.deflate.Reserve() {
		return nil
	}
	return &handshake.Error{
		Rule:   "7692-7-11",
		Text:   "permessage-deflate lacks server_no_context_takeover, and there is no room for the server's window",
		Option: "Options.Compression.Budget",
	}
}

// release gives back all that is reserved. It may be called more than once.
func (o offer) release() {
	if o.deflate != nil {
		o.deflate.Release()
	}
}
