package protocol

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// checkGolden compares a file with what it should hold, or rewrites it.
func checkGolden(t *testing.T, path, want string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if string(content) == want && err == nil {
		return
	}
	if !*update {
		t.Errorf("%s: run go test -update and look at the change (-file +wanted):\n%s", path, cmp.Diff(string(content), want))
		return
	}
	if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}
