package server

import (
	"net/http"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// negotiate decides about a request (section 4.2.2). It returns the whole 101 response with the fields of
// header, and what it leaves to the connection, or an error for refuse.go to answer with. If no connection
// comes about, the caller has to release Setup.Deflate.
//
//rfc:6455-4.2.2-12 6455-4.2.2-13 6455-4.2.2-14 6455-4.2.2-16 6455-4.2.2-17 6455-4.2.2-18 6455-9-3
func (o *Options) negotiate(r *http.Request, header http.Header) (response []byte, s protocol.Setup, err error) {
	req, err := o.check(r, header)
	if err != nil {
		return nil, s, err
	}
	extensions, d := o.acceptExtensions(req.Extensions)
	s.Subprotocol = handshake.ChooseSubprotocol(req.Subprotocols, o.Subprotocols)
	s.Deflate = d
	response, err = handshake.AppendResponse(nil, handshake.Response{
		Key:         req.Key,
		Subprotocol: s.Subprotocol,
		Extensions:  extensions,
		Header:      header,
	})
	if err != nil {
		release(d)
		return nil, protocol.Setup{}, err
	}
	return response, s, nil
}

// check refuses a request that is not valid or not wanted, and all if o is not valid itself.
func (o *Options) check(r *http.Request, header http.Header) (*handshake.Request, error) {
	req, err := handshake.CheckRequest(r)
	if err != nil {
		return nil, err
	}
	if err := o.checkOrigin(r); err != nil {
		return nil, err
	}
	if err := o.checkCompression(); err != nil {
		return nil, err
	}
	if o.Check != nil { //rfc:6455-4.2.2-3 6455-4.2.2-10 6455-4.2.2-11 6455-10.5-1
		if err := o.Check(r, header); err != nil {
			return nil, err
		}
	}
	return req, nil
}
