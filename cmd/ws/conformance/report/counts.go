package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

// counts are numbers of cases by their verdicts.
type counts map[verdict.Verdict]int

// count counts results.
func count(results []*verdict.Result) counts {
	c := make(counts)
	for _, r := range results {
		c[r.Verdict]++
	}
	return c
}

// All is the number of cases.
func (c counts) All() (n int) {
	for _, k := range c {
		n += k
	}
	return n
}

// Worst is the verdict that a reader has to know first.
func (c counts) Worst() verdict.Verdict {
	for _, v := range severity {
		if c[v] > 0 {
			return v
		}
	}
	return verdict.Informational
}

// severity has the verdicts, the worst one first.
var severity = []verdict.Verdict{verdict.Error, verdict.Fail, verdict.NonStrict, verdict.Unimplemented, verdict.Pass, verdict.Informational}

// worse compares verdicts: negative if a is worse than b.
func worse(a, b verdict.Verdict) int {
	return cmp.Compare(slices.Index(severity, a), slices.Index(severity, b))
}

// String lists the verdicts that occur: "5 pass, 1 fail".
func (c counts) String() string {
	var words []string
	for _, v := range verdict.All {
		if c[v] > 0 {
			words = append(words, fmt.Sprintf("%d %s", c[v], v))
		}
	}
	return strings.Join(words, ", ")
}
