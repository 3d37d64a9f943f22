package handshake

import (
	"net/netip"
	"strconv"
	"strings"
)

// defaultPort returns the port that a URI of the scheme means without naming it, "" for other schemes.
//
//rfc:6455-3-4
func defaultPort(scheme string) string {
	switch scheme {
	case "ws", "http":
		return "80"
	case "wss", "https":
		return "443"
	}
	return ""
}

// splitHostPort takes "host[:port]" apart, as it stands in a Host field or an origin. An IPv6 address keeps
// its brackets; a port loses leading zeros. ok says whether both parts are valid.
func splitHostPort(s string) (host, port string, ok bool) {
	end := strings.LastIndexByte(s, ']') + 1 // colons before it belong to the address
	host = s
	if i := strings.IndexByte(s[end:], ':'); i >= 0 {
		host, port = s[:end+i], s[end+i+1:]
	}
	port, ok = parsePort(port)
	return host, port, ok && validHost(host)
}

func validHostPort(s string) bool {
	_, _, ok := splitHostPort(s)
	return ok
}

// parsePort returns a port in its shortest form. RFC 3986 lets the digits be missing.
func parsePort(s string) (string, bool) {
	if s == "" {
		return "", true
	}
	n, err := strconv.ParseUint(s, 10, 16)
	return strconv.FormatUint(n, 10), err == nil && n > 0
}

// sameHost compares valid hosts. An IPv6 address can be written in several ways, of which browsers take the shortest.
func sameHost(a, b string) bool {
	if equalFold(a, b) {
		return true
	}
	ip, ok := parseIPv6(a)
	other, _ := parseIPv6(b)
	return ok && ip == other
}

// parseIPv6 returns the address that a host in brackets is.
func parseIPv6(host string) (ip netip.Addr, ok bool) {
	if !strings.HasPrefix(host, "[") || !strings.HasSuffix(host, "]") {
		return ip, false
	}
	ip, err := netip.ParseAddr(host[1 : len(host)-1])
	return ip, err == nil && ip.Is6() && ip.Zone() == ""
}

// validHost reports whether s is a host by RFC 3986, section 3.2.2: a registered name or IPv4 address, or an
// IPv6 address in brackets.
func validHost(s string) bool {
	if strings.HasPrefix(s, "[") {
		_, ok := parseIPv6(s)
		return ok
	}
	for i := range len(s) {
		if !isHostByte(s[i]) {
			return false
		}
	}
	return s != ""
}

func isHostByte(c byte) bool {
	return isAlphanumeric(c) || strings.IndexByte("-._~!$&'()*+,;=%", c) >= 0
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= lower(c) && lower(c) <= 'z'
}
