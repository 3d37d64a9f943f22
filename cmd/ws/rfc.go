package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/seed372fb791/rfc6455/internal/requirements"
)

// module is what the go.mod at the root of the tree says.
const module = "github.com/seed372fb791/rfc6455"

func newRFC() *command {
	fs := newFlags()
	asPage := fs.Bool("html", false, "print a page for a browser, in one file")
	return &command{
		name:     "rfc",
		does:     "shows what the RFCs require, the code that meets it and the tests that prove it",
		operands: "[section|id]",
		about: `The ids are those that the library's errors carry, such as 6455-5.1-3. A section
comes with those below it. It is one of RFC 6455, unless another RFC stands
before it: 7692:7.1, or 7692 for all of it.

Below the library's source tree the report is about that tree, and has line
numbers. Elsewhere it is about the tree that ws was built from.

The exit status is 0 if all went well, 1 if not, 2 for an unknown section or id.
`,
		examples: []example{
			{"ws rfc 6455-5.1-3", "explains a requirement"},
			{"ws rfc -html 5 > framing.html", "writes a page about all of section 5"},
		},
		flags:  fs,
		groups: []group{{"Flags", []string{"html"}}},
		run: func(operands []string, env environment) error {
			all, err := loadRequirements()
			if err != nil {
				return err
			}
			if all, err = selectRequirements(all, strings.Join(operands, "")); err != nil {
				return err
			}
			if *asPage {
				return writeRFCPage(env.stdout, all)
			}
			return writeRFCText(env.stdout, all)
		},
	}
}

// loadRequirements reads the tree that the working directory is in, or else the
// index.
func loadRequirements() ([]*requirements.Requirement, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	if tree := findTree(dir); tree != nil {
		return requirements.Read(tree)
	}
	return requirements.Embedded()
}

// findTree returns the library's tree that dir is in, nil if it is in none.
func findTree(dir string) fs.FS {
	for {
		tree := os.DirFS(dir)
		text, _ := fs.ReadFile(tree, "go.mod")
		name, _, _ := strings.Cut(string(text), "\n")
		if strings.TrimSpace(name) == "module "+module && requirements.In(tree) {
			return tree
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return nil
		}
		dir = parent
	}
}

// The operands: an id, or a section, an RFC, or both.
var (
	idSyntax      = regexp.MustCompile(`^\d{4}-[\d.]+-\d+$`)
	sectionSyntax = regexp.MustCompile(`^(?:(\d{4})(?::|$))?([\d.]*)$`)
)

// selectRequirements returns those that the operand chooses: all if it is "".
func selectRequirements(all []*requirements.Requirement, operand string) ([]*requirements.Requirement, error) {
	section := sectionSyntax.FindStringSubmatch(operand)
	var wanted func(r *requirements.Requirement) bool
	where := "in section " + operand
	switch {
	case operand == "":
		return all, nil
	case idSyntax.MatchString(operand):
		wanted = func(r *requirements.Requirement) bool { return r.ID == operand }
		where = "of the id " + operand
	case section != nil:
		rfc, prefix := section[1], strings.TrimSuffix(section[2], ".")+"."
		if rfc == "" {
			rfc = "6455"
		}
		wanted = func(r *requirements.Requirement) bool {
			return r.RFC == rfc && (prefix == "." || strings.HasPrefix(r.Section+".", prefix))
		}
	default:
		return nil, badUsage("%q is neither a section such as 5.4 or 7692:7.1 nor an id such as 6455-5.1-3", operand)
	}
	chosen := slices.DeleteFunc(slices.Clone(all), func(r *requirements.Requirement) bool { return !wanted(r) })
	if len(chosen) == 0 {
		return nil, badUsage("there is no requirement %s", where)
	}
	return chosen, nil
}
