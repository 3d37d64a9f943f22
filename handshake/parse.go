package handshake

import (
	"net/http"
	"net/url"
	"strings"
)

// requestErrors: a malformed head is a 400 as section 4.2.1 says, one that is too large the 431 of RFC 6585.
//
//rfc:6455-4.2.1-2 6455-10.7-4
var requestErrors = headErrors{
	malformed: Error{Status: http.StatusBadRequest, Rule: "6455-4.2.1-2"},
	tooLarge:  Error{Status: http.StatusRequestHeaderFieldsTooLarge, Rule: "6455-10.7-4"},
}

// ParseRequest reads the head of an HTTP/1 request from the start of b; what follows its n bytes belongs to
// the connection. While b holds only a proper prefix of a head the error is io.ErrUnexpectedEOF: read more
// and call again with the longer b. Each call scans b for line ends only until the head is complete, so even
// a peer that sends single bytes costs no more than l.Bytes such scans of at most l.Bytes each.
//
// The request is fit for [CheckRequest]: like net/http it has the Host field in r.Host and not in r.Header;
// unlike there, Content-Length and Transfer-Encoding stay in r.Header and nothing else is derived from them.
// r.Body is http.NoBody; r does not alias b.
//
// Other errors are of type *Error. The grammar is RFC 9112 without its tolerance for old peers.
//
//rfc:6455-4.2.1-1 6455-4.2.1-15
func ParseRequest(b []byte, l Limits) (r *http.Request, n int, err error) {
	// A TLS ClientHello on a plain port is told at once, not when the head's limit is reached.
	if len(b) > 0 && !isTokenByte[b[0]] {
		return nil, 0, requestErrors.bad("the request line does not begin with a method")
	}
	start, fields, n, err := requestErrors.parseHead(b, l)
	if err != nil {
		return nil, 0, err
	}
	r, e := parseRequestLine(start)
	if e == nil {
		r.Header = fields
		e = takeHost(r)
	}
	if e != nil {
		return nil, 0, e
	}
	return r, n, nil
}

// CheckHead checks the head of a request that somebody else has read, such as net/http, for what [ParseRequest]
// would refuse and those let pass: more than the limits allow, and a target that is no resource name. The error is
// that of ParseRequest.
//
//rfc:6455-4.2.1-5 6455-10.7-4
func CheckHead(r *http.Request, l Limits) error {
	l = l.orDefaults()
	bytes := len(r.Method) + len(r.RequestURI) + len(r.Proto) + len("  \r\n\r\n")
	lines := 0
	for name, values := range r.Header {
		for _, v := range values {
			bytes += len(name) + len(v) + len(": \r\n")
			lines++
		}
	}
	if r.Host != "" { // which is not in the header
		bytes += len(fieldHost) + len(r.Host) + len(": \r\n")
		lines++
	}
	switch {
	case bytes > l.Bytes:
		return requestErrors.tooManyBytes(l)
	case lines > l.Lines:
		return requestErrors.tooManyLines(l)
	}
	if r.RequestURI == "" { // of a request that was not read
		return nil
	}
	if _, e := parseTarget(r.RequestURI); e != nil {
		return e
	}
	return nil
}

// parseRequestLine reads "method SP request-target SP HTTP-version" (RFC 9112, section 3).
//
//rfc:6455-4.2.1-5
func parseRequestLine(line string) (*http.Request, *Error) {
	method, rest, _ := strings.Cut(line, " ")
	target, proto, ok := strings.Cut(rest, " ")
	if !ok || !isToken(method) {
		return nil, requestErrors.bad("the request line is malformed")
	}
	major, minor, ok := http.ParseHTTPVersion(proto)
	if !ok {
		return nil, requestErrors.bad("the request line names no HTTP version")
	}
	if major != 1 {
		return nil, oldHTTP("the request line names an HTTP version other than 1.x")
	}
	u, e := parseTarget(target)
	if e != nil {
		return nil, e
	}
	return &http.Request{
		Method: method, URL: u, RequestURI: target,
		Proto: proto, ProtoMajor: major, ProtoMinor: minor,
		Body: http.NoBody,
	}, nil
}

// parseTarget reads a request-target: a resource name, or an absolute http or https URI that contains it.
// Printable characters which a URI has to percent-encode are let through, because browsers send some of them
// bare.
func parseTarget(target string) (*url.URL, *Error) {
	const rule = "6455-4.2.1-5"
	if !validTarget(target) {
		return nil, badRequest(rule, "the request target has a fragment or a character to be percent-encoded")
	}
	u, err := url.ParseRequestURI(target)
	switch {
	case err != nil:
		return nil, badRequest(rule, "the request target is no URI")
	case strings.HasPrefix(target, "/"):
		return u, nil
	case u.Scheme != "http" && u.Scheme != "https" || u.Opaque != "":
		return nil, badRequest(rule, "the request target is neither a path nor an http or https URI")
	case u.User != nil || !validHostPort(u.Host):
		return nil, badRequest(rule, "the request target has no valid host")
	}
	return u, nil
}

// validTarget reports whether s can stand between the spaces of a request line.
func validTarget(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == '#' {
			return false
		}
	}
	return s != ""
}

// takeHost moves the Host field to r.Host. The host of an absolute target goes before it (RFC 9112, section
// 3.2.2), but the field still has to be there.
//
//rfc:6455-4.2.1-6
func takeHost(r *http.Request) *Error {
	hosts := r.Header[fieldHost]
	delete(r.Header, fieldHost)
	if len(hosts) == 0 {
		return nil
	}
	if len(hosts) > 1 {
		return badRequest("6455-4.2.1-6", "Host appears more than once")
	}
	if r.Host = hosts[0]; r.Host != "" && r.URL.Host != "" {
		r.Host = r.URL.Host
	}
	return nil
}
