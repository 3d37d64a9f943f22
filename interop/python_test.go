package interop

import (
	"fmt"
	"os/exec"
	"testing"
)

// pythonPeer starts the peer of Python's websockets.
func pythonPeer(t *testing.T, role string) *peer {
	t.Helper()
	// Debian's package belongs to Debian's Python, which need not come first.
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(name, "-c", "import websockets.legacy.server").Run() == nil {
			return startPeer(t, everything, name, "peers/python_websockets.py", role)
		}
	}
	missing(t, "Python's websockets", "apt-get install python3-websockets")
	return nil
}

func TestPythonClient(t *testing.T) {
	testOurServers(t, func(t *testing.T) *peer { return pythonPeer(t, "client") })
}

func TestPythonServer(t *testing.T) {
	them := pythonPeer(t, "server")
	testScenarios(t, toThem(fmt.Sprintf("ws://127.0.0.1:%d", them.listening(t)), them))
}
