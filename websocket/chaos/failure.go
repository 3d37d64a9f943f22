package chaos

import (
	"fmt"
	"strings"
	"testing"
)

// Check runs the program of a seed and returns "" or a report of what it broke,
// with the shortest program found that breaks the same rule.
func Check(t *testing.T, seed uint64) string {
	p, r := Generate(seed), &runner{t: t}
	broken := r.run(p)
	if len(broken) == 0 {
		return ""
	}
	short, found := Shrink(p, broken, r.run)
	return report(seed, broken, short, found, r.trail)
}

// report describes a failure.
func report(seed uint64, broken []Violation, short *Program, found []Violation, trail string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d: %d violations\n", seed, len(broken))
	for _, v := range broken[:min(len(broken), 5)] {
		fmt.Fprintf(&b, "  %s: %s\n", v.Rule, clip(v.Text, 4000))
	}
	fmt.Fprintf(&b, "the shortest program found:\n%s", short)
	for _, v := range found[:min(len(found), 3)] {
		fmt.Fprintf(&b, "  breaks %s: %s\n", v.Rule, clip(v.Text, 6000))
	}
	fmt.Fprintf(&b, "what it did:\n%s", clip(trail, 8000))
	fmt.Fprintf(&b, "again: go test ./websocket/chaos -run TestSeeds -v -seeds %d\n", seed)
	return b.String()
}

// clip cuts a long text.
func clip(s string, n int) string {
	if len(s) > n {
		return s[:n] + " ...\n"
	}
	return s
}
