package rfc6455_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Benchmarks of the stored baselines are there: benchstat says nothing about
// one that was renamed.
func TestBaselines(t *testing.T) {
	files, err := filepath.Glob("testdata/bench/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("there is no baseline: make baseline", err)
	}
	line := regexp.MustCompile(`(?m)^pkg: github\.com/seed372fb791/rfc6455/(\S+)|^(Benchmark\w+)`)
	for _, file := range files {
		folder, have := "", ""
		for _, found := range line.FindAllStringSubmatch(read(t, file), -1) {
			if found[1] != "" {
				folder = found[1]
				have = testsOf(t, folder)
			} else if !strings.Contains(have, "\nfunc "+found[2]+"(b *testing.B)") {
				t.Errorf("%s: %s is not in %s: make baseline", file, found[2], folder)
				have += "\nfunc " + found[2] + "(b *testing.B)" // once is enough
			}
		}
	}
}

// testsOf returns the test files of a folder.
func testsOf(t *testing.T, folder string) string {
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, file := range files {
		text.WriteString(read(t, file))
	}
	return text.String()
}
