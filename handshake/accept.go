package handshake

import (
	"maps"
	"net/http"
	"strconv"
	"strings"
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

// AppendRefusal appends a whole HTTP/1.1 response that refuses a request to dst, for a connection without
// net/http, and returns the extended slice. It carries e.Header, announces that the connection closes, and has
// e.Body, or else says in plain text what is wrong: e.Text with e.Rule, but for a status of 500 only the status,
// since that fault is the server's own affair. What cannot refuse, see [Error.Refuses], is sent as 500.
//
// Fields of h, which may be nil, come besides, such as Set-Cookie, but for those that are the refusal's own. The
// Content-Type of h is that of e.Body. Control bytes in them become spaces.
//
//rfc:6455-4.2.1-2 6455-10.7-4
func AppendRefusal(dst []byte, e *Error, h http.Header) []byte {
	if !e.Refuses() {
		e = &Error{Status: http.StatusInternalServerError}
	}
	reason := http.StatusText(e.Status)
	body := e.refusalBody(reason)
	header := e.refusalHeader(h)
	connection := "close"
	if e.Header().Get(fieldConnection) != "" {
		connection = "Upgrade, close"
	}
	dst = append(dst, "HTTP/1.1 "+strconv.Itoa(e.Status)+" "+reason+"\r\n"...)
	dst = appendField(dst, "Connection", connection)
	dst = appendField(dst, "Content-Length", strconv.Itoa(len(body)))
	dst = appendFields(dst, header)
	return append(append(dst, "\r\n"...), body...)
}

func (e *Error) refusalBody(reason string) string {
	switch {
	case e.Status == http.StatusNotModified: // which has none
		return ""
	case e.Body != "":
		return e.Body
	case e.Status == http.StatusInternalServerError:
		return reason + "\n"
	}
	return reason + ": " + e.Text + e.rule() + "\n"
}

// refusalHeader returns the fields of a refusal that do not say how it is framed: what h adds, what e has to carry.
func (e *Error) refusalHeader(h http.Header) http.Header {
	header := http.Header{"Content-Type": {"text/plain; charset=utf-8"}}
	if e.Body != "" {
		header.Set("Content-Type", http.DetectContentType([]byte(e.Body))) // as net/http does
	}
	for name, values := range h {
		ours := owned(name) || e.Body == "" && equalFold(name, "Content-Type")
		if isToken(name) && !ours {
			header[canonical(name)] = printable(values)
		}
	}
	maps.Copy(header, e.Header())
	delete(header, fieldConnection)
	return header
}

// printable returns values without control bytes.
func printable(values []string) (clean []string) {
	for _, v := range values {
		clean = append(clean, strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f {
				return ' '
			}
			return r
		}, v))
	}
	return clean
}
