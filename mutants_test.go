package rfc6455_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// mutant is a block of testdata/mutants.txt: a change that breaks a
// requirement, or a connection, and the tests that have to notice.
type mutant struct {
	line     int    // where the block begins
	text     string // what is broken, in a sentence
	rule     string // the requirement, "" for one of input and output
	file     string // where its code is
	old, new string // the change: old occurs once in file
	dir, run string // the tests: a package's directory and what go test -run takes
}

// Every mutant breaks a requirement that exists in a file that carries its
// id, by a change that can be made, and names tests that there are. In packages
// websocket and hub it may do without a requirement. Whether the tests notice is what
// make mutants finds out.
func TestMutantsList(t *testing.T) {
	mutants := readMutants(t)
	table, err := os.ReadFile("testdata/rfc/requirements.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mutants {
		directive := regexp.MustCompile(`//rfc:.*\b` + regexp.QuoteMeta(m.rule) + `( |\n)`)
		switch source, err := os.ReadFile(m.file); {
		case m.rule == "" && !slices.Contains([]string{"websocket", "hub"}, filepath.Dir(m.file)):
			t.Errorf("%v: only in packages websocket and hub a mutant has no rule", m)
		case m.rule != "" && !strings.Contains(string(table), "\n"+m.rule+"\t"):
			t.Errorf("%v: no requirement has the id", m)
		case err != nil:
			t.Errorf("%v: %v", m, err)
		case m.rule != "" && !directive.Match(source):
			t.Errorf("%v: the file has no directive with the id", m)
		case strings.Count(string(source), m.old) != 1 || m.old == m.new:
			t.Errorf("%v: the text to change is not there exactly once: %q", m, m.old)
		}
		for _, name := range strings.Split(m.run, "|") {
			if !hasTest(m.dir, name) {
				t.Errorf("%v: no test in %s has the name %q", m, m.dir, name)
			}
		}
	}
	if len(mutants) < 60 {
		t.Errorf("%d mutants, want at least 60", len(mutants))
	}
}

// String returns where the mutant is listed and what it is about.
func (m mutant) String() string {
	return fmt.Sprintf("testdata/mutants.txt:%d: %s %s", m.line, cmp.Or(m.rule, "no rule"), m.file)
}

// hasTest reports whether a test file in dir has the test function.
func hasTest(dir, name string) bool {
	files, _ := filepath.Glob(filepath.Join(dir, "*_test.go"))
	return slices.ContainsFunc(files, func(file string) bool {
		source, _ := os.ReadFile(file)
		return strings.Contains(string(source), "\nfunc "+name+"(t *testing.T)")
	})
}

// readMutants reads testdata/mutants.txt, whose head says what a block is.
func readMutants(t *testing.T) (all []mutant) {
	t.Helper()
	list, err := os.ReadFile("testdata/mutants.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, blocks, _ := strings.Cut(string(list), "\n\n")
	line := 2 + strings.Count(string(list), "\n") - strings.Count(blocks, "\n") - 1
	for block := range strings.SplitSeq(strings.TrimSpace(blocks), "\n\n") {
		m, err := parseMutant(block)
		m.line = line
		if err != nil {
			t.Fatalf("%v: %v", m, err)
		}
		all = append(all, m)
		line += strings.Count(block, "\n") + 2
	}
	return all
}

// parseMutant reads a block. Of lines with - and +, all after the first space
// counts; several make one text of several lines.
func parseMutant(block string) (m mutant, err error) {
	var old, new []string
	for line := range strings.SplitSeq(block, "\n") {
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "#":
			m.text = rest
		case "rule":
			m.rule = strings.TrimSpace(rest)
		case "file":
			m.file = strings.TrimSpace(rest)
		case "-":
			old = append(old, rest)
		case "+":
			new = append(new, rest)
		case "test":
			m.dir, m.run, _ = strings.Cut(strings.TrimSpace(rest), " ")
		default:
			return m, fmt.Errorf("%q is no line of a mutant", line)
		}
	}
	m.old, m.new = strings.Join(old, "\n"), strings.Join(new, "\n")
	if m.text == "" || m.file == "" || m.old == "" || m.run == "" {
		err = fmt.Errorf("it lacks a line: #, file, - or test")
	}
	return m, err
}
