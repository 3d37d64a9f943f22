package rfc

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/internal/requirements"
)

// writeText writes the report as text. That about one requirement needs no
// totals.
func writeText(w io.Writer, all []*requirements.Requirement) error {
	var b bytes.Buffer
	report := newReport(all)
	if len(all) > 1 {
		report.totals(&b)
	}
	for i, s := range report.Sections {
		if i > 0 || len(all) > 1 {
			fmt.Fprintln(&b)
		}
		title := strings.TrimSuffix(fmt.Sprintf("RFC %s, section %s: %s", s.RFC, s.Number, s.Title), ": ")
		fmt.Fprintf(&b, "%s\nhttps://www.rfc-editor.org/rfc/rfc%s#section-%s\n", title, s.RFC, s.Number)
		for _, r := range s.Requirements {
			writeRequirement(&b, r)
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// totals writes the numbers at the top.
func (report *report) totals(w io.Writer) {
	fmt.Fprintf(w, "%-10s %5s  %14s  %9s  %7s  %7s\n", "level", "rows", "code and proof", "exception", "pending", "neither")
	for _, t := range report.Totals {
		fmt.Fprintf(w, "%-10s %5d  %14d  %9d  %7d  %7d\n", t.Level, t.All, t.Met, t.Excepted, t.Pending, t.Neither)
	}
	if all := report.Totals[len(report.Totals)-1]; all.Neither > 0 {
		fmt.Fprintf(w, "\n%s\n", neither)
	}
}

// writeRequirement writes a requirement, its places and its exception.
func writeRequirement(w io.Writer, r *requirements.Requirement) {
	fmt.Fprintf(w, "\n%s  %s, %s\n%s", r.ID, r.Level, r.Role, Wrap("  ", r.Text))
	writePlaces(w, "code ", r.Code)
	writePlaces(w, "proof", r.Proofs)
	switch {
	case r.Exception != "":
		fmt.Fprint(w, Wrap("  but   ", r.Exception))
	case r.Status() == requirements.Neither:
		fmt.Fprintln(w, "  neither code and proof nor an exception")
	}
}

// writePlaces writes a line for each place, the first with what they are.
func writePlaces(w io.Writer, what string, places []requirements.Place) {
	for _, p := range places {
		fmt.Fprintf(w, "  %s %s\n", what, p)
		what = "     "
	}
}

// Wrap breaks text into lines of 80 characters, all as far in as what stands
// before the first one.
func Wrap(before, text string) string {
	var lines strings.Builder
	line := before
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
			line += word
		case utf8.RuneCountInString(line+word)+1 > 80:
			lines.WriteString(line + "\n")
			line = strings.Repeat(" ", utf8.RuneCountInString(before)) + word
		default:
			line += " " + word
		}
	}
	return lines.String() + line + "\n"
}
