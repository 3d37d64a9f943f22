package report

import (
	"bufio"
	"fmt"
	"io"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

// WriteExpectation writes the file of known failures by which a run is as
// expected, strictly or not. What old says is kept where it is still true, with
// its comments and in its order; so are lines about cases that were not run, if
// known says that the suite has them. What is new comes last. Of cases without a
// connection nothing is known: they are left as they are in old, which may be
// nil.
func WriteExpectation(w io.Writer, old *Expectation, run *verdict.Run, known func(id string) bool) error {
	out := bufio.NewWriter(w)
	results := make(map[string]*verdict.Result)
	for i := range run.Results {
		results[run.Results[i].Case.ID] = &run.Results[i]
	}
	if old != nil {
		for i := range old.lines {
			writeOld(out, &old.lines[i], results, known)
		}
	}
	for i := range run.Results {
		r := &run.Results[i]
		if old.of(r.Case.ID) == nil && (r.Verdict == verdict.Fail || r.Verdict == verdict.NonStrict) {
			fmt.Fprintf(out, "%s %s  # %s\n", r.Case.ID, r.Verdict, short(r.Got, lineWidth))
		}
	}
	return out.Flush()
}

// writeOld writes what is still true of a line.
func writeOld(w io.Writer, l *expected, results map[string]*verdict.Result, known func(id string) bool) {
	r := results[l.id]
	switch {
	case l.id == "", r == nil && known(l.id), r != nil && (r.Verdict == l.verdict || r.Verdict == verdict.Error):
		fmt.Fprintln(w, l.text)
	case r == nil || r.Verdict == verdict.Pass:
	case l.comment != "":
		fmt.Fprintf(w, "%s %s  %s\n", l.id, r.Verdict, l.comment)
	default:
		fmt.Fprintf(w, "%s %s\n", l.id, r.Verdict)
	}
}
