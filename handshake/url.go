package handshake

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// ParseURL reads a WebSocket URI (section 3). Its scheme is ws or wss in any case, and it has neither userinfo
// nor fragment. Non-ASCII and other characters that a URI cannot have are converted as section 11.1 says: a
// host to punycode, path and query to percent-encoding. The result has a lower-case scheme, "wss" meaning
// TLS, and a lower-case host; a port of 0 or above 65535 is an error. Errors are of type *Error and do not
// repeat the URI, which may hold a secret.
//
//rfc:6455-3-1 6455-3-3 6455-3-5 6455-4.1-4
func ParseURL(s string) (*url.URL, error) {
	if e := checkURLText(s); e != nil {
		return nil, e
	}
	u, err := url.Parse(percentEncode(s))
	if err != nil {
		return nil, badURL("6455-3-1", "the URI is malformed")
	}
	if e := checkURLParts(u); e != nil {
		return nil, e
	}
	host, e := asciiHost(u)
	if e != nil {
		return nil, e
	}
	u.Host = host
	return u, nil
}

func badURL(rule, text string) *Error { return &Error{Rule: rule, Text: text} }

// checkURLText finds what url.Parse would let pass or drop: an empty fragment, a wrong escape in a query.
//
//rfc:6455-3-8 6455-3-9 6455-8.1-2
func checkURLText(s string) *Error {
	switch {
	case !utf8.ValidString(s):
		return badURL("6455-8.1-2", "the URI is not valid UTF-8")
	case strings.Contains(s, "#"):
		return badURL("6455-3-8", "the URI has a fragment; a # that starts none is written %23")
	case !validEscapes(s):
		return badURL("6455-3-1", "the URI has a % without two hexadecimal digits")
	}
	return nil
}

func validEscapes(s string) bool {
	for {
		_, rest, found := strings.Cut(s, "%")
		if !found {
			return true
		}
		if len(rest) < 2 || !isHex(rest[0]) || !isHex(rest[1]) {
			return false
		}
		s = rest
	}
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= lower(c) && lower(c) <= 'f' }

//rfc:6455-3-2
func checkURLParts(u *url.URL) *Error {
	switch {
	case u.Scheme != "ws" && u.Scheme != "wss":
		return badURL("6455-3-1", "the URI's scheme is neither ws nor wss")
	case u.User != nil:
		return badURL("6455-3-2", "the URI has userinfo; credentials go into the Authorization field")
	case u.Host == "":
		return badURL("6455-3-1", "the URI has no host")
	}
	return nil
}

// percentEncode encodes what a path and query cannot have and leaves the rest as it is. It goes before
// url.Parse, which would decode and encode again, and so lose the difference between %2F and a slash.
// Control bytes stay, for url.Parse to refuse: they are an attempt at injection, not a character of a name.
//
//rfc:6455-11.1.1-2 6455-11.1.2-2
func percentEncode(s string) string {
	const hex = "0123456789ABCDEF"
	_, afterScheme, _ := strings.Cut(s, "://")
	i := strings.IndexAny(afterScheme, "/?")
	if i < 0 {
		return s
	}
	i += len(s) - len(afterScheme)
	b := []byte(s[:i])
	for _, c := range []byte(s[i:]) {
		if isURIByte(c) || c < ' ' || c == 0x7f {
			b = append(b, c)
		} else {
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
	}
	return string(b)
}

// isURIByte reports whether c may stand in a path or query (RFC 3986, sections 3.3 and 3.4).
func isURIByte(c byte) bool {
	return isHostByte(c) || c == ':' || c == '@' || c == '/' || c == '?'
}

// asciiHost returns the URI's host and port as ASCII and in the shortest form.
func asciiHost(u *url.URL) (string, *Error) {
	host, e := asciiName(u)
	if e != nil {
		return "", e
	}
	port, ok := parsePort(u.Port())
	if !ok {
		return "", badURL("6455-3-1", "the URI's port is not between 1 and 65535")
	}
	if port != "" {
		host += ":" + port
	}
	return host, nil
}

// asciiName returns the host alone, an IPv6 address in brackets and with its zone.
//
//rfc:6455-11.1.1-1 6455-11.1.2-1
func asciiName(u *url.URL) (string, *Error) {
	host := u.Hostname()
	if strings.HasPrefix(u.Host, "[") {
		ip, err := netip.ParseAddr(host)
		if err != nil || !ip.Is6() {
			return "", badURL("6455-3-1", "the URI has brackets but no IPv6 address in them")
		}
		return "[" + ip.String() + "]", nil
	}
	// IDNA would refuse ASCII hosts that DNS and RFC 3986 know, such as those with an underscore.
	if strings.ContainsFunc(host, func(r rune) bool { return r >= utf8.RuneSelf }) {
		ascii, err := idna.Lookup.ToASCII(host)
		if err != nil {
			return "", badURL("6455-11.1.1-1", "the URI's host has no form in ASCII")
		}
		host = ascii
	}
	if host = lowerASCII(host); !validHost(host) {
		return "", badURL("6455-3-1", "the URI's host is malformed")
	}
	return host, nil
}

// ResourceName returns the path and query that a request for u asks for (section 3): "/" for an empty path,
// no "?" for an empty query.
//
//rfc:6455-3-6 6455-3-7
func ResourceName(u *url.URL) string {
	name := u.EscapedPath()
	if name == "" {
		name = "/"
	}
	if u.RawQuery != "" {
		name += "?" + u.RawQuery
	}
	return name
}

// HostPort returns "host:port" to dial for u, with 80 for ws and 443 for wss when u names no port. An IPv6
// address has brackets and keeps its zone.
//
//rfc:6455-3-4
func HostPort(u *url.URL) string {
	if port := u.Port(); port != "" {
		return u.Host
	}
	return strings.TrimSuffix(u.Host, ":") + ":" + defaultPort(u.Scheme)
}

// HostHeader returns the Host field for u: the port only if it is not the scheme's default, and no IPv6 zone,
// which means something on this machine only (RFC 6874).
//
//rfc:6455-4.1-22
func HostHeader(u *url.URL) string {
	host := u.Hostname()
	if strings.HasPrefix(u.Host, "[") {
		address, _, _ := strings.Cut(host, "%")
		host = "[" + address + "]"
	}
	if port := u.Port(); port != "" && port != defaultPort(u.Scheme) {
		host += ":" + port
	}
	return host
}
