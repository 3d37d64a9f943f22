package handshake

import (
	"net/http"
	"strconv"
)

// Request is what a valid opening handshake asks for.
type Request struct {
	Key          string      // Sec-WebSocket-Key as received, for [Response]
	Subprotocols []string    // offered, most preferred first; nil if there is no such field
	Extensions   []Extension // offered, most preferred first; nil if there is no such field
}

// CheckRequest checks a client's opening handshake by section 4.2.1, whether it comes from net/http or from
// [ParseRequest], and returns what it asks for. The error is an *Error that says how to refuse it: with 405
// for the method, 505 for HTTP/1.0, 426 for a request that asks for no upgrade to WebSocket or for another
// version of it, 400 for the rest. Where a proxy is the likely cause, see [IsAttempt], its Text says so. Origin is
// left to the caller, see [SameOrigin]. The result aliases strings of r, which is not changed.
//
//rfc:6455-4.2.1-1 6455-4.2.1-2 6455-4.2.1-12 6455-4.2.1-14 6455-4.2.1-15
func CheckRequest(r *http.Request) (*Request, error) {
	for _, check := range []func(*http.Request) *Error{
		checkMethod, checkHTTPVersion, checkHost, checkUpgrade, checkConnection, checkVersion, checkKey,
		checkOrigin, checkBody,
	} {
		if e := check(r); e != nil {
			return nil, e
		}
	}
	subprotocols, e := parseSubprotocols(present(r.Header[fieldProtocol]))
	if e != nil {
		return nil, e
	}
	extensions, err := ParseExtensions(present(r.Header[fieldExtensions]))
	if err != nil {
		return nil, refuseExtensions(err)
	}
	return &Request{trim(r.Header[fieldKey][0]), subprotocols, extensions}, nil
}

//rfc:6455-4.2.1-3
func checkMethod(r *http.Request) *Error {
	if r.Method != http.MethodGet {
		return &Error{Status: http.StatusMethodNotAllowed, Rule: "6455-4.2.1-3", Text: "the method is not GET"}
	}
	return nil
}

//rfc:6455-4.2.1-4
func checkHTTPVersion(r *http.Request) *Error {
	if !r.ProtoAtLeast(1, 1) {
		return oldHTTP("the HTTP version is below 1.1" + likelyCause(r))
	}
	return nil
}

// oldHTTP answers with 505: unlike 400 it names the cause, and 426 is of no use to an HTTP/1.0 client, which
// has no Upgrade.
func oldHTTP(text string) *Error {
	return &Error{Status: http.StatusHTTPVersionNotSupported, Rule: "6455-4.2.1-4", Text: text}
}

//rfc:6455-4.2.1-6
func checkHost(r *http.Request) *Error {
	if !validHostPort(r.Host) {
		return badRequest("6455-4.2.1-6", "Host is missing or malformed")
	}
	return nil
}

//rfc:6455-4.2.1-7 6455-11.2-1
func checkUpgrade(r *http.Request) *Error {
	switch upgrade := r.Header[fieldUpgrade]; {
	case len(upgrade) == 0 && IsAttempt(r):
		return upgradeRequired("6455-4.2.1-7", "Upgrade is missing"+likelyCause(r))
	case !lists(upgrade, "websocket"):
		return upgradeRequired("6455-4.2.1-7", "Upgrade does not contain websocket")
	}
	return nil
}

//rfc:6455-4.2.1-8
func checkConnection(r *http.Request) *Error {
	if !lists(r.Header[fieldConnection], "Upgrade") {
		return upgradeRequired("6455-4.2.1-8", "Connection does not contain Upgrade"+likelyCause(r))
	}
	return nil
}

func upgradeRequired(rule, text string) *Error {
	return &Error{Status: http.StatusUpgradeRequired, Rule: rule, Text: text}
}

// checkVersion tells a version we do not speak, which we answer with ours, from a field that is no version.
//
//rfc:6455-4.2.1-11 6455-4.2.2-9 6455-4.3-6 6455-4.4-1 6455-11.3.5-3 6455-11.6-1
func checkVersion(r *http.Request) *Error {
	versions := r.Header[fieldVersion]
	switch {
	case len(versions) == 0:
		return upgradeRequired("6455-4.2.1-11", "Sec-WebSocket-Version is missing")
	case len(versions) > 1:
		return badRequest("6455-11.3.5-3", "Sec-WebSocket-Version appears more than once")
	}
	switch v := trim(versions[0]); {
	case !validVersion(v):
		return badRequest("6455-4.3-6", "Sec-WebSocket-Version is no number from 0 to 255")
	case v != Version:
		return upgradeRequired("6455-4.2.2-9", "Sec-WebSocket-Version is not "+Version)
	}
	return nil
}

// validVersion reports whether s is a decimal number from 0 to 255 without leading zeros.
func validVersion(s string) bool {
	n, err := strconv.ParseUint(s, 10, 8)
	return err == nil && strconv.FormatUint(n, 10) == s
}

//rfc:6455-4.2.1-9 6455-4.2.1-10 6455-11.3.1-1
func checkKey(r *http.Request) *Error {
	keys := r.Header[fieldKey]
	switch {
	case len(keys) == 0:
		return badRequest("6455-4.2.1-9", "Sec-WebSocket-Key is missing")
	case len(keys) > 1:
		return badRequest("6455-11.3.1-1", "Sec-WebSocket-Key appears more than once")
	case !validKey(trim(keys[0])):
		return badRequest("6455-4.2.1-10", "Sec-WebSocket-Key is not base64 of 16 bytes")
	}
	return nil
}

// checkOrigin refuses a request whose origin depends on which field is read (RFC 6454, section 7.3).
func checkOrigin(r *http.Request) *Error {
	if len(r.Header[fieldOrigin]) > 1 {
		return badRequest("6455-4.2.1-2", "Origin appears more than once")
	}
	return nil
}

// checkBody refuses a body, whose bytes would otherwise be taken for frames. Both kinds of requests are
// covered: net/http moves what [ParseRequest] leaves in the header.
func checkBody(r *http.Request) *Error {
	lengths := r.Header["Content-Length"]
	switch {
	case r.ContentLength != 0 || len(r.TransferEncoding) > 0,
		len(r.Header["Transfer-Encoding"]) > 0,
		len(lengths) > 1 || len(lengths) == 1 && lengths[0] != "0":
		return badRequest("6455-4.2.1-2", "the request has a body")
	}
	return nil
}

//rfc:6455-9.1-2
func refuseExtensions(err error) *Error {
	return badRequest("6455-9.1-2", err.(*Error).Text)
}
