package report

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

func parse(t *testing.T, text string) *Expectation {
	t.Helper()
	e, err := ParseExpectation("known.txt", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestParseExpectation(t *testing.T) {
	e := parse(t, "\ufeff# all\r\n\r\na/b@whole   fail # why # not\r\nc non-strict\n d unimplemented\ne informational#x")
	for id, want := range map[string]verdict.Verdict{
		"a/b@whole": verdict.Fail, "c": verdict.NonStrict, "d": verdict.Unimplemented, "e": verdict.Informational,
	} {
		if l := e.of(id); l == nil || l.verdict != want {
			t.Errorf("%s: %+v", id, l)
		}
	}
	if l := e.of("f"); l != nil {
		t.Errorf("f: %+v", l)
	}
}

func TestParseExpectationWrong(t *testing.T) {
	text := "a fail\na\nb pass\nc error\nd failed\ne fail why\na fail\n# fine\n"
	_, err := ParseExpectation("known.txt", strings.NewReader(text))
	want := `known.txt:2: want the ID of a case, a verdict and perhaps # and a comment, got "a"
known.txt:3: cases that are not listed are expected to pass: leave out "b"
known.txt:4: that there is no connection cannot be expected of "c"
known.txt:5: "failed" is none of the verdicts ["non-strict" "fail" "unimplemented" "informational"]
known.txt:6: want the ID of a case, a verdict and perhaps # and a comment, got "e fail why"
known.txt:7: "a" is in line 1 already`
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	var line *LineError
	if !errors.As(err, &line) || line.Line != 2 || line.File != "known.txt" {
		t.Errorf("got %#v", line)
	}
	broken := errors.New("broken")
	if _, err := ParseExpectation("known.txt", iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

// runOf returns a run of cases with verdicts, such as "a pass, b fail".
func runOf(text string) verdict.Run {
	run := verdict.Run{Subject: "ws://localhost"}
	for part := range strings.SplitSeq(text, ", ") {
		if id, v, ok := strings.Cut(part, " "); ok {
			run.Results = append(run.Results, verdict.Result{Case: &verdict.Case{ID: id}, Verdict: verdict.Verdict(v), Got: "got of " + id})
		}
	}
	return run
}

func TestStatus(t *testing.T) {
	for _, test := range []struct {
		name, results, expect string
		strict                bool
		want                  string // surprises
	}{
		{name: "all well", results: "a pass, b informational, c unimplemented, d non-strict"},
		{name: "a failure", results: "a pass, b fail", want: "b: fail"},
		{name: "no connection", results: "a error", want: "a: error"},
		{name: "strict", results: "a non-strict", strict: true, want: "a: non-strict"},
		{name: "expected", results: "a fail, b non-strict, c pass", expect: "a fail\nb non-strict", strict: true},
		{name: "an empty file", results: "a fail", expect: "#\n", want: "a: fail"},
		{name: "passes now", results: "a pass", expect: "\na fail", want: "f:2: a: expected fail, got pass"},
		{name: "better", results: "a non-strict", expect: "a fail", want: "f:1: a: expected fail, got non-strict"},
		{name: "worse", results: "a fail", expect: "a unimplemented", want: "f:1: a: expected unimplemented, got fail"},
		{name: "expected, but no connection", results: "a error", expect: "a fail", want: "f:1: a: expected fail, got error"},
		{name: "unknown", results: "a pass", expect: "z fail", want: "f:1: the suite has no case z"},
		{name: "not chosen", results: "a pass", expect: "known fail"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := Policy{Strict: test.strict, Known: func(id string) bool { return id == "known" }}
			if test.expect != "" {
				var err error
				if p.Expect, err = ParseExpectation("f", strings.NewReader(test.expect)); err != nil {
					t.Fatal(err)
				}
			}
			run := runOf(test.results)
			var got []string
			for _, s := range p.Surprises(&run) {
				got = append(got, s.String())
			}
			if diff := cmp.Diff(test.want, strings.Join(got, "; ")); diff != "" {
				t.Error(diff)
			}
			status := 0
			if test.want != "" {
				status = 1
			}
			if got := p.Status([]verdict.Run{run}); got != status {
				t.Errorf("status %d", got)
			}
		})
	}
}

// One of several runs is enough to fail.
func TestStatusOfSeveral(t *testing.T) {
	for last, want := range map[string]int{"a pass": 0, "a fail": 1} {
		if got := (Policy{}).Status([]verdict.Run{runOf("a pass"), runOf(last)}); got != want {
			t.Errorf("%s: status %d", last, got)
		}
	}
}

// What has found nothing out has not gone well.
func TestStatusOfNothing(t *testing.T) {
	for _, runs := range [][]verdict.Run{nil, {runOf("")}, {runOf("a pass"), runOf("")}} {
		if got := (Policy{}).Status(runs); got != 1 {
			t.Errorf("%d runs: status %d", len(runs), got)
		}
	}
}

// Without a list of the suite's cases those of the run are all.
func TestSurprisesKnownByRun(t *testing.T) {
	run := runOf("a pass")
	if got := (Policy{Expect: parse(t, "b fail")}).Surprises(&run); len(got) != 1 || got[0].ID != "b" {
		t.Errorf("got %v", got)
	}
}

func TestWriteExpectation(t *testing.T) {
	old := parse(t, `# What we know.

same fail      # bug 1
better fail    # bug 2
worse non-strict
mended fail    # bug 3
# The rest.
unchosen fail  # bug 4
gone fail      # bug 5
cut-off fail   # bug 6
`)
	run := runOf("same fail, better non-strict, worse fail, mended pass, cut-off error, new fail, down error, lax non-strict, info informational")
	known := func(id string) bool { return id == "unchosen" }
	var b strings.Builder
	if err := (Policy{Expect: old, Known: known}).WriteExpectation(&b, &run); err != nil {
		t.Fatal(err)
	}
	want := `# What we know.

same fail      # bug 1
better non-strict  # bug 2
worse fail
# The rest.
unchosen fail  # bug 4
cut-off fail   # bug 6
new fail  # got of new
lax non-strict  # got of lax
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
	// Only what could not be judged is still a surprise.
	var left []string
	for _, s := range (Policy{Strict: true, Expect: parse(t, b.String()), Known: known}).Surprises(&run) {
		left = append(left, s.ID)
	}
	if diff := cmp.Diff([]string{"cut-off", "down"}, left); diff != "" {
		t.Error(diff)
	}
}

// Whatever a peer sends, the file can be read again.
func TestWriteExpectationHostile(t *testing.T) {
	run := runOf("a fail, b fail")
	run.Results[0].Got, run.Results[1].Got = "x\n"+hostile, ""
	var b strings.Builder
	if err := (Policy{}).WriteExpectation(&b, &run); err != nil {
		t.Fatal(err)
	}
	if got := (Policy{Expect: parse(t, b.String())}).Surprises(&run); got != nil {
		t.Errorf("got %v from %q", got, b.String())
	}
	if err := (Policy{}).WriteExpectation(brokenWriter{}, &run); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("got %v", err)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
