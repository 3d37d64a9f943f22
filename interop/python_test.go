package interop

import (
	"fmt"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/interop/internal/programs"
	"github.com/seed372fb791/rfc6455/websocket"
)

// pythonPeer starts the peer of Python's websockets.
func pythonPeer(t *testing.T, arguments ...string) *peer {
	t.Helper()
	python := programs.PythonWebsockets()
	if python == "" {
		programs.Missing(t, "Python's websockets", programs.PythonWebsocketsInstall)
	}
	return startPeer(t, everything, python, append([]string{"peers/python_websockets.py"}, arguments...)...)
}

// pythonServer starts it as a server.
func pythonServer(t *testing.T, d *handshake.Deflate) (url string, them *peer) {
	them = pythonPeer(t, "server", parameters(t, d))
	return fmt.Sprintf("ws://127.0.0.1:%d", them.listening(t)), them
}

func TestPythonClient(t *testing.T) {
	testOurServers(t, func(t *testing.T) *peer { return pythonPeer(t, "client") },
		append(extremes(), theyTake(websocket.Client)...)...)
}

func TestPythonServer(t *testing.T) {
	testTheirServers(t, pythonServer, append(extremes(), theyTake(websocket.Server)...)...)
}
