package client

import (
	"net/url"

	"github.com/seed372fb791/rfc6455/handshake"
)

// request is an opening handshake ready to be sent.
type request struct {
	url   *url.URL
	offer handshake.Offer // what the response is checked against
	bytes []byte
}

// newRequest makes the request for u, with a key of its own. What cannot be sent is found here, before
// anything is connected.
//
//rfc:6455-4.1-4 6455-4.1-17 6455-4.1-26 6455-4.1-28 6455-4.1-31 6455-4.1-35
func (d *dialer) newRequest(u *url.URL) (*request, error) {
	r := &request{url: u, offer: handshake.Offer{
		Key:          handshake.NewKey(),
		Subprotocols: d.Subprotocols,
		Origin:       d.Origin,
		Header:       d.headerFor(u),
	}}
	var err error
	r.bytes, err = handshake.AppendRequest(nil, u, r.offer)
	return r, err
}
