package handshake

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// responseErrors: on the client there is no status to answer with.
//
//rfc:6455-4.1-46 6455-10.7-2
var responseErrors = headErrors{
	malformed: Error{Rule: "6455-4.1-46"},
	tooLarge:  Error{Rule: "6455-10.7-2"},
}

// ParseResponse reads the head of an HTTP/1 response from the start of b, as [ParseRequest] does for requests:
// what follows its n bytes is a body or belongs to the connection, and io.ErrUnexpectedEOF asks for a longer b.
//
// The response has no Body and a ContentLength of -1: Content-Length and Transfer-Encoding stay in its Header,
// for a caller who wants to read the body of a refusal. Interim responses (100, 103) are returned like any
// other; the one that counts follows them.
//
//rfc:6455-4.2.2-25
func ParseResponse(b []byte, l Limits) (resp *http.Response, n int, err error) {
	// A server of another protocol, such as SMTP, is told at once.
	const begin = "HTTP/"
	if k := min(len(b), len(begin)); string(b[:k]) != begin[:k] {
		return nil, 0, responseErrors.bad("the response does not begin with HTTP/")
	}
	start, fields, n, err := responseErrors.parseHead(b, l)
	if err != nil {
		return nil, 0, err
	}
	resp, e := parseStatusLine(start)
	if e != nil {
		return nil, 0, e
	}
	resp.Header = fields
	return resp, n, nil
}

// parseStatusLine reads "HTTP-version SP status-code SP [ reason-phrase ]" (RFC 9112, section 4). The second space
// may be missing together with the reason: some servers and proxies leave it out, and nothing else can be meant.
func parseStatusLine(line string) (*http.Response, *Error) {
	proto, status, _ := strings.Cut(line, " ")
	digits, reason, _ := strings.Cut(status, " ")
	code, err := strconv.ParseUint(digits, 10, 16)
	major, minor, okProto := http.ParseHTTPVersion(proto)
	switch {
	case !okProto || major != 1:
		return nil, responseErrors.bad("the status line names no HTTP version 1.x")
	case err != nil || len(digits) != 3 || code < 100:
		return nil, responseErrors.bad("the status line has no status code of three digits")
	case !validValue(reason):
		return nil, responseErrors.bad("the status line has a control byte")
	}
	return &http.Response{
		Status: status, StatusCode: int(code),
		Proto: proto, ProtoMajor: major, ProtoMinor: minor,
		ContentLength: -1,
	}, nil
}

// Accepted is what a server agreed to.
type Accepted struct {
	Subprotocol string      // Subprotocol In Use; "" for none
	Extensions  []Extension // Extensions In Use, in the order of use; nil for none
}

// CheckResponse checks the server's opening handshake against what the client offered (section 4.1) and
// returns what was agreed. The error is an *Error. Its Status is that of the response if that is not 101:
// then HTTP applies as usual and the caller may authenticate or follow a redirect; after any other error it
// has to close the connection. The parameters of extensions are left to the extensions, cookies to the caller.
// The result aliases strings of resp, which is not changed.
//
//rfc:6455-4.1-37 6455-4.1-48
func CheckResponse(resp *http.Response, o Offer) (Accepted, error) {
	if resp.StatusCode != http.StatusSwitchingProtocols {
		text := "the server answered " + strconv.Itoa(resp.StatusCode) + " " + http.StatusText(resp.StatusCode)
		return Accepted{}, &Error{Status: resp.StatusCode, Rule: "6455-4.1-37", Text: strings.TrimSpace(text)}
	}
	if e := checkSwitch(resp); e != nil {
		return Accepted{}, e
	}
	if e := checkAccept(resp.Header[fieldAccept], o.Key); e != nil {
		return Accepted{}, e
	}
	extensions, e := checkExtensions(resp.Header[fieldExtensions], o.Extensions)
	if e != nil {
		return Accepted{}, e
	}
	subprotocol, e := checkSubprotocol(present(resp.Header[fieldProtocol]), o.Subprotocols)
	if e != nil {
		return Accepted{}, e
	}
	return Accepted{subprotocol, extensions}, nil
}

// checkSwitch checks that HTTP itself says the protocol changes, and to which one.
//
//rfc:6455-4.1-38 6455-4.1-39 6455-4.1-40 6455-4.1-41 6455-4.1-46
func checkSwitch(resp *http.Response) *Error {
	upgrade, connection := resp.Header[fieldUpgrade], resp.Header[fieldConnection]
	switch {
	case !resp.ProtoAtLeast(1, 1):
		return &Error{Rule: "6455-4.1-46", Text: "a response 101 needs HTTP/1.1"}
	case len(upgrade) == 0:
		return &Error{Rule: "6455-4.1-38", Text: "Upgrade is missing"}
	case len(upgrade) > 1 || !equalFold(trim(upgrade[0]), "websocket"):
		return &Error{Rule: "6455-4.1-39", Text: "Upgrade is not websocket"}
	case len(connection) == 0:
		return &Error{Rule: "6455-4.1-40", Text: "Connection is missing"}
	case !lists(connection, "Upgrade"):
		return &Error{Rule: "6455-4.1-41", Text: "Connection does not contain Upgrade"}
	}
	return nil
}

//rfc:6455-4.1-42 6455-4.1-43 6455-4.1-46 6455-11.3.3-1
func checkAccept(values []string, key string) *Error {
	switch {
	case len(values) == 0:
		return &Error{Rule: "6455-4.1-42", Text: "Sec-WebSocket-Accept is missing"}
	case len(values) > 1:
		return &Error{Rule: "6455-11.3.3-1", Text: "Sec-WebSocket-Accept appears more than once"}
	case trim(values[0]) != AcceptKey(key):
		return &Error{Rule: "6455-4.1-43", Text: "Sec-WebSocket-Accept does not answer the key"}
	}
	return nil
}

// checkExtensions takes several fields for one list, as erratum 3433 has it, where section 11.3.2 forbids them.
//
//rfc:6455-4.1-44 6455-4.1-49 6455-4.2.2-24 6455-9.1-1 6455-9.1-7 6455-9.1-10 6455-11.3.2-2
//rfc:7692-5-19 7692-5-22
func checkExtensions(fields []string, offered []Extension) ([]Extension, *Error) {
	accepted, err := ParseExtensions(fields)
	if err != nil {
		return nil, &Error{Rule: "6455-9.1-1", Text: err.(*Error).Text}
	}
	for _, a := range accepted {
		if !slices.ContainsFunc(offered, func(o Extension) bool { return o.Name == a.Name }) {
			return nil, &Error{Rule: "6455-4.1-44", Text: "the server uses an extension that was not offered"}
		}
	}
	return accepted, nil
}

//rfc:6455-4.1-45 6455-4.1-46 6455-4.1-50 6455-4.2.2-15 6455-11.3.4-2
func checkSubprotocol(fields, offered []string) (string, *Error) {
	switch {
	case len(fields) == 0:
		return "", nil
	case len(fields) > 1:
		return "", &Error{Rule: "6455-11.3.4-2", Text: "Sec-WebSocket-Protocol appears more than once"}
	}
	name := trim(fields[0])
	switch {
	case !isToken(name):
		return "", &Error{Rule: "6455-4.2.2-15", Text: "Sec-WebSocket-Protocol is not one token"}
	case !slices.Contains(offered, name):
		return "", &Error{Rule: "6455-4.1-45", Text: "the server chose a subprotocol that was not offered"}
	}
	return name, nil
}
