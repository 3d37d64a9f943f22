package requirements

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Place is where a requirement is met or proven.
type Place struct {
	File string // relative to the tree, with slashes
	Name string `json:",omitempty"` // of the declaration there, "" in a fixture
	Line int    `json:",omitempty"` // 0 if unknown
}

// String returns the place as editors and compilers write it, and the name.
func (p Place) String() string {
	text := p.File
	if p.Line > 0 {
		text = fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return strings.TrimSpace(text + " " + p.Name)
}

// id is how a requirement is cited, in directives, errors, fixtures and prose.
var id = regexp.MustCompile(`\b(6455|7692|8441|9220|8307|7936)-\d+(\.\d+)*-\d+\b`)

// cite adds the places in the tree. An id that is of no requirement is an error
// wherever it stands.
func cite(tree fs.FS, byID map[string]*Requirement) error {
	var wrong []error
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules" || name == folder):
			return fs.SkipDir
		case d.IsDir() || !slices.Contains([]string{".go", ".txt", ".md", ".golden"}, path.Ext(name)):
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err == nil {
			wrong = append(wrong, citeFile(name, string(text), byID)...)
		}
		return err
	})
	return errors.Join(append(wrong, err)...)
}

// citeFile adds the places in a file, and returns what is wrong with its ids.
func citeFile(name, text string, byID map[string]*Requirement) (wrong []error) {
	enclosing := declarations(name, text)
	number := 0
	for line := range strings.Lines(text) {
		number++
		for _, id := range id.FindAllString(line, -1) {
			r := byID[id]
			if r == nil {
				wrong = append(wrong, fmt.Errorf("%s:%d: no requirement has the id %s", name, number, id))
				continue
			}
			r.cite(line, Place{name, enclosing.name(number), number})
		}
	}
	return wrong
}

// cite adds place if line is a directive, or the rfc line of a fixture.
func (r *Requirement) cite(line string, place Place) {
	isGo := path.Ext(place.File) == ".go"
	switch {
	case isGo && !strings.Contains(line, "//rfc:"):
	case isGo && !strings.HasSuffix(place.File, "_test.go"):
		r.Code = append(r.Code, place)
	case isGo, strings.HasPrefix(place.File, "testdata") && strings.HasPrefix(line, "rfc "):
		r.Proofs = append(r.Proofs, place)
	}
}
