package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
)

// group is a section of an RFC, those below it included, for the cases about
// its rules. It is the zero value for cases about no rule.
type group struct {
	RFC, Section string
}

// groupOf returns the group of a case: two numbers deep, such as 5.5.
func groupOf(c *verdict.Case) group {
	if len(c.Rules) == 0 {
		return group{}
	}
	rfc, rest, _ := strings.Cut(c.Rules[0], "-")
	section, _, _ := strings.Cut(rest, "-")
	numbers := strings.Split(section, ".")
	return group{rfc, strings.Join(numbers[:min(2, len(numbers))], ".")}
}

// groups returns those of runs, in the order of the RFCs, cases about no rule
// last.
func groups(runs []verdict.Run) (all []group) {
	for i := range runs {
		for j := range runs[i].Results {
			if g := groupOf(runs[i].Results[j].Case); !slices.Contains(all, g) {
				all = append(all, g)
			}
		}
	}
	slices.SortFunc(all, func(a, b group) int {
		if a.RFC == "" || b.RFC == "" {
			return cmp.Compare(b.RFC, a.RFC)
		}
		return cmp.Or(cmp.Compare(a.RFC, b.RFC), slices.Compare(numbers(a.Section), numbers(b.Section)))
	})
	return all
}

// numbers returns those of a section.
func numbers(section string) (all []int) {
	for word := range strings.SplitSeq(section, ".") {
		n, _ := strconv.Atoi(word)
		all = append(all, n)
	}
	return all
}

// untitled are titles of sections that require nothing themselves.
var untitled = map[group]string{
	{"6455", "7.1"}:  "Definitions",
	{"6455", "7.2"}:  "Abnormal Closures",
	{"6455", "11.1"}: "Registration of New URI Schemes",
	{"6455", "11.3"}: "Registration of New HTTP Header Fields",
	{"7692", "7.1"}:  "Extension Parameters",
	{"7692", "7.2"}:  "Message Payload Transformation",
}

// Title returns the title of the section, "" if it is not known.
func (g group) Title() string {
	if r := dissect.Explain(g.RFC + "-" + g.Section + "-1"); r != nil {
		return r.Title
	}
	return untitled[g]
}

// String returns number and title, with the RFC if that is not 6455.
func (g group) String() string {
	switch g.RFC {
	case "":
		return "About no rule"
	case "6455":
		return strings.TrimSpace(g.Section + " " + g.Title())
	}
	return strings.TrimSpace(fmt.Sprintf("RFC %s, %s %s", g.RFC, g.Section, g.Title()))
}

// URL is where the section is to be read.
func (g group) URL() string { return sectionURL(g.RFC, g.Section) }

// of returns the results of a run in a group.
func (g group) of(run *verdict.Run) (results []*verdict.Result) {
	for _, r := range pointers(run) {
		if groupOf(r.Case) == g {
			results = append(results, r)
		}
	}
	return results
}
