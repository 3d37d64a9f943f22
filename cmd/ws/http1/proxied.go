package http1

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
)

// How the two versions of the PROXY protocol begin, which HAProxy and load
// balancers speak to servers.
const (
	proxyLine  = "PROXY "
	proxyBlock = "\r\n\r\n\x00\r\nQUIT\n"
)

// longestProxyLine is that of the protocol's first version.
const longestProxyLine = 107

// proxied reports whether b begins as the PROXY protocol does: n is how many
// bytes of it are known then, whole whether they are all.
func proxied(b []byte) (n int, whole bool) {
	for _, start := range []string{proxyLine, proxyBlock} {
		if k := min(len(b), len(start)); k == 0 || string(b[:k]) != start[:k] {
			continue
		}
		switch {
		case len(b) < len(start):
			return len(b), false
		case start == proxyBlock:
			return block(b)
		}
		end := bytes.IndexByte(b[:min(len(b), longestProxyLine)], '\n') + 1
		switch {
		case end > 0:
			return end, true
		case len(b) < longestProxyLine:
			return len(b), false
		}
	}
	return 0, false
}

// block returns the length of the second version's block, as proxied does.
func block(b []byte) (n int, whole bool) {
	const header = len(proxyBlock) + 4
	if len(b) < header {
		return len(b), false
	}
	if n = header + int(binary.BigEndian.Uint16(b[header-2:])); n > len(b) {
		return len(b), false
	}
	return n, true
}

// Whom returns what a piece of kind Proxied says, in the words of the protocol's
// first version.
func Whom(b []byte) string {
	const header = len(proxyBlock) + 4
	if bytes.HasPrefix(b, []byte(proxyLine)) || len(b) < header {
		return strings.TrimSpace(string(b))
	}
	family, rest := "TCP4", b[header:]
	size := 4
	switch b[header-3] {
	case 0x11:
	case 0x21:
		family, size = "TCP6", 16
	default:
		return proxyLine + "UNKNOWN"
	}
	if b[header-4]&15 == 0 || len(rest) < 2*size+4 {
		return proxyLine + "UNKNOWN"
	}
	from, _ := netip.AddrFromSlice(rest[:size])
	to, _ := netip.AddrFromSlice(rest[size : 2*size])
	ports := rest[2*size:]
	return fmt.Sprintf("%s%s %v %v %d %d", proxyLine, family, from, to, binary.BigEndian.Uint16(ports), binary.BigEndian.Uint16(ports[2:]))
}
