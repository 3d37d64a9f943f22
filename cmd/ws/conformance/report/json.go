package report

import (
	"encoding/hex"
	"encoding/json"
	"io"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
)

// The report as JSON. The names are stable. Bytes are in hex; what does not
// apply is left out. Text that is not UTF-8 has U+FFFD there.
type (
	reportJSON struct {
		Runs  []runJSON           `json:"runs"`
		Rules map[string]ruleJSON `json:"rules"` // all that are named, by their ids
	}
	runJSON struct {
		Subject string         `json:"subject"`
		Peer    string         `json:"peer"` // which side was tested: "client" or "server"
		Began   time.Time      `json:"began"`
		Took    float64        `json:"took_ms"`
		Counts  map[string]int `json:"counts"` // by verdict, all of them
		Command string         `json:"command"`
		Results []resultJSON   `json:"results"`
	}
	resultJSON struct {
		ID       string      `json:"id"`
		Title    string      `json:"title"`
		Rules    []string    `json:"rules"`
		Autobahn []string    `json:"autobahn,omitempty"`
		Verdict  string      `json:"verdict"`
		Broken   []string    `json:"broken,omitempty"`
		Want     string      `json:"want"`
		Got      string      `json:"got,omitempty"`
		Close    int         `json:"close,omitempty"`
		Took     float64     `json:"took_ms"`
		Again    string      `json:"again"` // the command that repeats it
		Wire     []chunkJSON `json:"wire,omitempty"`
	}
	chunkJSON struct {
		At    float64 `json:"at_ms"`
		From  string  `json:"from"` // "client" or "server"
		Bytes string  `json:"bytes"`
		Left  int64   `json:"left,omitempty"` // how many more there were
	}
	ruleJSON struct {
		RFC     string `json:"rfc"`
		Section string `json:"section"`
		Title   string `json:"title,omitempty"`
		Level   string `json:"level"` // MUST to MAY, or RULE
		Text    string `json:"text"`
	}
)

// JSON writes all that is known of the runs as JSON.
func JSON(w io.Writer, runs []verdict.Run) error {
	report := reportJSON{Runs: make([]runJSON, 0, len(runs)), Rules: make(map[string]ruleJSON)}
	for i := range runs {
		run := &runs[i]
		report.Runs = append(report.Runs, newRunJSON(run))
		for _, r := range run.Results {
			report.explain(r.Case.Rules)
			report.explain(r.Broken)
		}
	}
	return writeJSON(w, report)
}

// writeJSON writes v in the form of all JSON here.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(v)
}

// explain adds requirements.
func (report *reportJSON) explain(ids []string) {
	for _, id := range ids {
		if r := dissect.Explain(id); r != nil {
			report.Rules[id] = ruleJSON{r.RFC, r.Section, r.Title, r.Level, r.Text}
		}
	}
}

func newRunJSON(run *verdict.Run) runJSON {
	j := runJSON{
		Subject: run.Subject, Peer: run.Peer.String(), Began: run.Began, Took: milliseconds(run.Took),
		Counts: make(map[string]int), Command: run.Command, Results: make([]resultJSON, 0, len(run.Results)),
	}
	for _, v := range verdict.All {
		j.Counts[string(v)] = 0
	}
	for i := range run.Results {
		r := &run.Results[i]
		j.Counts[string(r.Verdict)]++
		j.Results = append(j.Results, newResultJSON(run, r))
	}
	return j
}

func newResultJSON(run *verdict.Run, r *verdict.Result) resultJSON {
	j := resultJSON{
		ID: r.Case.ID, Title: r.Case.Title, Rules: r.Case.Rules, Autobahn: r.Case.Autobahn, Verdict: string(r.Verdict),
		Broken: r.Broken, Want: r.Want, Got: r.Got, Close: r.Close, Took: milliseconds(r.Took), Again: again(run, r.Case.ID),
	}
	if j.Rules == nil {
		j.Rules = []string{}
	}
	for _, c := range r.Wire {
		j.Wire = append(j.Wire, chunkJSON{milliseconds(c.At), c.From.String(), hex.EncodeToString(c.Bytes), c.Left})
	}
	return j
}

// milliseconds returns a time in milliseconds, to the microsecond.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
