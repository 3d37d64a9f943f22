package main

import (
	"cmp"
	"flag"
	"net/http"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

// offer are the flags of a command that dials a server: how it gets there, and
// what it offers.
type offer struct {
	header       http.Header
	subprotocols list
	origin       string
	reach        reach
	compression  compression
}

var offerFlags = group{"Opening handshake", []string{"H", "subprotocol", "origin"}}

func (o *offer) add(fs *flag.FlagSet) {
	o.header = make(http.Header)
	fs.Var(header(o.header), "H", "send this field, a `\"Name: value\"`, with the opening handshake; may be repeated")
	fs.Var(&o.subprotocols, "subprotocol", "offer this subprotocol `name`; may be repeated, or a list with commas")
	fs.StringVar(&o.origin, "origin", "", "claim to be a page of this `origin`, such as https://example.com")
	o.reach.add(fs)
	o.compression.add(fs, "offer", "client_max_window_bits", "server_max_window_bits")
}

// check finds mistakes in the flags and the URL.
func (o *offer) check(url string) error {
	return cmp.Or(checkURL(url), o.reach.check(), o.compression.check())
}

// options returns what the flags mean for the library.
func (o *offer) options() (*client.Options, error) {
	c := &client.Options{
		Conn: websocket.Options{
			MaxMessage:   maxMessage,
			CloseTimeout: closeTime,
		},
		Header:       o.header,
		Origin:       o.origin,
		Subprotocols: o.subprotocols,
		Compression:  o.compression.options(),
	}
	return c, o.reach.apply(c)
}
