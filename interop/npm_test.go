package interop

import (
	"fmt"
	"os"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// npmPeer starts the peer of the npm package ws.
func npmPeer(t *testing.T, arguments ...string) *peer {
	t.Helper()
	node := find("node")
	if node == "" {
		missing(t, "Node", "apt-get install nodejs npm")
	}
	if _, err := os.Stat("node_modules/ws"); err != nil {
		missing(t, "the npm package ws", "npm ci in interop/")
	}
	return startPeer(t, everything, node, append([]string{"peers/npm_ws.js"}, arguments...)...)
}

// npmServer starts it as a server.
func npmServer(t *testing.T, d *handshake.Deflate) (url string, them *peer) {
	them = npmPeer(t, "server", parameters(t, d))
	return fmt.Sprintf("ws://127.0.0.1:%d", them.listening(t)), them
}

func TestNPMClient(t *testing.T) {
	testOurServers(t, func(t *testing.T) *peer { return npmPeer(t, "client") },
		append(theyDemand(), theyTake(protocol.Client)...)...)
}

func TestNPMServer(t *testing.T) {
	testTheirServers(t, npmServer, append(theyDemand(), theyTake(protocol.Server)...)...)
}
