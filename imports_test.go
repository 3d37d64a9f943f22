package rfc6455_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms are the packages of the module, and which of the others each may
// import: mask <- protocol <- websocket <- server, client, hub. What is in
// nobody's list is for tests, and for the modules of the tool and of interop.
var rooms = map[string][]string{
	".":                     nil,
	"testdata":              nil,
	"mask":                  {"internal/cpu"},
	"protocol":              {"mask", "internal/utf8", "internal/deflate", "internal/inflate"},
	"handshake":             nil,
	"websocket":             {"protocol", "mask", "internal/utf8"},
	"websocket/chaos":       {"websocket", "protocol"},
	"server":                {"websocket", "protocol", "handshake"},
	"client":                {"websocket", "protocol", "handshake"},
	"hub":                   {"websocket", "protocol", "internal/backplane"},
	"hub/hubtest":           {"hub", "websocket"},
	"observe":               {"server", "hub", "client", "websocket"},
	"fuzz":                  nil,
	"internal/backplane":    nil,
	"internal/cpu":          nil,
	"internal/utf8":         {"internal/cpu"},
	"internal/deflate":      nil,
	"internal/inflate":      nil,
	"internal/fixture":      nil,
	"internal/golden":       nil,
	"internal/leak":         nil,
	"internal/oracle":       nil,
	"internal/race":         nil,
	"internal/requirements": nil,
}

// withoutIO are the packages that do no I/O and read no clock.
var withoutIO = []string{"mask", "protocol", "internal/cpu", "internal/utf8", "internal/deflate", "internal/inflate"}

// shared are the files of those about what connections share. No other file
// locks anything.
var shared = []string{"mask/key.go", "protocol/budget.go", "protocol/deflate.go", "protocol/prepared.go"}

// The packages of the library import each other in one direction only.
func TestImports(t *testing.T) {
	const module = "github.com/seed372fb791/rfc6455"
	for _, file := range goFiles(t) {
		folder := path.Dir(file)
		may, known := rooms[folder]
		if !known {
			t.Errorf("%s: rooms lacks its folder", file)
			continue
		}
		for _, name := range imports(t, file) {
			room, ours := strings.CutPrefix(name, module+"/")
			switch {
			case ours && !slices.Contains(may, room),
				slices.Contains(withoutIO, folder) && doesIO(name),
				slices.Contains(withoutIO, folder) && strings.HasPrefix(name, "sync") && !slices.Contains(shared, file),
				folder == "handshake" && doesIO(name) && !strings.HasPrefix(name, "net/"): // whose types it uses
				t.Errorf("%s imports %s", file, name)
			}
		}
	}
}

// doesIO reports whether a package of the standard library does I/O or is about
// time.
func doesIO(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return slices.Contains([]string{"net", "os", "syscall", "time", "context"}, first)
}

// goFiles returns the paths of the module's files, for all systems, without
// tests.
func goFiles(t *testing.T) (files []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." {
			_, err := os.Stat(filepath.Join(name, "go.mod"))
			if err == nil || strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" {
				return fs.SkipDir
			}
		}
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			files = append(files, filepath.ToSlash(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func imports(t *testing.T, file string) (names []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range parsed.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}
