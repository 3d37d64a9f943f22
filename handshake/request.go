package handshake

import (
	"maps"
	"net/http"
	"net/url"
)

// Offer is what a client asks for in its opening handshake. It is never changed here.
type Offer struct {
	// Key is the Sec-WebSocket-Key, from [NewKey].
	Key string
	// Subprotocols are offered in order of preference. All have to be different tokens.
	Subprotocols []string
	// Extensions are offered in order of preference.
	Extensions []Extension
	// Origin is sent if it is not empty; browsers have to send one, others may.
	Origin string
	// Header has further fields, such as Cookie or Authorization. One Host replaces the URI's. Fields that
	// belong to the handshake are refused: Upgrade, Connection, Sec-WebSocket-*, and those of a body.
	Header http.Header
}

// AppendRequest appends the client's opening handshake (section 4.1) for the URI u, from [ParseURL], to dst
// and returns the extended slice. If something in u or o cannot be sent, dst is returned as it was with an
// *Error; no line break or control byte from the caller ever gets into the request. Fields of o.Header come
// last, in the order of their names.
//
//rfc:6455-4.1-17 6455-4.1-18 6455-4.1-19 6455-4.1-20 6455-4.1-21 6455-4.1-23 6455-4.1-24 6455-4.1-28
//rfc:6455-4.1-30 6455-4.1-34 6455-4.1-35 6455-11.3.5-3
func AppendRequest(dst []byte, u *url.URL, o Offer) ([]byte, error) {
	host, rest, e := hostField(u, o.Header)
	o.Header = rest
	if e == nil {
		e = checkOffer(u, o)
	}
	if e != nil {
		return dst, e
	}
	dst = append(dst, "GET "+ResourceName(u)+" HTTP/1.1\r\n"...)
	dst = appendField(dst, "Host", host)
	dst = append(dst, "Upgrade: websocket\r\nConnection: Upgrade\r\n"...)
	dst = appendField(dst, "Sec-WebSocket-Key", o.Key)
	if o.Origin != "" {
		dst = appendField(dst, "Origin", o.Origin)
	}
	dst = appendSubprotocols(dst, o.Subprotocols)
	dst = appendField(dst, "Sec-WebSocket-Version", Version)
	dst = appendExtensionsField(dst, o.Extensions)
	dst = appendFields(dst, o.Header)
	return append(dst, "\r\n"...), nil
}

// hostField returns the Host to send, which the caller may have chosen, and the caller's other fields.
//
//rfc:6455-4.1-22
func hostField(u *url.URL, h http.Header) (host string, rest http.Header, e *Error) {
	hosts := valuesOf(h, fieldHost)
	if len(hosts) == 0 {
		hosts = []string{HostHeader(u)}
	}
	if len(hosts) > 1 || !validHostPort(hosts[0]) {
		return "", nil, &Error{Rule: "6455-4.1-22", Text: "Host would not be one valid host and port"}
	}
	rest = maps.Clone(h)
	maps.DeleteFunc(rest, func(name string, _ []string) bool { return equalFold(name, fieldHost) })
	return hosts[0], rest, nil
}

// checkOffer finds what would make the request invalid, the Host field apart.
//
//rfc:6455-4.1-18 6455-4.1-21 6455-4.1-25
func checkOffer(u *url.URL, o Offer) *Error {
	const invalid = "6455-4.1-18"
	target := ResourceName(u)
	origins := valuesOf(o.Header, fieldOrigin)
	switch fault := checkFields(o.Header); {
	case fault != "":
		return &Error{Rule: invalid, Text: fault}
	case target[0] != '/' || !validTarget(target):
		return &Error{Rule: "6455-4.1-21", Text: "the URI's path is relative, or it or the query is not percent-encoded"}
	case !validKey(o.Key):
		return &Error{Rule: "6455-4.1-25", Text: "the offer's key is not base64 of 16 bytes"}
	case !validValue(o.Origin):
		return &Error{Rule: invalid, Text: "the offer's origin has a control byte"}
	case len(origins) > 1 || o.Origin != "" && len(origins) > 0:
		return &Error{Rule: invalid, Text: "the offer has more than one origin"}
	case !validExtensions(o.Extensions):
		return &Error{Rule: "6455-4.3-3", Text: "the offer's extensions are no tokens"}
	}
	return checkSubprotocols(o.Subprotocols)
}
