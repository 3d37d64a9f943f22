package rfc6455_test

import (
	"os"
	"regexp"
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

// Files that the README links to are there.
func TestReadmeLinks(t *testing.T) {
	links := regexp.MustCompile(`\]\(([^):]+)\)`).FindAllStringSubmatch(flat(t, "README.md"), -1)
	if len(links) == 0 {
		t.Error("no links")
	}
	for _, link := range links {
		if _, err := os.Stat(link[1]); err != nil {
			t.Error(err)
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
