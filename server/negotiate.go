package server

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// question is what negotiate decides about.
type question struct {
	request *http.Request
	header  http.Header // for the response; Check may add to it
	allowed []originPattern
}

// negotiate decides about a request (section 4.2.2). It appends the whole 101 response to dst and returns that with
// what it leaves to the connection, or an error for refuse.go to answer with. If no connection comes about, the
// caller has to release Setup.Deflate.
//
//rfc:6455-4.2.2-12 6455-4.2.2-13 6455-4.2.2-14 6455-4.2.2-16 6455-4.2.2-17 6455-4.2.2-18 6455-9-3
func (o *Options) negotiate(dst []byte, q question) (response []byte, s websocket.Setup, err error) {
	req, err := o.check(q)
	if err != nil {
		return nil, s, err
	}
	extensions, d := o.acceptExtensions(req.Extensions)
	s.Subprotocol = handshake.ChooseSubprotocol(req.Subprotocols, o.Subprotocols)
	s.Deflate = d
	response, err = handshake.AppendResponse(dst, handshake.Response{
		Key:         req.Key,
		Subprotocol: s.Subprotocol,
		Extensions:  extensions,
		Header:      q.header,
	})
	if err != nil {
		release(d)
		return nil, websocket.Setup{}, err
	}
	return response, s, nil
}

// check refuses a request that is not valid or not wanted.
func (o *Options) check(q question) (*handshake.Request, error) {
	req, err := handshake.CheckRequest(q.request)
	if err != nil {
		return nil, err
	}
	if err := o.checkOrigin(q.request, q.allowed); err != nil {
		return nil, err
	}
	if o.Check != nil { //rfc:6455-4.2.2-3 6455-4.2.2-4 6455-4.2.2-10 6455-4.2.2-11 6455-10.5-1
		if err := o.Check(q.request, q.header); err != nil {
			return nil, checkRefusal(err)
		}
	}
	return req, nil
}

// checkRefusal returns err, by which Options.Check refuses, or what says that it cannot.
func checkRefusal(err error) error {
	var known *handshake.Error
	if errors.As(err, &known) && !known.Refuses() {
		return fmt.Errorf("websocket: Options.Check: Status %d or Location %q cannot refuse a request: %w",
			known.Status, known.Location, err)
	}
	return err
}
