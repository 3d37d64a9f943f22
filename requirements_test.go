package rfc6455_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// requirement is a row of testdata/rfc/requirements.tsv, with the places that
// carry its id.
type requirement struct {
	rfc, level, role string
	code, tests      []string // files
	exception        string   // why it lacks one of the two
}

// Every requirement on a client, a server or an extension has code under its
// id and a test or fixture that proves it, or else an exception that says why
// not. An exception that is no longer one has to go.
func TestRequirements(t *testing.T) {
	table := requirements(t)
	cite(t, table)
	exceptions(t, table)
	for id, r := range table {
		met := len(r.code) > 0 && len(r.tests) > 0
		switch {
		case met && r.exception != "":
			t.Errorf("%s has code and a test: its exception is stale", id)
		case !met && r.exception == "" && r.binds():
			t.Errorf("%s has code in %q and tests in %q: one is missing, or an exception", id, r.code, r.tests)
		case r.isPending() && begun(table, r.rfc):
			t.Errorf("%s is pending, but the code of RFC %s has begun", id, r.rfc)
		}
	}
}

// binds reports whether the requirement is one that a library can meet.
func (r *requirement) binds() bool {
	return slices.Contains([]string{"6455", "7692", "8441"}, r.rfc) &&
		slices.Contains([]string{"client", "server", "both", "extension"}, r.role)
}

func (r *requirement) isPending() bool { return strings.HasPrefix(r.exception, "Pending") }

// begun reports whether there is code for one of an RFC's pending rows: then
// none may be pending any more. Those of RFC 6455 wait for RFC 7692.
func begun(table map[string]*requirement, rfc string) bool {
	if rfc == "6455" {
		rfc = "7692"
	}
	for _, r := range table {
		if r.rfc == rfc && r.isPending() && len(r.code) > 0 {
			return true
		}
	}
	return false
}

// requirements returns the table.
func requirements(t *testing.T) map[string]*requirement {
	t.Helper()
	table := make(map[string]*requirement)
	for _, row := range rows(t, "testdata/rfc/requirements.tsv", 6) {
		table[row[0]] = &requirement{rfc: row[1], level: row[3], role: row[4]}
	}
	if len(table) != 519 {
		t.Errorf("%d requirements in the table, want 519", len(table))
	}
	return table
}

// exceptions adds the exceptions to the table.
func exceptions(t *testing.T, table map[string]*requirement) {
	t.Helper()
	for _, row := range rows(t, "testdata/rfc/exceptions.tsv", 2) {
		r := table[row[0]]
		switch {
		case r == nil:
			t.Errorf("an exception for %s, which is no requirement", row[0])
		case r.exception != "" || row[1] == "":
			t.Errorf("%s has two exceptions, or one without a reason", row[0])
		default:
			r.exception = row[1]
		}
	}
}

// rows returns the rows of a table of tab-separated columns, less the header.
func rows(t *testing.T, name string, columns int) (all [][]string) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
		row := strings.Split(line, "\t")
		if len(row) != columns {
			t.Fatalf("%s: not %d columns: %q", name, columns, line)
		}
		all = append(all, row)
	}
	return all
}

// id is how a requirement is cited, in directives, errors, fixtures and prose.
var id = regexp.MustCompile(`\b(6455|7692|8441|9220|8307|7936)-\d+(\.\d+)*-\d+\b`)

// cite adds the places in the tree that cite requirements to the table.
func cite(t *testing.T, table map[string]*requirement) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules" || path == filepath.Join("testdata", "rfc")):
			return filepath.SkipDir
		case d.IsDir():
			return nil
		}
		return citeFile(t, table, path)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func citeFile(t *testing.T, table map[string]*requirement, path string) error {
	if !slices.Contains([]string{".go", ".txt", ".md", ".golden"}, filepath.Ext(path)) {
		return nil
	}
	text, err := os.ReadFile(path)
	for _, line := range strings.Split(string(text), "\n") {
		for _, id := range id.FindAllString(line, -1) {
			r := table[id]
			if r == nil {
				t.Errorf("%s: no requirement has the id %s", path, id)
				continue
			}
			r.cite(path, line)
		}
	}
	return err
}

// cite adds path if line is a directive, or the rfc line of a fixture.
func (r *requirement) cite(path, line string) {
	isGo := strings.HasSuffix(path, ".go")
	switch {
	case isGo && !strings.Contains(line, "//rfc:"):
	case isGo && !strings.HasSuffix(path, "_test.go"):
		r.code = append(r.code, path)
	case isGo, strings.HasPrefix(path, "testdata") && strings.HasPrefix(line, "rfc "):
		r.tests = append(r.tests, path)
	}
}
