package interop

import (
	"cmp"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// pairing is a way to get connections between us and a peer.
type pairing struct {
	them   *peer
	frames *frames
	role   websocket.Role // ours
	agreed *handshake.Deflate
	// connect returns our end, and the extensions of the response if we see it.
	connect func(t *testing.T, offer []string) (us *websocket.Conn, extensions string)
}

// toUs pairs a peer that dials with our server behind url, which has the
// options of the agreement.
func toUs(s *ourServer, url string, them *peer, a agreement) pairing {
	return pairing{them, &s.frames, websocket.Server, a.agreed, func(t *testing.T, offer []string) (*websocket.Conn, string) {
		them.tell(t, command{Do: "dial", URL: url, Subprotocols: offer, Deflate: a.theirs})
		return s.accepted(t), ""
	}}
}

// toThem pairs our client with a peer that listens at url.
func toThem(url string, them *peer, a agreement) pairing {
	f := new(frames)
	return pairing{them, f, websocket.Client, a.agreed, func(t *testing.T, offer []string) (*websocket.Conn, string) {
		return dial(t, f, url, offer, a.ours)
	}}
}

// open makes a connection on which what was to be agreed is agreed, and returns
// our end and what the peer says about its own.
func (p pairing) open(t *testing.T, offer []string) (*websocket.Conn, event) {
	t.Helper()
	p.frames.reset()
	us, extensions := p.connect(t, offer)
	t.Cleanup(func() { us.CloseNow() })
	theirs := p.them.opened(t)
	checkAgreed(t, cmp.Or(extensions, theirs.Extensions), p.agreed)
	return us, theirs
}

// options are our server's.
func options(a agreement) server.Options {
	return server.Options{Subprotocols: []string{"chat"}, Compression: a.ours}
}

// testOurServers runs the scenarios with the peer that newClient makes as a
// client of our server: through net/http and on a raw listener, with and
// without TLS, and with each of the agreements about compression: all of them
// with the first, what compresses with the others.
func testOurServers(t *testing.T, newClient func(*testing.T) *peer, agreements ...agreement) {
	plain := agreement{}
	for name, serve := range map[string]func(*testing.T) *ourServer{
		"net/http":     func(t *testing.T) *ourServer { return serveHTTP(t, false, options(plain), nil) },
		"net/http TLS": func(t *testing.T) *ourServer { return serveHTTP(t, true, options(plain), nil) },
		"listener":     func(t *testing.T) *ourServer { return serveRaw(t, false, options(plain)) },
		"listener TLS": func(t *testing.T) *ourServer { return serveRaw(t, true, options(plain)) },
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t)
			testScenarios(t, toUs(s, s.url, newClient(t), plain))
		})
	}
	them := newClient(t)
	test := testScenarios
	for _, a := range agreements {
		t.Run(a.name(), func(t *testing.T) {
			s := serveRaw(t, false, options(a))
			test(t, toUs(s, s.url, them, a))
		})
		test = testCompression
	}
}

// testTheirServers runs the scenarios with our client and the peer that
// newServer starts as a server, without compression and with each of the
// agreements, as testOurServers does.
func testTheirServers(t *testing.T, newServer func(*testing.T, *handshake.Deflate) (url string, them *peer), agreements ...agreement) {
	test := testScenarios
	for _, a := range append([]agreement{{}}, agreements...) {
		t.Run(a.name(), func(t *testing.T) {
			url, them := newServer(t, a.theirs)
			test(t, toThem(url, them, a))
		})
		if a.agreed != nil {
			test = testCompression
		}
	}
}
