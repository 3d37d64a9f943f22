package interop

import (
	"fmt"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/interop/internal/programs"
	"github.com/seed372fb791/rfc6455/websocket"
)

// npmPeer starts the peer of the npm package ws.
func npmPeer(t *testing.T, arguments ...string) *peer {
	t.Helper()
	return startPeer(t, everything, programs.NPM(t, "."), append([]string{"peers/npm_ws.js"}, arguments...)...)
}

// npmServer starts it as a server.
func npmServer(t *testing.T, d *handshake.Deflate) (url string, them *peer) {
	them = npmPeer(t, "server", parameters(t, d))
	return fmt.Sprintf("ws://127.0.0.1:%d", them.listening(t)), them
}

func TestNPMClient(t *testing.T) {
	testOurServers(t, func(t *testing.T) *peer { return npmPeer(t, "client") },
		append(theyDemand(), theyTake(websocket.Client)...)...)
}

func TestNPMServer(t *testing.T) {
	testTheirServers(t, npmServer, append(theyDemand(), theyTake(websocket.Server)...)...)
}
