package requirements

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// Requirement is a row of the table, with the places that carry its id.
type Requirement struct {
	ID        string // such as 6455-5.1-3: RFC, section, number
	RFC       string
	Section   string
	Title     string `json:",omitempty"` // of the section, if known
	Level     string // MUST to MAY, or RULE
	Role      string // whom it binds
	Text      string
	Code      []Place `json:",omitempty"` // that meets it
	Proofs    []Place `json:",omitempty"` // that fail if the code doesn't
	Exception string  `json:",omitempty"` // why it lacks one of the two
}

// Status is what has become of a requirement.
type Status string

const (
	Met      Status = "met"       // it has code and a proof
	Excepted Status = "exception" // it lacks one of them, for a reason
	Pending  Status = "pending"   // it waits for something to be built
	Neither  Status = "neither"   // it has neither, nor a reason
)

// Status returns what has become of r.
func (r *Requirement) Status() Status {
	switch {
	case len(r.Code) > 0 && len(r.Proofs) > 0:
		return Met
	case strings.HasPrefix(r.Exception, "Pending"):
		return Pending
	case r.Exception != "":
		return Excepted
	}
	return Neither
}

const folder = "testdata/rfc"

// In reports whether the table is in the tree.
func In(tree fs.FS) bool {
	_, err := fs.Stat(tree, folder+"/requirements.tsv")
	return err == nil
}

// Read returns the requirements in the order of the table, with their places in
// the tree. The error joins all that is wrong with table, exceptions and ids.
func Read(tree fs.FS) ([]*Requirement, error) {
	table, err := rows(tree, folder+"/requirements.tsv", 6)
	if err != nil {
		return nil, err
	}
	all, byID := make([]*Requirement, 0, len(table)), make(map[string]*Requirement)
	for _, row := range table {
		r := &Requirement{ID: row[0], RFC: row[1], Section: row[2], Level: row[3], Role: row[4], Text: row[5]}
		all, byID[r.ID] = append(all, r), r
	}
	return all, errors.Join(title(tree, all), except(tree, byID), cite(tree, byID))
}

// title adds the titles of the sections.
func title(tree fs.FS, all []*Requirement) error {
	sections, err := rows(tree, folder+"/sections.tsv", 3)
	for _, row := range sections {
		for _, r := range all {
			if r.RFC == row[0] && r.Section == row[1] {
				r.Title = row[2]
			}
		}
	}
	return err
}

// except adds the exceptions.
func except(tree fs.FS, byID map[string]*Requirement) error {
	exceptions, err := rows(tree, folder+"/exceptions.tsv", 2)
	wrong := []error{err}
	for _, row := range exceptions {
		r := byID[row[0]]
		switch {
		case r == nil:
			wrong = append(wrong, fmt.Errorf("an exception for %s, which is no requirement", row[0]))
		case r.Exception != "" || row[1] == "":
			wrong = append(wrong, fmt.Errorf("%s has two exceptions, or one without a reason", row[0]))
		default:
			r.Exception = row[1]
		}
	}
	return errors.Join(wrong...)
}

// rows returns the rows of a table of tab-separated columns, less the header.
func rows(tree fs.FS, name string, columns int) (all [][]string, err error) {
	text, err := fs.ReadFile(tree, name)
	if err != nil {
		return nil, err
	}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
		row := strings.Split(line, "\t")
		if len(row) != columns {
			return nil, fmt.Errorf("%s: not %d columns: %q", name, columns, line)
		}
		all = append(all, row)
	}
	return all, nil
}
