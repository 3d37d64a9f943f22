package rfc

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed372fb791/rfc6455/internal/requirements"
)

// module is what the go.mod at the root of the tree says.
const module = "github.com/seed372fb791/rfc6455"

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
