package autobahn

import (
	"fmt"
	"slices"
	"strings"
)

// cut is the verdict on a case that has taken too long.
const cut = "CUT"

// passing are the verdicts of the suite by which a case has passed: of all others
// it is not known that they are harmless.
var passing = []string{"OK", "NON-STRICT", "INFORMATIONAL", "UNIMPLEMENTED"}

// tally counts verdicts. The zero value has none.
type tally struct {
	cases    int
	verdicts []string // in the order in which they came first
	counts   map[string]int
	failed   []string // the numbers of cases
}

// add counts the verdict on case n.
func (t *tally) add(n int, verdict string) {
	if t.counts == nil {
		t.counts = make(map[string]int)
	}
	if t.counts[verdict] == 0 {
		t.verdicts = append(t.verdicts, verdict)
	}
	t.counts[verdict]++
	t.cases++
	if !slices.Contains(passing, verdict) {
		t.failed = append(t.failed, fmt.Sprint(n))
	}
}

// summary says how many cases there were of each kind.
func (t *tally) summary() string {
	if t.cases == 0 {
		return "cases: 0"
	}
	kinds := slices.Clone(t.verdicts)
	for i, verdict := range kinds {
		kinds[i] = fmt.Sprintf("%d %s", t.counts[verdict], verdict)
	}
	return fmt.Sprintf("cases: %d (%s)", t.cases, strings.Join(kinds, ", "))
}

// failure says which cases have not passed, nil if all have.
func (t *tally) failure() error {
	switch len(t.failed) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("case %s has not passed", t.failed[0])
	}
	return fmt.Errorf("%d cases have not passed: %s", len(t.failed), strings.Join(t.failed, ", "))
}
