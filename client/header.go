package client

import (
	"net/http"
	"strings"

	"github.com/seed372fb791/rfc6455/handshake"
)

// defaultAgent is the User-Agent of programs that send none of their own.
const defaultAgent = "Go-rfc6455/1"

// fieldIn returns how h spells a field's name, if it has the field.
func fieldIn(h http.Header, field string) (name string, found bool) {
	for name := range h {
		if strings.EqualFold(name, field) {
			return name, true
		}
	}
	return "", false
}

// withAgent returns a copy of h with a User-Agent, unless it has one. One that is empty becomes none.
func withAgent(h http.Header) http.Header {
	h = h.Clone()
	if h == nil {
		h = make(http.Header)
	}
	name, found := fieldIn(h, "User-Agent")
	if !found {
		h.Set("User-Agent", defaultAgent)
	} else if strings.Join(h[name], "") == "" {
		delete(h, name)
	}
	return h
}

// misplaced are fields that other options decide about.
var misplaced = map[string]string{
	"Sec-WebSocket-Protocol":   "Options.Subprotocols",
	"Sec-WebSocket-Extensions": "Options.Compression",
}

// checkHeader finds fields of the caller's that belong elsewhere.
//
//rfc:6455-4.1-18
func checkHeader(h http.Header) error {
	for field, option := range misplaced {
		if _, found := fieldIn(h, field); found {
			return &handshake.Error{
				Rule: "6455-4.1-18", Text: field + " is not for Options.Header: " + option + " makes it",
			}
		}
	}
	return nil
}
