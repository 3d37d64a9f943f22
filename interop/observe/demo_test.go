package observe

import (
	"bufio"
	"os/exec"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/interop/internal/programs"
)

// startDemo starts ws demo, until the test ends. It returns where its visitors come to, and where its operators do.
func startDemo(t *testing.T) (visitors, operators string) {
	t.Helper()
	path, err := programs.WS("../../cmd/ws", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "demo", "-addr", "127.0.0.1:0", "-metrics", "127.0.0.1:0")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	run(t, cmd)
	lines := bufio.NewReader(stdout)
	first, _ := lines.ReadString('\n')
	second, err := lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(strings.TrimPrefix(first, "open http://"), "/\n"),
		strings.TrimSuffix(strings.TrimPrefix(second, "metrics at http://"), "/metrics\n")
}
