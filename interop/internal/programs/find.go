package programs

import (
	"os"
	"os/exec"
	"testing"
)

// Find returns the path of the first of the programs that is installed. Without
// one the test ends, and says what installs it.
func Find(t testing.TB, install string, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Missing(t, names[0], install)
	return ""
}

// Missing ends the test because something is not installed: in CI that is a
// failure.
func Missing(t testing.TB, what, install string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is missing: %s", what, install)
	}
	t.Skipf("%s is missing, to run this test: %s", what, install)
}

// NPM returns the path of Node, which has the npm packages of the folder interop.
func NPM(t testing.TB, interop string) (node string) {
	t.Helper()
	node = Find(t, "apt-get install nodejs npm", "node")
	if _, err := os.Stat(interop + "/node_modules/ws"); err != nil {
		Missing(t, "the npm package ws", "npm ci in interop/")
	}
	return node
}

// PythonWebsockets returns the path of a Python that has the package websockets,
// "" if there is none. Debian's package belongs to Debian's Python, which need
// not come first.
func PythonWebsockets() string {
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(name, "-c", "import websockets.legacy.server").Run() == nil {
			return name
		}
	}
	return ""
}

// PythonWebsocketsInstall is what installs it.
const PythonWebsocketsInstall = "apt-get install python3-websockets"
