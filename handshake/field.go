package handshake

import (
	"maps"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
)

// Field names as http.Header spells its keys. Indexing with them finds fields whatever case they came in,
// because parsers canonicalize names.
//
//rfc:6455-4.1-47
const (
	fieldHost       = "Host"
	fieldUpgrade    = "Upgrade"
	fieldConnection = "Connection"
	fieldOrigin     = "Origin"
	fieldKey        = "Sec-Websocket-Key"
	fieldAccept     = "Sec-Websocket-Accept"
	fieldVersion    = "Sec-Websocket-Version"
	fieldProtocol   = "Sec-Websocket-Protocol"
	fieldExtensions = "Sec-Websocket-Extensions"
)

// ours are the keys of those that the RFC spells in another way. To look them up takes no memory, where
// textproto.CanonicalMIMEHeaderKey has to spell them anew.
var ours = map[string]string{
	"Sec-WebSocket-Key":        fieldKey,
	"Sec-WebSocket-Accept":     fieldAccept,
	"Sec-WebSocket-Version":    fieldVersion,
	"Sec-WebSocket-Protocol":   fieldProtocol,
	"Sec-WebSocket-Extensions": fieldExtensions,
}

// canonical returns the key that http.Header has for a name.
func canonical(name string) string {
	if key, ok := ours[name]; ok {
		return key
	}
	return textproto.CanonicalMIMEHeaderKey(name)
}

// validValue reports whether s can be a field's value: no control byte but the tab (RFC 9110, section 5.5).
func validValue(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// owned reports whether the handshake itself decides about a field, so that a caller cannot add it: a second
// Upgrade or key would change what the peer understands, a length would announce a body that never comes.
func owned(name string) bool {
	name = lowerASCII(name)
	switch name {
	case "host", "upgrade", "connection", "content-length", "transfer-encoding", "trailer":
		return true
	}
	return strings.HasPrefix(name, "sec-websocket-")
}

// valuesOf returns the values of a field in a caller's header, whose names may be spelled in any case.
func valuesOf(h http.Header, name string) (values []string) {
	for n, v := range h {
		if equalFold(n, name) {
			values = append(values, v...)
		}
	}
	return values
}

// present returns the values of a list that the peer sent, none if all are empty: those who have nothing to name
// (libsoup, React Native and older Deno among clients, Kubernetes among servers) send the field without a value,
// which section 4.3 forbids them to do, and mean that it is absent.
func present(values []string) []string {
	if slices.ContainsFunc(values, func(v string) bool { return trim(v) != "" }) {
		return values
	}
	return nil
}

// checkFields says what is wrong with header fields that a caller wants to send; "" if nothing is.
func checkFields(h http.Header) string {
	for name, values := range h {
		switch {
		case !isToken(name):
			return "the caller's header has a field name that is no token"
		case owned(name):
			return "the caller's header has a field that belongs to the handshake: " + name
		case !allValid(values):
			return "the caller's header has a control byte in the field " + name
		}
	}
	return ""
}

func allValid(values []string) bool {
	for _, v := range values {
		if !validValue(v) {
			return false
		}
	}
	return true
}

// appendFields writes the fields in the order of their names, so that equal headers give equal bytes, and
// spells our own the RFC's way and not http.Header's.
func appendFields(dst []byte, h http.Header) []byte {
	if len(h) == 0 {
		return dst
	}
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, v := range h[name] {
			dst = appendField(dst, strings.Replace(name, "Sec-Websocket-", "Sec-WebSocket-", 1), v)
		}
	}
	return dst
}

func appendField(dst []byte, name, value string) []byte {
	dst = append(dst, name...)
	dst = append(dst, ": "...)
	dst = append(dst, value...)
	return append(dst, "\r\n"...)
}
