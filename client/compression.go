package client

import (
	"cmp"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// offer is an offer of permessage-deflate, the only extension. The zero value offers nothing.
type offer struct {
	options protocol.Compression
	want    handshake.Deflate
	// most is what the connection gets if the server agrees to as much as it can, nil without an offer. What it
	// holds has been reserved.
	most *protocol.Deflate
}

// newOffer makes an offer and reserves what it may cost: once the server has answered it is too late to go
// without. If the budget does not have that, the offer is one without context takeover, and none once nothing
// is left. The caller has to settle the offer.
//
//rfc:7692-5-1 7692-5-7 7692-7.1.1.1-1 7692-7.1.2.1-1 6455-9-1
func newOffer(c protocol.Compression) offer {
	for c.Mode != protocol.NoCompression && !c.Budget.Spent() {
		want := wishes(c)
		if most := deflate(c, want); most.Reserve() {
			return offer{c, want, most}
		}
		c.Mode-- // to NoContextTakeover, which holds nothing
	}
	return offer{}
}

const defaultWindowBits = 15

// wishes are the client's for the negotiation.
//
//rfc:7692-7-2
func wishes(c protocol.Compression) handshake.Deflate {
	return handshake.Deflate{
		ServerNoContextTakeover: c.Mode == protocol.NoContextTakeover,
		ClientNoContextTakeover: c.Mode == protocol.NoContextTakeover,
		ServerMaxWindowBits:     cmp.Or(c.PeerWindowBits, defaultWindowBits),
		ClientMaxWindowBits:     cmp.Or(c.WindowBits, defaultWindowBits),
	}
}

// deflate is what was agreed, as the client's side of a connection sees it.
//
//rfc:7692-5-23 7692-7-2 7692-7.1.1.1-4 7692-7.1.1.2-6 7692-7.1.2.1-5 7692-7.1.2.2-9
func deflate(c protocol.Compression, agreed handshake.Deflate) *protocol.Deflate {
	return &protocol.Deflate{
		Send: protocol.DeflateWindow{
			Bits:     agreed.ClientMaxWindowBits,
			Takeover: !agreed.ClientNoContextTakeover,
		},
		Receive: protocol.DeflateWindow{
			Bits:     agreed.ServerMaxWindowBits,
			Takeover: !agreed.ServerNoContextTakeover,
		},
		Level:     c.Level,
		Threshold: c.Threshold,
		Budget:    c.Budget,
	}
}

// extensions returns the elements for the request.
func (o offer) extensions() []handshake.Extension {
	if o.most == nil {
		return nil
	}
	return []handshake.Extension{handshake.OfferDeflate(o.want)}
}

// agreed returns what the extensions that the server has accepted mean for the connection, nil if they are none.
// An extension that was not offered has been found before.
//
//rfc:7692-5-16 7692-5-19 7692-5-21 7692-5-22
func (o offer) agreed(accepted []handshake.Extension) (*protocol.Deflate, error) {
	agreed, ok, err := handshake.CheckDeflate(accepted, o.want)
	if err != nil || !ok {
		return nil, err
	}
	return deflate(o.options, agreed), nil
}

// settle gives back what was reserved beyond what d, from agreed, holds, and returns d for the connection. A nil
// d holds nothing.
func (o offer) settle(d *protocol.Deflate) *protocol.Deflate {
	switch {
	case o.most == nil:
		return nil
	case d == nil:
		o.most.Release()
		return nil
	case d.Reserve():
		o.most.Release()
		return d
	}
	// The budget does not have both at a time: then it is what was reserved before, which is no less.
	o.most.Send, o.most.Receive = d.Send, d.Receive
	return o.most
}
