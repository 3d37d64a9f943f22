package requirements

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// one, other: ids that the tree may not contain as such, since it is searched
// for them.
const (
	one   = "6455" + "-1-1"
	other = "6455" + "-9-9"
)

const header = "id\trfc\tsection\tlevel\trole\trequirement\n"

// tree returns a tree of one requirement.
func tree(exceptions string) fstest.MapFS {
	return fstest.MapFS{
		"testdata/rfc/requirements.tsv": file(header + "ONE\t6455\t1\tMUST\tboth\tA text.\n"),
		"testdata/rfc/exceptions.tsv":   file("id\treason\n" + exceptions),
		"testdata/rfc/sections.tsv":     file("rfc\tsection\ttitle\n6455\t1\tIntroduction\n6455\t2\tNo\n"),
		"testdata/frames/a.txt":         file("# About ONE.\nrfc   ONE\n"),
		"doc.go":                        file("//rfc:ONE\npackage a\n"),
		"a.go": file("package a\n\nimport \"fmt\"\n\n//rfc:ONE\nfunc (c *C) F() {\n}\n\n" +
			"//rfc:ONE\nvar (\n\ta = 1 //rfc:ONE\n\t//rfc:ONE\n\tb = 1\n)\n\ntype T int // not ONE\n"),
		"a_test.go": file("package a\n\nfunc TestF(t *testing.T) {\n\tf() //rfc:ONE\n\tf() //rfc:ONE\n}\n"),
	}
}

// file returns a file with ids for ONE and OTHER.
func file(text string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(ids.Replace(text))}
}

var ids = strings.NewReplacer("ONE", one, "OTHER", other)

func TestRead(t *testing.T) {
	all, err := Read(tree(""))
	want := []*Requirement{{ID: one, RFC: "6455", Section: "1", Title: "Introduction", Level: "MUST", Role: "both", Text: "A text.",
		Code:   []Place{{"a.go", "C.F", 5}, {"a.go", "a ...", 9}, {"a.go", "a", 11}, {"a.go", "b", 12}, {"doc.go", "package a", 1}},
		Proofs: []Place{{"a_test.go", "TestF", 4}, {"a_test.go", "TestF", 5}, {"testdata/frames/a.txt", "", 2}},
	}}
	if diff := cmp.Diff(want, all); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestReadErrors(t *testing.T) {
	wrong := tree("ONE\t\nOTHER\tWhy.\n")
	wrong["README.md"] = file("\nOTHER and ONE\n")
	_, err := Read(wrong)
	want := ids.Replace(`ONE has two exceptions, or one without a reason
an exception for OTHER, which is no requirement
README.md:2: no requirement has the id OTHER`)
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if _, err := Read(tree("ONE why\n")); err == nil || !strings.Contains(err.Error(), "not 2 columns") {
		t.Errorf("a row of one column: %v", err)
	}
	if _, err := Read(fstest.MapFS{}); err == nil || In(fstest.MapFS{}) || !In(wrong) {
		t.Error("no error without a table")
	}
}

func TestIndex(t *testing.T) {
	all, err := Read(tree(""))
	if err != nil {
		t.Fatal(err)
	}
	index, err := Index(all)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadIndex(bytes.NewReader(index))
	all[0].Code = []Place{{"a.go", "C.F", 0}, {"a.go", "a ...", 0}, {"a.go", "a", 0}, {"a.go", "b", 0}, {"doc.go", "package a", 0}}
	all[0].Proofs = []Place{{"a_test.go", "TestF", 0}, {"testdata/frames/a.txt", "", 0}}
	if diff := cmp.Diff(all, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if _, err := ReadIndex(strings.NewReader("{")); err == nil {
		t.Error("half an index is none")
	}
}

var update = flag.Bool("update", false, "rewrite index.jsonl")

// The embedded index is that of the tree.
func TestEmbedded(t *testing.T) {
	all, err := Read(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	index, err := Index(all)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("index.jsonl", index, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	was := strings.Split(string(embedded), "\n")
	for i, row := range strings.Split(string(index), "\n") {
		if i >= len(was) || was[i] != row {
			t.Errorf("index.jsonl is stale, \"make fixtures\" rewrites it; the tree has\n%s", row)
		}
	}
}

func TestPlace(t *testing.T) {
	for want, p := range map[string]Place{
		"a.go:5 F":  {"a.go", "F", 5},
		"a.go F":    {"a.go", "F", 0},
		"a.txt:200": {"a.txt", "", 200},
		"a.txt":     {"a.txt", "", 0},
	} {
		if got := p.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestStatus(t *testing.T) {
	place := []Place{{File: "a.go"}}
	for want, r := range map[Status]Requirement{
		Met:      {Code: place, Proofs: place},
		Excepted: {Code: place, Exception: "No need."},
		Pending:  {Exception: "Pending: the rest."},
		Neither:  {Proofs: place},
	} {
		if got := r.Status(); got != want {
			t.Errorf("%v: %s, want %s", r, got, want)
		}
	}
}
