package interop

import (
	"fmt"
	"os"
	"testing"
)

// npmPeer starts the peer of the npm package ws.
func npmPeer(t *testing.T, role string) *peer {
	t.Helper()
	node := find("node")
	if node == "" {
		missing(t, "Node", "apt-get install nodejs npm")
	}
	if _, err := os.Stat("node_modules/ws"); err != nil {
		missing(t, "the npm package ws", "npm ci in interop/")
	}
	return startPeer(t, everything, node, "peers/npm_ws.js", role)
}

func TestNPMClient(t *testing.T) {
	testOurServers(t, func(t *testing.T) *peer { return npmPeer(t, "client") })
}

func TestNPMServer(t *testing.T) {
	them := npmPeer(t, "server")
	testScenarios(t, toThem(fmt.Sprintf("ws://127.0.0.1:%d", them.listening(t)), them))
}
