package requirements

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"io"
	"slices"
)

// embedded is the index of the tree that the program was built from; go test
// -update writes it.
//
//go:embed index.jsonl
var embedded []byte

// Embedded returns the requirements as they are in the tree that the program
// was built from, with places without lines.
func Embedded() ([]*Requirement, error) { return ReadIndex(bytes.NewReader(embedded)) }

// Index returns the requirements as text, one a line, for programs that are
// far from the tree. It names files and declarations but no lines of theirs:
// those move with every edit, so that the index would always be stale; this way
// only a new, moved or deleted directive makes it so. In the tree there is no
// need for an index, Read finds the lines.
func Index(all []*Requirement) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for _, r := range all {
		row := *r
		row.Code, row.Proofs = withoutLines(r.Code), withoutLines(r.Proofs)
		if err := e.Encode(row); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// withoutLines returns places without lines, each once.
func withoutLines(places []Place) (less []Place) {
	for _, p := range places {
		if p.Line = 0; !slices.Contains(less, p) {
			less = append(less, p)
		}
	}
	return less
}

// ReadIndex returns the requirements of an index.
func ReadIndex(index io.Reader) (all []*Requirement, err error) {
	for d := json.NewDecoder(index); ; {
		r := new(Requirement)
		switch err := d.Decode(r); err {
		case nil:
			all = append(all, r)
		case io.EOF:
			return all, nil
		default:
			return nil, err
		}
	}
}
