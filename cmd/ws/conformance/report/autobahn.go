package report

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

// What stands in index.json about a case, in the words of Autobahn's wstest.
type autobahnCase struct {
	Behavior      string `json:"behavior"`
	BehaviorClose string `json:"behaviorClose"`
	Duration      int64  `json:"duration"`        // in milliseconds
	RemoteClose   *int   `json:"remoteCloseCode"` // null if there was no Close frame
	ReportFile    string `json:"reportfile"`

	results []*verdict.Result
}

// What stands in the file of a case.
type autobahnReport struct {
	Agent    string       `json:"agent"`
	ID       string       `json:"id"`
	Behavior string       `json:"behavior"`
	Results  []resultJSON `json:"results"`
}

// behaviors has the words of Autobahn for verdicts.
var behaviors = map[verdict.Verdict]string{
	verdict.Pass: "OK", verdict.NonStrict: "NON-STRICT", verdict.Fail: "FAILED", verdict.Unimplemented: "UNIMPLEMENTED",
	verdict.Informational: "INFORMATIONAL", verdict.Error: "FAILED",
}

// Autobahn writes a folder as Autobahn's wstest does: index.json with what came
// of each case, by agent and number, and a file for each. A case that has no
// number has its ID as key; of several for a number the worst counts.
func Autobahn(dir string, runs []verdict.Run) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	index := make(map[string]map[string]*autobahnCase)
	agents, files := make(names), make(names)
	for i := range runs {
		agent := agents.unique(printable(runs[i].Subject))
		cases := autobahnCases(&runs[i])
		index[agent] = cases
		for _, id := range slices.Sorted(maps.Keys(cases)) {
			c := cases[id]
			c.ReportFile = files.unique(clean(agent)+"_case_"+clean(id)) + ".json"
			if err := c.write(dir, agent, id, &runs[i]); err != nil {
				return err
			}
		}
	}
	return writeJSONFile(filepath.Join(dir, "index.json"), index)
}

// autobahnCases returns the cases of a run by their keys.
func autobahnCases(run *verdict.Run) map[string]*autobahnCase {
	cases := make(map[string]*autobahnCase)
	for _, r := range pointers(run) {
		keys := r.Case.Autobahn
		if len(keys) == 0 {
			keys = []string{r.Case.ID}
		}
		for _, key := range keys {
			if cases[key] == nil {
				cases[key] = new(autobahnCase)
			}
			cases[key].results = append(cases[key].results, r)
		}
	}
	for _, c := range cases {
		c.judge()
	}
	return cases
}

// judge makes the worst result that of the case.
func (c *autobahnCase) judge() {
	worst := c.results[0]
	for _, r := range c.results {
		c.Duration += r.Took.Milliseconds()
		if worse(r.Verdict, worst.Verdict) < 0 {
			worst = r
		}
	}
	c.Behavior = behaviors[worst.Verdict]
	c.BehaviorClose = c.Behavior // the closing handshake has no verdict of its own here
	if worst.Verdict == verdict.NonStrict {
		c.BehaviorClose = behaviors[verdict.Pass] // wstest never says NON-STRICT of it
	}
	if worst.Close != 0 {
		c.RemoteClose = &worst.Close
	}
}

// write writes the file of a case.
func (c *autobahnCase) write(dir, agent, id string, run *verdict.Run) error {
	report := autobahnReport{Agent: agent, ID: id, Behavior: c.Behavior}
	for _, r := range c.results {
		report.Results = append(report.Results, newResultJSON(run, r))
	}
	return writeJSONFile(filepath.Join(dir, c.ReportFile), report)
}

func writeJSONFile(name string, v any) error {
	var b bytes.Buffer
	if err := writeJSON(&b, v); err != nil {
		return err
	}
	return os.WriteFile(name, b.Bytes(), 0o666)
}

// names are those taken.
type names map[string]bool

// unique returns name, with a number if it is taken.
func (taken names) unique(name string) string {
	free := name
	for n := 2; taken[free]; n++ {
		free = fmt.Sprintf("%s_%d", name, n)
	}
	taken[free] = true
	return free
}

// clean makes text part of a file's name, as wstest does: small letters and
// digits, everything else is "_".
func clean(text string) string {
	const most = 100 // of each of two parts: file systems have names of 255 bytes
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(text))
	return name[:min(most, len(name))]
}
