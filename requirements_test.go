package rfc6455_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every id of a requirement that stands anywhere, in a directive, an error or a
// fixture, is one of the table.
func TestRequirementIDs(t *testing.T) {
	known := requirementIDs(t)
	found := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules" || path == filepath.Join("testdata", "rfc")):
			return filepath.SkipDir
		case d.IsDir() || !citesRequirements(path):
			return nil
		}
		text, err := os.ReadFile(path)
		for _, id := range citation.FindAllString(string(text), -1) {
			if found++; !known[id] {
				t.Errorf("%s: no requirement has the id %s", path, id)
			}
		}
		return err
	})
	if err != nil || found == 0 {
		t.Error(found, err)
	}
}

// citation is an id as it stands in code, in a fixture or in prose.
var citation = regexp.MustCompile(`\b(6455|7692|8441|9220|8307|7936)-\d+(\.\d+)*-\d+\b`)

func citesRequirements(path string) bool {
	switch filepath.Ext(path) {
	case ".go", ".txt", ".md", ".golden":
		return true
	}
	return false
}

// requirementIDs returns the ids of the table.
func requirementIDs(t *testing.T) map[string]bool {
	t.Helper()
	table, err := os.ReadFile("testdata/rfc/requirements.tsv")
	if err != nil {
		t.Fatal(err)
	}
	ids := make(map[string]bool)
	for _, row := range strings.Split(strings.TrimSpace(string(table)), "\n")[1:] {
		id, _, _ := strings.Cut(row, "\t")
		ids[id] = true
	}
	if len(ids) != 519 {
		t.Errorf("%d requirements in the table, want 519", len(ids))
	}
	return ids
}
