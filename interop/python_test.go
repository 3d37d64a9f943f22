package interop

import (
	"fmt"
	"os/exec"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/interop/internal/programs"
	"github.com/seed372fb791/rfc6455/websocket"
)

// pythonPeer starts the peer of Python's websockets.
func pythonPeer(t *testing.T, arguments ...string) *peer {
	t.Helper()
	// Debian's package belongs to Debian's Python, which need not come first.
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(name, "-c", "import websockets.legacy.server").Run() == nil {
			return startPeer(t, everything, name, append([]string{"peers/python_websockets.py"}, arguments...)...)
		}
	}
	programs.Missing(t, "Python's websockets", "apt-get install python3-websockets")
	return nil
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
