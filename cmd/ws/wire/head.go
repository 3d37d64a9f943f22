package wire

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/seed372fb791/rfc6455/handshake"
)

// Host returns head with the Host field that u, a ws or wss URL, asks for. An
// Origin that was the own one of that host under http or https becomes the own
// one of u, so that a same-origin check comes out as before. All other bytes
// stay. head is not changed.
func Host(head []byte, u *url.URL) []byte {
	was, host := "", handshake.HostHeader(u)
	head = edit(head, "host", func(value string) string {
		was = value
		return host
	})
	return edit(head, "origin", func(value string) string {
		scheme, _, _ := strings.Cut(value, "://")
		if (scheme != "http" && scheme != "https") || !handshake.SameOrigin(value, scheme, was) {
			return value
		}
		if u.Scheme == "wss" {
			return "https://" + host
		}
		return "http://" + host
	})
}

// Target returns head with another request target. head is not changed.
func Target(head []byte, target string) []byte {
	method, rest, _ := bytes.Cut(head, []byte(" "))
	_, version, found := bytes.Cut(rest, []byte(" "))
	if !found {
		return head
	}
	return bytes.Join([][]byte{method, []byte(target), version}, []byte(" "))
}

// edit returns head with the values of a field, whose name is in lower case, as
// change returns them.
func edit(head []byte, name string, change func(value string) string) []byte {
	var b []byte
	first := true
	for line := range bytes.Lines(head) {
		field, rest, found := strings.Cut(string(line), ":")
		if found && !first && strings.ToLower(field) == name {
			value := strings.TrimSpace(rest)
			rest = strings.Replace(rest, value, change(value), 1)
			line = []byte(field + ":" + rest)
		}
		b = append(b, line...)
		first = false
	}
	return b
}
