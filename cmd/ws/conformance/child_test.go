//go:build unix

package conformance

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
)

// What the client has started and left behind ends with the run.
func TestRunLeavesNothing(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), wstest.Patience)
	defer cancel()
	pipe := filepath.Join(t.TempDir(), "held")
	line := fmt.Sprintf("mkfifo %[1]s; cat %[1]s & ws conformance -listen 127.0.0.1:0 -case length-1@whole -run 'sleep 1000 >%[1]s & ws autobahn -url {url}'; wait", pipe)
	out, err := wstest.Shell(t, ctx, line).CombinedOutput()
	if err != nil || !strings.Contains(string(out), ": 1 pass\n") {
		t.Errorf("%v\n%s", err, out)
	}
}

// A client is started, and the run ends with it.
func TestRun(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), wstest.Patience)
	defer cancel()
	for line, want := range map[string]string{
		"ws conformance -listen 127.0.0.1:0 -case length-1@whole -run 'ws autobahn -url {url} >/dev/null; exit 1'":        "ws: -run: exit status 1\nrfc6455: 1 case in ",
		"ws conformance -listen 127.0.0.1:0 -case length-1 -run 'ws autobahn -case 1 -url {url} >/dev/null'; echo so: $?": "has not asked for the case",
	} {
		out, err := wstest.Shell(t, ctx, line).CombinedOutput()
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v\n%s", line, err, out)
		}
		if strings.HasSuffix(line, "$?") && !strings.HasSuffix(string(out), "so: 1\n") {
			t.Errorf("%s:\n%s", line, out)
		}
	}
}
