package rfc6455_test

import (
	"os"
	"strings"
	"testing"
)

// Go code in the README is that of a runnable Example, word for word but for
// the indentation.
func TestReadmeCode(t *testing.T) {
	example := flat(t, "example_test.go")
	parts := strings.Split(flat(t, "README.md"), "\n```go\n")
	if len(parts) < 3 {
		t.Fatal("the README shows no server and no client")
	}
	for _, part := range parts[1:] {
		code, _, _ := strings.Cut(part, "\n```\n")
		if !strings.Contains(example, code) {
			t.Errorf("not in example_test.go:\n%s", code)
		}
	}
}

// flat returns a file without the indentation of its lines.
func flat(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimLeft(line, "\t")
	}
	return strings.Join(lines, "\n")
}
