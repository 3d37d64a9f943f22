package rfc

import "github.com/seed372fb791/rfc6455/internal/requirements"

// report is what both forms of the report show.
type report struct {
	Totals   []total // a row for each level that occurs, then one for all
	Sections []section
}

// total is how many requirements of a level there are, and what has become
// of them.
type total struct {
	Level                                string
	All, Met, Excepted, Pending, Neither int
}

// section is a section of an RFC and what it requires.
type section struct {
	RFC, Number, Title string
	Requirements       []*requirements.Requirement
}

// neither explains the last column of the totals.
const neither = "Neither: it binds others than a library, or stands in an RFC that is not implemented."

func newReport(all []*requirements.Requirement) (r report) {
	for _, level := range []string{"MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "RULE", "all"} {
		if total := countRequirements(all, level); total.All > 0 {
			r.Totals = append(r.Totals, total)
		}
	}
	for _, one := range all {
		last := len(r.Sections) - 1
		if last < 0 || r.Sections[last].RFC != one.RFC || r.Sections[last].Number != one.Section {
			r.Sections = append(r.Sections, section{RFC: one.RFC, Number: one.Section, Title: one.Title})
			last++
		}
		r.Sections[last].Requirements = append(r.Sections[last].Requirements, one)
	}
	return r
}

// countRequirements counts those of a level, or "all".
func countRequirements(all []*requirements.Requirement, level string) total {
	counted := total{Level: level}
	for _, r := range all {
		if level != "all" && level != r.Level {
			continue
		}
		counted.All++
		switch r.Status() {
		case requirements.Met:
			counted.Met++
		case requirements.Excepted:
			counted.Excepted++
		case requirements.Pending:
			counted.Pending++
		default:
			counted.Neither++
		}
	}
	return counted
}
