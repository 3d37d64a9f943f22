package rfc6455_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Go code in the README is that of a runnable Example, word for word and with its imports.
func TestReadmeCode(t *testing.T) {
	readme := read(t, "README.md")
	for _, name := range []string{"example_server_test.go", "example_client_test.go"} {
		_, code, _ := strings.Cut(read(t, name), "\nimport (")
		if !strings.Contains(readme, "\n```go\nimport ("+code+"```\n") {
			t.Errorf("the README does not have the code of %s", name)
		}
	}
	if n := strings.Count(readme, "\n```go\n"); n != 2 {
		t.Errorf("the README has %d pieces of code, want 2", n)
	}
}

// Files that the documents link to are there.
func TestReadmeLinks(t *testing.T) {
	for _, name := range []string{"README.md", "SECURITY.md"} {
		links := regexp.MustCompile(`\]\(([^):]+)\)`).FindAllStringSubmatch(read(t, name), -1)
		if len(links) == 0 {
			t.Errorf("%s has no links", name)
		}
		for _, link := range links {
			if _, err := os.Stat(link[1]); err != nil {
				t.Error(err)
			}
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
