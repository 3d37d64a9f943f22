package handshake

import "strings"

// SameOrigin reports whether the value of an Origin field names the origin that a server is reached under:
// scheme ("http" or "https"), and host with an optional port, as in the Host field. Scheme, host and port all
// have to agree, letters without regard to ASCII case, IPv6 addresses however they are written, a missing port being
// the scheme's default. "null", an empty value, a list and anything with a path are never the same origin (RFC 6454).
//
// It tells which site a browser's script comes from; other clients can send any Origin (section 10.1).
//
//rfc:6455-4.2.2-5 6455-10.1-1 6455-10.2-1
func SameOrigin(origin, scheme, host string) bool {
	originScheme, rest, _ := strings.Cut(origin, "://")
	if !equalFold(originScheme, scheme) {
		return false
	}
	scheme = lowerASCII(scheme)
	a, aPort, aOK := splitHostPort(rest)
	b, bPort, bOK := splitHostPort(host)
	return aOK && bOK && sameHost(a, b) && orDefault(aPort, scheme) == orDefault(bPort, scheme)
}

func orDefault(port, scheme string) string {
	if port == "" {
		return defaultPort(scheme)
	}
	return port
}
