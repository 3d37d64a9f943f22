package wstest

import (
	"os"
	"os/exec"
	"testing"
)

// Need returns the path of a program, whose package has the same name.
func Need(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		missing(t, program, "apt-get install "+program)
	}
	return path
}

// missing ends the test because a program is not installed.
func missing(t *testing.T, what, install string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is missing: %s", what, install)
	}
	t.Skipf("%s is missing, to run this test: %s", what, install)
}
