package handshake

import (
	"net/http"
	"strings"
)

// Error says why an opening handshake was refused.
type Error struct {
	// Status is the HTTP status of the refusal: on a server the one to answer with, on a client the one
	// the server answered with. It is 0 where there is none.
	Status int
	// Rule is the id of the broken requirement in testdata/rfc/requirements.tsv.
	Rule string
	// Text says what is wrong. A server sends it to the peer, so it quotes neither secrets nor the peer's
	// bytes.
	Text string
	// Option names the option that raises the limit, when a limit was the reason.
	Option string
	// Location is where a redirect leads, for a Status from 300 to 399: a URI or a reference.
	Location string
	// Body, if not "", is sent to the peer instead of Text and Rule, whatever the Status.
	Body string
}

// Refuses reports whether a server can answer with e: its Status says that the request is refused, or leads
// elsewhere, and its Location, if any, has only bytes that a URI may have.
func (e *Error) Refuses() bool {
	outside := func(c rune) bool { return c <= ' ' || c >= 0x7f }
	return e.Status >= 300 && e.Status <= 599 && strings.IndexFunc(e.Location, outside) < 0
}

// Error gives "websocket: handshake: text [rule]" and the option that would help, if there is one.
func (e *Error) Error() string {
	s := "websocket: handshake: " + e.Text
	if e.Option != "" {
		s += ", " + e.Option + " raises the limit"
	}
	return s + e.rule()
}

// rule is the rule in brackets, if there is one: an application's refusal need not have any.
func (e *Error) rule() string {
	if e.Rule == "" {
		return ""
	}
	return " [" + e.Rule + "]"
}

// Header returns the fields that a refusal with e.Status has to carry, nil if there are none. The caller
// owns the result.
//
// Every 426 names the protocol and its version: RFC 9110 asks for Upgrade in that answer, sections 4.2.2
// and 4.4 of RFC 6455 for the version.
//
//rfc:6455-4.2.2-9 6455-4.3-7 6455-4.4-1
func (e *Error) Header() http.Header {
	switch e.Status {
	case http.StatusUpgradeRequired:
		return http.Header{
			fieldUpgrade:    {"websocket"},
			fieldConnection: {"Upgrade"},
			fieldVersion:    {Version},
		}
	case http.StatusMethodNotAllowed:
		return http.Header{"Allow": {http.MethodGet}}
	}
	if e.Location != "" {
		return http.Header{"Location": {e.Location}}
	}
	return nil
}

// badRequest is the refusal of a request which breaks the grammar or a rule without a status of its own.
func badRequest(rule, text string) *Error {
	return &Error{Status: http.StatusBadRequest, Rule: rule, Text: text}
}
