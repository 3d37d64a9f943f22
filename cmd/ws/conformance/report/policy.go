package report

import (
	"fmt"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

// Policy says which results fail a run. The zero value is that of a run without
// -strict and without a file of known failures.
type Policy struct {
	// Strict says that a case fails that is passed only non-strictly.
	Strict bool
	// Expect is what is known to fail, nil for nothing.
	Expect *Expectation
	// Known reports whether the suite has a case, chosen or not. If it is nil
	// the suite has those of the run.
	Known func(id string) bool
}

// Surprise is something that fails a run.
type Surprise struct {
	ID     string
	Result *verdict.Result // nil if the suite has no case with the ID
	// Line is where the file of known failures says something else, 0 if it
	// says nothing; Listed is what it says.
	Line   int
	Listed verdict.Verdict

	file string
}

// String tells in a line what is not as expected.
func (s Surprise) String() string {
	where := ""
	if s.Line > 0 {
		where = fmt.Sprintf("%s:%d: ", printable(s.file), s.Line)
	}
	switch {
	case s.Result == nil:
		return fmt.Sprintf("%sthe suite has no case %s", where, printable(s.ID))
	case s.Line > 0:
		return fmt.Sprintf("%s%s: expected %s, got %s", where, s.ID, s.Listed, s.Result.Verdict)
	}
	return fmt.Sprintf("%s: %s", s.ID, s.Result.Verdict)
}

// Surprises returns what fails a run: in the order of its results, then lines
// of the file about cases that the suite does not have.
func (p Policy) Surprises(run *verdict.Run) (all []Surprise) {
	seen := make(map[string]bool)
	for i := range run.Results {
		r := &run.Results[i]
		seen[r.Case.ID] = true
		if s, ok := p.surprise(r); ok {
			all = append(all, s)
		}
	}
	if p.Expect == nil {
		return all
	}
	for _, l := range p.Expect.lines {
		if l.id != "" && !seen[l.id] && !p.knows(l.id) {
			all = append(all, Surprise{ID: l.id, Line: l.number, Listed: l.verdict, file: p.Expect.file})
		}
	}
	return all
}

// knows reports whether the suite has a case that was not run.
func (p Policy) knows(id string) bool { return p.Known != nil && p.Known(id) }

// surprise reports whether a result fails its run.
func (p Policy) surprise(r *verdict.Result) (Surprise, bool) {
	s := Surprise{ID: r.Case.ID, Result: r}
	if l := p.Expect.of(r.Case.ID); l != nil {
		s.Line, s.Listed, s.file = l.number, l.verdict, p.Expect.file
		return s, r.Verdict != l.verdict
	}
	return s, p.bad(r.Verdict)
}

// bad reports whether a verdict fails a run, if nothing is expected of its case.
func (p Policy) bad(v verdict.Verdict) bool {
	return v == verdict.Fail || v == verdict.Error || v == verdict.NonStrict && p.Strict
}

// Status returns the exit status for runs that came to their ends: 0 if all is
// as expected, else 1. What has judged no case is not as expected.
func (p Policy) Status(runs []verdict.Run) int {
	if len(runs) == 0 {
		return 1
	}
	for i := range runs {
		if len(runs[i].Results) == 0 || len(p.Surprises(&runs[i])) > 0 {
			return 1
		}
	}
	return 0
}
