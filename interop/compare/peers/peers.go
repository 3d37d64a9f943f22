// Package peers holds an echo server for each library that is compared. Each
// uses its library in the fast way that its documentation shows, and leaves
// every check on. A message may have 16 MiB. Where messages are compressed, that
// is at the fastest level, which is the default of all; what a library cannot do
// it does not agree to, or agrees to less.
package peers

import (
	"io"
	"net"
	"slices"

	"github.com/seed372fb791/rfc6455/websocket"
)

// A Peer is a library with its echo server.
type Peer struct {
	Name   string // of the server, a word
	Title  string // of the column
	Module string // whose version is told, "" for this module
	UTF8   string // whether text is checked, in a few words
	// Serve echoes on the connections of l, compressed as c says with clients
	// that offer it, and returns only with an error.
	Serve func(l net.Listener, c websocket.Compression) error
	// Broadcast sends what comes over one connection of l to all of them, and
	// returns only with an error.
	Broadcast func(l net.Listener) error
}

// What is said about checking text (section 8.1 of RFC 6455).
const (
	always    = "always"
	byDefault = "by default"
	onRequest = "on request"
	never     = "never"
)

// All are the peers in the order of the columns.
var All = []Peer{raw, overHTTP, gorilla, coder, gobwas, lxzan, lesismal}

// Find returns the peer of that name.
func Find(name string) (Peer, bool) {
	i := slices.IndexFunc(All, func(p Peer) bool { return p.Name == name })
	if i < 0 {
		return Peer{}, false
	}
	return All[i], true
}

// maxMessage is the most bytes of a message where a library has a limit that is
// less. The largest messages of the conformance suite have as many.
const maxMessage = 16 << 20

// readAll appends all of r to buf, which is used again for each message.
func readAll(buf []byte, r io.Reader) ([]byte, error) {
	for {
		if cap(buf)-len(buf) < 512 {
			buf = slices.Grow(buf, max(4096, len(buf)))
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if err == io.EOF {
			return buf, nil
		}
		if err != nil {
			return buf, err
		}
	}
}
