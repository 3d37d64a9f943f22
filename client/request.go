package client

import (
	"net/http"
	"net/url"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// request is an opening handshake ready to be sent.
type request struct {
	url         *url.URL
	compression offer
	offer       handshake.Offer // what the response is checked against
	bytes       []byte
}

// newRequest makes the request for u, with a key of its own. What cannot be sent, or means nothing, is found
// here, before anything is connected. If no connection comes about the caller has to release
// r.compression.
//
//rfc:6455-4.1-4 6455-4.1-17 6455-4.1-26 6455-4.1-28 6455-4.1-31 6455-4.1-35
func (d *dialer) newRequest(u *url.URL) (*request, error) {
	if err := d.Compression.Check(); err != nil {
		return nil, err
	}
	if err := checkHeader(d.Header); err != nil {
		return nil, err
	}
	compression := newOffer(d.Compression)
	r := &request{url: u, compression: compression, offer: handshake.Offer{
		Key:          handshake.NewKey(),
		Subprotocols: d.Subprotocols,
		Extensions:   compression.extensions(),
		Origin:       d.Origin,
		Header:       d.headerFor(u),
	}}
	var err error
	if r.bytes, err = handshake.AppendRequest(nil, u, r.offer); err != nil {
		compression.release()
		return nil, err
	}
	return r, nil
}

// check checks the response and returns what it leaves to the connection.
//
//rfc:6455-4.1-50
func (r *request) check(resp *http.Response) (websocket.Setup, error) {
	accepted, err := handshake.CheckResponse(resp, r.offer)
	if err != nil {
		return websocket.Setup{}, err
	}
	agreed, err := r.compression.agreed(accepted.Extensions)
	return websocket.Setup{Subprotocol: accepted.Subprotocol, Deflate: agreed}, err
}
