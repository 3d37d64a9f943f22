package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

// The report as JUnit's XML, as far as CI systems agree about that. A suite is
// the run of a peer.
type (
	suitesXML struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		totalsXML
		Suites []*suiteXML `xml:"testsuite"`
	}
	suiteXML struct {
		Name      string `xml:"name,attr"`
		Timestamp string `xml:"timestamp,attr"`
		totalsXML
		Cases []caseXML `xml:"testcase"`
	}
	totalsXML struct {
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Errors   int    `xml:"errors,attr"`
		Skipped  int    `xml:"skipped,attr"`
		Time     string `xml:"time,attr"` // in seconds
	}
	caseXML struct {
		Class   string      `xml:"classname,attr"`
		Name    string      `xml:"name,attr"`
		Time    string      `xml:"time,attr"`
		Failure *problemXML `xml:"failure"`
		Error   *problemXML `xml:"error"`
		Skipped *problemXML `xml:"skipped"`
		Out     *outXML     `xml:"system-out"`
	}
	outXML struct {
		Text string `xml:",cdata"`
	}
	problemXML struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",cdata"`
	}
)

// JUnit writes the results for CI systems. What fails a run by the policy is a
// failure, or an error without a connection to judge. What is expected to fail
// is skipped, as is what the peer does not implement.
func JUnit(w io.Writer, runs []verdict.Run, p Policy) error {
	all := suitesXML{Name: "WebSocket conformance"}
	var took time.Duration
	for i := range runs {
		s := newSuiteXML(&runs[i], p)
		all.Suites = append(all.Suites, s)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Skipped += s.Skipped
		took += runs[i].Took
	}
	all.Time = secondsXML(took)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", " ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func newSuiteXML(run *verdict.Run, p Policy) *suiteXML {
	s := &suiteXML{Name: printable(run.Subject), Timestamp: run.Began.UTC().Format("2006-01-02T15:04:05")}
	s.Time = secondsXML(run.Took)
	for i := range run.Results {
		s.add(newCaseXML(run, &run.Results[i], p))
	}
	for _, lie := range p.Surprises(run) {
		if lie.Result == nil {
			s.add(caseXML{Class: "known failures", Name: printable(lie.ID), Time: "0.000", Failure: &problemXML{Message: lie.String()}})
		}
	}
	return s
}

// add adds a case to a suite and its totals.
func (s *suiteXML) add(c caseXML) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

func newCaseXML(run *verdict.Run, r *verdict.Result, p Policy) caseXML {
	c := caseXML{Class: groupOf(r.Case).String(), Name: printable(r.Case.ID), Time: secondsXML(r.Took)}
	s, surprising := p.surprise(r)
	problem := &problemXML{Message: s.String(), Type: string(r.Verdict), Text: details(run, r)}
	if r.Verdict != verdict.Pass {
		problem.Message = fmt.Sprintf("%s: %s", r.Verdict, printable(r.Got))
	}
	switch {
	case surprising && r.Verdict == verdict.Error:
		c.Error = problem
	case surprising:
		c.Failure = problem
	case p.bad(r.Verdict):
		problem.Message = "as expected, " + problem.Message
		c.Skipped = problem
	case r.Verdict == verdict.Unimplemented:
		c.Skipped = problem
	case r.Verdict != verdict.Pass:
		c.Out = &outXML{problem.Message + "\n" + problem.Text}
	}
	return c
}

// details tells what there is to know of a result.
func details(run *verdict.Run, r *verdict.Result) string {
	var b strings.Builder
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%-5s %s\n", name, text)
		}
	}
	line("case", printable(r.Case.Title))
	line("want", printable(r.Want))
	line("got", printable(r.Got))
	for _, id := range rules(r) {
		line("rule", ruleLine(id))
	}
	line("again", printable(again(run, r.Case.ID)))
	return b.String()
}

func secondsXML(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
