package fuzz

import (
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
)

// A URI that is accepted makes a request that a server accepts.
func FuzzURL(f *testing.F) {
	for _, lines := range fixtureLines(f, "handshakes/client-*.txt", "url") {
		for _, line := range lines {
			f.Add(strings.TrimSpace(line))
		}
	}
	for _, s := range []string{"ws://h", "wss://[::1]:8080/a?b=c", "ws://é.example/ä?ö", "ws://h/%zz", "ws://u@h/", "ws://h/#f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := handshake.ParseURL(s)
		if err != nil {
			return
		}
		head, err := handshake.AppendRequest(nil, u, handshake.Offer{Key: "dGhlIHNhbXBsZSBub25jZQ=="})
		if err != nil {
			t.Fatalf("%q cannot be asked for: %v", s, err)
		}
		r, n, err := handshake.ParseRequest(head, handshake.Limits{Bytes: len(head)})
		if err != nil || n != len(head) {
			t.Fatalf("%q: %d bytes of %q, %v", s, n, head, err)
		}
		if _, err := handshake.CheckRequest(r); err != nil {
			t.Fatalf("%q: %q is refused: %v", s, head, err)
		}
		if r.RequestURI != handshake.ResourceName(u) || r.Host != handshake.HostHeader(u) {
			t.Fatalf("%q: asks %q for %q", s, r.Host, r.RequestURI)
		}
	})
}
