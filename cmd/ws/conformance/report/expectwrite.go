package report

import (
	"bufio"
	"fmt"
	"io"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

// WriteExpectation writes the file of known failures by which a run is as
// expected, strictly or not. What p.Expect says is kept where it is still true,
// with its comments and in its order; so are lines about cases that the suite has
// and that were not run. What is new comes last. Of cases without a connection
// nothing is known: what is said of them stays.
func (p Policy) WriteExpectation(w io.Writer, run *verdict.Run) error {
	out := bufio.NewWriter(w)
	results := make(map[string]*verdict.Result)
	for _, r := range pointers(run) {
		results[r.Case.ID] = r
	}
	if p.Expect != nil {
		for i := range p.Expect.lines {
			p.writeOld(out, &p.Expect.lines[i], results)
		}
	}
	for _, r := range pointers(run) {
		if p.Expect.of(r.Case.ID) == nil && (r.Verdict == verdict.Fail || r.Verdict == verdict.NonStrict) {
			fmt.Fprintf(out, "%s %s  # %s\n", r.Case.ID, r.Verdict, short(r.Got, lineWidth))
		}
	}
	return out.Flush()
}

// writeOld writes what is still true of a line.
func (p Policy) writeOld(w io.Writer, l *expected, results map[string]*verdict.Result) {
	r := results[l.id]
	switch {
	case l.id == "", r == nil && p.knows(l.id), r != nil && (r.Verdict == l.verdict || r.Verdict == verdict.Error):
		fmt.Fprintln(w, l.text)
	case r == nil || r.Verdict == verdict.Pass:
	case l.comment != "":
		fmt.Fprintf(w, "%s %s  %s\n", l.id, r.Verdict, l.comment)
	default:
		fmt.Fprintf(w, "%s %s\n", l.id, r.Verdict)
	}
}
