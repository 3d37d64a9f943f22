package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares what a report writes with a file.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

// written returns what write writes about the runs that are made up.
func written(t *testing.T, write func(w io.Writer, runs []verdict.Run) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, made()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestText(t *testing.T) {
	golden(t, "text.txt", written(t, func(w io.Writer, runs []verdict.Run) error { return Text(w, runs, Policy{}) }))
}

// What is expected is only counted; what is not as the file says is shown.
func TestTextExpected(t *testing.T) {
	p := Policy{Strict: true, Expect: parse(t, `6455-5.6-3/text@whole fail  # masks
6455-5.5.1-4/close-1-byte@whole non-strict
6455-5.5.2-3/ping@chop=3 fail
none/such fail
`)}
	golden(t, "expected.txt", written(t, func(w io.Writer, runs []verdict.Run) error { return Text(w, runs[1:], p) }))
}

func TestJSON(t *testing.T) {
	b := written(t, JSON)
	if !json.Valid(b) {
		t.Error("not JSON")
	}
	golden(t, "report.json", b)
}

func TestJUnit(t *testing.T) {
	p := Policy{Strict: true, Expect: parse(t, "6455-5.6-3/text@whole fail\nnone/such fail\n")}
	b := written(t, func(w io.Writer, runs []verdict.Run) error { return JUnit(w, runs, p) })
	golden(t, "junit.xml", b)
	var suites suitesXML
	if err := xml.Unmarshal(b, &suites); err != nil { // it refuses what XML forbids
		t.Fatal(err)
	}
	for _, s := range suites.Suites {
		if len(s.Cases) != s.Tests {
			t.Errorf("%s: %d cases, and %d tests", s.Name, len(s.Cases), s.Tests)
		}
	}
}

func TestMarkdown(t *testing.T) { golden(t, "matrix.md", written(t, Markdown)) }

func TestAutobahn(t *testing.T) {
	dir := t.TempDir()
	runs := made()
	runs = append(runs, runs[1]) // twice the same name
	runs[2].Results = []verdict.Result{
		{Case: echoWhole, Verdict: verdict.Pass}, {Case: echoBytewise, Verdict: verdict.Fail, Close: 1002}, {Case: closeStrange, Verdict: verdict.NonStrict},
	}
	if err := Autobahn(filepath.Join(dir, "reports"), runs); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "reports", "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "autobahn.json", b)
	var index map[string]map[string]autobahnCase
	if err := json.Unmarshal(b, &index); err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, cases := range index {
		for id, c := range cases {
			files = append(files, c.ReportFile)
			b, err := os.ReadFile(filepath.Join(dir, "reports", c.ReportFile))
			var report autobahnReport
			if err == nil {
				err = json.Unmarshal(b, &report)
			}
			if err != nil || report.ID != id {
				t.Errorf("%s: %s is about %q: %v", id, c.ReportFile, report.ID, err)
			}
		}
	}
	if n := len(slices.Compact(slices.Sorted(slices.Values(files)))); n != len(files) {
		t.Errorf("%d files for %d cases", n, len(files))
	}
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"plain äß 日本 \"'<>": "plain äß 日本 \"'<>",
		hostile:             `\x1b[2J\x00</script><script>alert(1)</script>]]>"'&|` + "`" + `\u202e\xff`,
		"a\nb\t\ufffd":      `a\nb\t` + "\ufffd",
	} {
		if got := printable(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestShort(t *testing.T) {
	for _, test := range []struct {
		in   string
		most int
		want string
	}{
		{"12345", 5, "12345"},
		{"123456", 5, "1234…"},
		{"123 56", 5, "123…"},
		{"𝄞𝄞𝄞", 2, "𝄞…"},
		{"日本日本", 3, "日本…"},
		{"\x00", 3, `\x…`},
		{strings.Repeat("日", 1<<20), 2, "日…"},
	} {
		if got := short(test.in, test.most); got != test.want {
			t.Errorf("%.20q, %d: %q", test.in, test.most, got)
		}
	}
}

func TestQuoteForShell(t *testing.T) {
	for in, want := range map[string]string{
		"6455-5.5.1-4/close-1-byte@chop=3": "6455-5.5.1-4/close-1-byte@chop=3",
		"a b":                              "'a b'",
		"it's; $(rm)":                      `'it'\''s; $(rm)'`,
		"":                                 "''",
	} {
		if got := quoteForShell(in); got != want {
			t.Errorf("%q: %s", in, got)
		}
	}
}
