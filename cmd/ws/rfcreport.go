package main

import (
	"github.com/seed372fb791/rfc6455/internal/requirements"
)

// rfcReport is what both forms of the report show.
type rfcReport struct {
	Totals   []rfcTotal // a row for each level that occurs, then one for all
	Sections []rfcSection
}

// rfcTotal is how many requirements of a level there are, and what has become
// of them.
type rfcTotal struct {
	Level                                string
	All, Met, Excepted, Pending, Neither int
}

// rfcSection is a section of an RFC and what it requires.
type rfcSection struct {
	RFC, Number, Title string
	Requirements       []*requirements.Requirement
}

// neither explains the last column of the totals.
const neither = "Neither: it binds others than a library, or stands in an RFC that is not implemented."

func newRFCReport(all []*requirements.Requirement) (report rfcReport) {
	for _, level := range []string{"MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "RULE", "all"} {
		if total := countRequirements(all, level); total.All > 0 {
			report.Totals = append(report.Totals, total)
		}
	}
	for _, r := range all {
		last := len(report.Sections) - 1
		if last < 0 || report.Sections[last].RFC != r.RFC || report.Sections[last].Number != r.Section {
			report.Sections = append(report.Sections, rfcSection{RFC: r.RFC, Number: r.Section, Title: r.Title})
			last++
		}
		report.Sections[last].Requirements = append(report.Sections[last].Requirements, r)
	}
	return report
}

// countRequirements counts those of a level, or "all".
func countRequirements(all []*requirements.Requirement, level string) rfcTotal {
	total := rfcTotal{Level: level}
	for _, r := range all {
		if level != "all" && level != r.Level {
			continue
		}
		total.All++
		switch r.Status() {
		case requirements.Met:
			total.Met++
		case requirements.Excepted:
			total.Excepted++
		case requirements.Pending:
			total.Pending++
		default:
			total.Neither++
		}
	}
	return total
}
