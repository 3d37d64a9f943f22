package golden

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Check compares the file at path with what it should hold, or rewrites it.
func Check(t *testing.T, path, want string) {
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
