package main

import (
	"os"
	"testing"
)

// missing ends the test because a program is not installed.
func missing(t *testing.T, what, install string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is missing: %s", what, install)
	}
	t.Skipf("%s is missing, to run this test: %s", what, install)
}
