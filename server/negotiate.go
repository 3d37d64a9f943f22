package server

import (
	"net/http"

	"github.com/seed372fb791/rfc6455/handshake"
)

// negotiate decides about a request (section 4.2.2). It returns the whole 101 response with the fields of
// header, and the subprotocol in it, or an error for refuse.go to answer with.
//
//rfc:6455-4.2.2-12 6455-4.2.2-13 6455-4.2.2-14 6455-4.2.2-16 6455-4.2.2-17 6455-4.2.2-18 6455-9-3
func (o *Options) negotiate(r *http.Request, header http.Header) (response []byte, subprotocol string, err error) {
	req, err := handshake.CheckRequest(r)
	if err != nil {
		return nil, "", err
	}
	if err := o.checkOrigin(r); err != nil {
		return nil, "", err
	}
	if o.Check != nil { //rfc:6455-4.2.2-3 6455-4.2.2-10 6455-4.2.2-11 6455-10.5-1
		if err := o.Check(r, header); err != nil {
			return nil, "", err
		}
	}
	subprotocol = handshake.ChooseSubprotocol(req.Subprotocols, o.Subprotocols)
	response, err = handshake.AppendResponse(nil, handshake.Response{
		Key:         req.Key,
		Subprotocol: subprotocol,
		Header:      header,
	})
	return response, subprotocol, err
}
