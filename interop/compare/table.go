package main

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/seed372fb791/rfc6455/interop/compare/peers"
	"github.com/seed372fb791/rfc6455/interop/internal/marks"
)

// table is what is printed. Its columns are the peers.
type table struct {
	columns []string
	rows    []row
}

type row struct {
	title string
	cells []string
}

// newTable returns a table with the rows that need no measuring.
func newTable(all []peers.Peer) *table {
	t := &table{rows: []row{{title: "Version"}, {title: "Checks that text is UTF-8"}}}
	versions := moduleVersions()
	for _, p := range all {
		t.columns = append(t.columns, p.Title)
		version := "this one"
		if p.Module != "" {
			version = versions[p.Module]
		}
		t.rows[0].cells = append(t.rows[0].cells, version)
		t.rows[1].cells = append(t.rows[1].cells, p.UTF8)
	}
	return t
}

// moduleVersions returns the versions of the modules in this program.
func moduleVersions() map[string]string {
	versions := map[string]string{}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			versions[m.Path] = m.Version
		}
	}
	return versions
}

// markdown returns the table with numbers on the right.
func (t *table) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "| | %s |\n", strings.Join(t.columns, " | "))
	fmt.Fprintf(&b, "|---|%s\n", strings.Repeat("---:|", len(t.columns)))
	for _, r := range t.rows {
		fmt.Fprintf(&b, "| %s | %s |\n", r.title, strings.Join(r.cells, " | "))
	}
	return b.String()
}

// tableMarks is the name of the marks between which the table stands in a file.
const tableMarks = "compare"

// readTable reads the table between the marks in a file.
func readTable(file string) (*table, error) {
	_, text, _, err := marks.Cut(file, tableMarks)
	if err != nil {
		return nil, err
	}
	t := &table{}
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.Trim(line, "| \r\n"), " | ")
		switch {
		case !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|---"):
		case t.columns == nil:
			t.columns = cells
		case len(cells) != 1+len(t.columns):
			return nil, fmt.Errorf("%s: a row has %d cells and not %d: %s", file, len(cells), 1+len(t.columns), line)
		default:
			t.rows = append(t.rows, row{cells[0], cells[1:]})
		}
	}
	return t, nil
}
