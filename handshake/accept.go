package handshake

import (
	"net/http"
	"strconv"
)

// Response is a server's acceptance of an opening handshake. It is never changed here.
type Response struct {
	// Key is the client's, from [Request].
	Key string
	// Subprotocol is the one chosen, see [ChooseSubprotocol]; "" for none.
	Subprotocol string
	// Extensions are those in use, in the order of use; each has to be one that the client offered.
	Extensions []Extension
	// Header has further fields, such as Set-Cookie. Fields that belong to the handshake are refused:
	// Upgrade, Connection, Host, Sec-WebSocket-*, and those of a body.
	Header http.Header
}

// AppendResponse appends the server's opening handshake, a whole 101 response (section 4.2.2), to dst and
// returns the extended slice. If something in r cannot be sent, dst is returned as it was with an *Error whose
// Status is 500, the mistake being the server's own; no line break or control byte ever gets into the response.
// Fields of r.Header come last, in the order of their names.
//
//rfc:6455-4.2.2-14 6455-4.2.2-19 6455-4.2.2-20 6455-4.2.2-21 6455-4.2.2-22 6455-4.2.2-23
//rfc:6455-11.3.3-1 6455-11.3.4-2
func AppendResponse(dst []byte, r Response) ([]byte, error) {
	if e := checkAcceptance(r); e != nil {
		return dst, e
	}
	dst = append(dst, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"...)
	dst = append(dst, "Sec-WebSocket-Accept: "...)
	dst = append(appendAcceptKey(dst, r.Key), "\r\n"...)
	if r.Subprotocol != "" {
		dst = appendField(dst, "Sec-WebSocket-Protocol", r.Subprotocol)
	}
	dst = appendExtensionsField(dst, r.Extensions)
	dst = appendFields(dst, r.Header)
	return append(dst, "\r\n"...), nil
}

// checkAcceptance finds what would make the response invalid.
//
//rfc:6455-4.2.2-15 6455-4.2.2-19
func checkAcceptance(r Response) *Error {
	fault := checkFields(r.Header)
	switch {
	case fault != "":
	case !validKey(trim(r.Key)):
		fault = "the response's key is not base64 of 16 bytes"
	case r.Subprotocol != "" && !isToken(r.Subprotocol):
		fault = "the response's subprotocol is no token"
	case !validExtensions(r.Extensions):
		fault = "the response's extensions are no tokens"
	default:
		return nil
	}
	return &Error{Status: http.StatusInternalServerError, Rule: "6455-4.2.2-19", Text: fault}
}

// AppendRefusal appends a whole HTTP/1.1 error response to dst, for a connection without net/http, and returns
// the extended slice. It carries e.Header, announces that the connection closes, and says in plain text what is
// wrong: e.Text with e.Rule, but for a status of 500 or none only the status, since that fault is the server's
// own affair. A status that is no error is sent as 500.
//
//rfc:6455-4.2.1-2 6455-10.7-4
func AppendRefusal(dst []byte, e *Error) []byte {
	status := e.Status
	if status < 400 || status > 599 {
		status = http.StatusInternalServerError
	}
	reason := http.StatusText(status)
	body := reason
	if status != http.StatusInternalServerError {
		body += ": " + e.Text + e.rule()
	}
	body += "\n"
	header := e.Header()
	connection := "close"
	if header.Get(fieldConnection) != "" {
		connection = "Upgrade, close"
		delete(header, fieldConnection)
	}
	dst = append(dst, "HTTP/1.1 "+strconv.Itoa(status)+" "+reason+"\r\n"...)
	dst = appendField(dst, "Connection", connection)
	dst = appendField(dst, "Content-Length", strconv.Itoa(len(body)))
	dst = appendField(dst, "Content-Type", "text/plain; charset=utf-8")
	dst = appendFields(dst, header)
	return append(append(dst, "\r\n"...), body...)
}
