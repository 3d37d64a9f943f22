package handshake

import (
	"slices"
	"strings"
)

// ChooseSubprotocol returns the first of the offered subprotocols that is also supported, "" if there is
// none (section 4.2.2). So the client's order decides, which section 4.1 calls its preference; the order of
// supported does not matter. Names are compared byte for byte.
//
//rfc:6455-4.1-31 6455-4.2.2-12 6455-4.2.2-13
func ChooseSubprotocol(offered, supported []string) string {
	for _, name := range offered {
		// Not the client's own string, which would keep the memory of all its request.
		if i := slices.Index(supported, name); i >= 0 {
			return supported[i]
		}
	}
	return ""
}

// parseSubprotocols reads the Sec-WebSocket-Protocol fields of a request, which may be several.
//
//rfc:6455-11.3.4-1 6455-4.2.1-14
func parseSubprotocols(fields []string) ([]string, *Error) {
	if len(fields) == 0 {
		return nil, nil
	}
	names := slices.Collect(elements(fields))
	if len(names) == 0 {
		return nil, badRequest("6455-4.3-4", "Sec-WebSocket-Protocol names no subprotocol")
	}
	if e := checkSubprotocols(names); e != nil {
		return nil, badRequest(e.Rule, e.Text)
	}
	return names, nil
}

// checkSubprotocols holds the rules for the names in an offer, whether ours or the peer's.
//
//rfc:6455-4.1-32 6455-4.1-33
func checkSubprotocols(names []string) *Error {
	for i, name := range names {
		if !isToken(name) {
			return &Error{Rule: "6455-4.1-32", Text: "a subprotocol's name is no token"}
		}
		if slices.Contains(names[:i], name) {
			return &Error{Rule: "6455-4.1-33", Text: "a subprotocol is offered twice"}
		}
	}
	return nil
}

// appendSubprotocols writes an offer's Sec-WebSocket-Protocol field, none for an empty offer.
//
//rfc:6455-4.1-31
func appendSubprotocols(dst []byte, names []string) []byte {
	if len(names) == 0 {
		return dst
	}
	return appendField(dst, "Sec-WebSocket-Protocol", strings.Join(names, ", "))
}
