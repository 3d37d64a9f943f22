package protocol

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The files of the first layer, as doc.go lists them, and those of the packages
// under it import none of ioPackages: no I/O, no clock.
var (
	layerWithoutIO = []string{
		"doc.go", "opcode.go", "header.go", "check.go", "endpoint.go", "receive.go",
		"send.go", "event.go", "state.go", "closecode.go", "utf8.go", "error.go", "compression.go",
		"budget.go", "deflate.go", "deflating.go", "inflating.go", "trace.go",
	}
	ioPackages = []string{"net", "net/http", "time", "context"}
)

// The patterns of the files of the second layer: Conn and what belongs to it.
// A new file goes into one of the two lists.
var layerWithIO = []string{
	"conn*.go", "pipe*.go", "options.go", "netconn.go", "batch.go", "prepared.go", "keepalive.go", "patience.go",
	"buffer.go", "flush.go", "halfpipe.go", "interrupt.go", "edge*.go", "second.go", "large.go", "ping.go", "pump.go", "transport*.go",
}

func TestImports(t *testing.T) {
	for _, path := range goFiles(t, ".") {
		free, driver := slices.Contains(layerWithoutIO, path), matchesAny(t, layerWithIO, path)
		if free == driver {
			t.Errorf("%s is in %v of the two lists of layers, want one", path, map[bool]string{true: "both", false: "neither"}[free])
		}
	}
	files := slices.Clone(layerWithoutIO)
	for _, folder := range []string{"../mask", "../internal/cpu", "../internal/utf8", "../internal/deflate", "../internal/inflate"} {
		files = append(files, goFiles(t, folder)...)
	}
	for _, path := range files {
		for _, name := range imports(t, path) {
			if slices.Contains(ioPackages, name) {
				t.Errorf("%s imports %s", path, name)
			}
		}
	}
}

func goFiles(t *testing.T, folder string) (paths []string) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(all) == 0 {
		t.Fatalf("%s: no files, %v", folder, err)
	}
	for _, path := range all {
		if !strings.HasSuffix(path, "_test.go") {
			paths = append(paths, path)
		}
	}
	return paths
}

func matchesAny(t *testing.T, patterns []string, path string) bool {
	t.Helper()
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		ok, err := filepath.Match(pattern, path)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	})
}

func imports(t *testing.T, path string) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range file.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}
