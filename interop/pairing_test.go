package interop

import (
	"testing"

	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
)

// pairing is a way to get connections between us and a peer.
type pairing struct {
	them    *peer
	frames  *frames
	connect func(t *testing.T, offer []string) *protocol.Conn // our end
}

// toUs pairs a peer that dials with our server behind url.
func toUs(s *ourServer, url string, them *peer) pairing {
	return pairing{them, &s.frames, func(t *testing.T, offer []string) *protocol.Conn {
		them.tell(t, command{Do: "dial", URL: url, Subprotocols: offer})
		return s.accepted(t)
	}}
}

// toThem pairs our client with a peer that listens at url.
func toThem(url string, them *peer) pairing {
	f := new(frames)
	return pairing{them, f, func(t *testing.T, offer []string) *protocol.Conn {
		return dial(t, f, url, offer)
	}}
}

// testOurServers runs the scenarios with the peer that newClient makes as a
// client of our server, through net/http and on a raw listener, with and
// without TLS.
func testOurServers(t *testing.T, newClient func(*testing.T) *peer) {
	o := server.Options{Subprotocols: []string{"chat"}}
	for name, serve := range map[string]func(*testing.T) *ourServer{
		"net/http":     func(t *testing.T) *ourServer { return serveHTTP(t, false, o, nil) },
		"net/http TLS": func(t *testing.T) *ourServer { return serveHTTP(t, true, o, nil) },
		"listener":     func(t *testing.T) *ourServer { return serveRaw(t, false, o) },
		"listener TLS": func(t *testing.T) *ourServer { return serveRaw(t, true, o) },
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t)
			testScenarios(t, toUs(s, s.url, newClient(t)))
		})
	}
}
