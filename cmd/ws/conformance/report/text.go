package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

// lineWidth is how many characters of what was wanted, of what came and of a
// rule are shown.
const lineWidth = 160

// Text writes for the terminal what fails the runs, and last a summary of each.
func Text(w io.Writer, runs []verdict.Run, p Policy) error {
	out := bufio.NewWriter(w)
	for i := range runs {
		if surprises := p.Surprises(&runs[i]); len(surprises) > 0 {
			if len(runs) > 1 {
				fmt.Fprintf(out, "%s\n\n", printable(runs[i].Subject))
			}
			writeSurprises(out, &runs[i], surprises)
		}
	}
	for i := range runs {
		writeSummary(out, &runs[i], p)
	}
	return out.Flush()
}

// writeSurprises writes what came of cases, then what is wrong with the file of
// known failures.
func writeSurprises(w io.Writer, run *verdict.Run, surprises []Surprise) {
	var results []*verdict.Result
	var outdated []Surprise
	listed := make(map[*verdict.Result]string)
	for _, s := range surprises {
		if s.Result == nil || s.Result.Verdict == verdict.Pass {
			outdated = append(outdated, s)
			continue
		}
		results = append(results, s.Result)
		if s.Line > 0 {
			listed[s.Result] = fmt.Sprintf("%s in %s:%d", s.Listed, printable(s.file), s.Line)
		}
	}
	for _, f := range findings(results) {
		writeFinding(w, run, f, listed[f.Result])
	}
	for _, s := range outdated {
		fmt.Fprintln(w, s)
	}
	if len(outdated) > 0 {
		fmt.Fprintln(w)
	}
}

// writeFinding writes what came of a case. What the file of known failures says
// of it is "" for nothing.
func writeFinding(w io.Writer, run *verdict.Run, f *finding, listed string) {
	fmt.Fprintf(w, "%-10s  %s", strings.ToUpper(string(f.Verdict)), printable(f.base))
	for _, v := range f.variants {
		if v != "" {
			fmt.Fprintf(w, " @%s", printable(v))
		}
	}
	fmt.Fprintln(w)
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(w, "  %-8s  %s\n", name, text)
		}
	}
	line("want", short(f.Want, lineWidth))
	line("got", short(f.Got, lineWidth))
	for _, id := range rules(f.Result) {
		line("rule", ruleLine(id))
	}
	line("listed", listed)
	line("again", printable(again(run, f.Case.ID)))
	fmt.Fprintln(w)
}

// writeSummary writes how many cases came to what.
func writeSummary(w io.Writer, run *verdict.Run, p Policy) {
	fmt.Fprintf(w, "%s: %s in %s", printable(run.Subject), plural(len(run.Results), "case"), seconds(run.Took))
	if c := count(pointers(run)); len(c) > 0 {
		fmt.Fprintf(w, ": %v", c)
	}
	if p.Expect != nil {
		fmt.Fprintf(w, "; %d not as %s says", len(p.Surprises(run)), printable(p.Expect.file))
	}
	fmt.Fprintln(w)
}

// plural returns n with its unit.
func plural(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

// seconds returns a time in seconds, with a digit behind the point if it is
// short.
func seconds(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%.0f s", d.Seconds())
}
