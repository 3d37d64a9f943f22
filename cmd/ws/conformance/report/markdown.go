package report

import (
	"fmt"
	"io"
	"maps"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

// Markdown writes a table with a column for each peer and a row for each section
// of the RFCs. A cell has the number of cases that pass, if all do, else how many
// came to what.
func Markdown(w io.Writer, runs []verdict.Run) error {
	var b strings.Builder
	b.WriteString("| Cases about |")
	for i := range runs {
		fmt.Fprintf(&b, " %s |", markdown(runs[i].Subject))
	}
	fmt.Fprintf(&b, "\n|---|%s\n", strings.Repeat("---:|", len(runs)))
	for _, g := range groups(runs) {
		fmt.Fprintf(&b, "| %s |", markdown(g.String()))
		for i := range runs {
			fmt.Fprintf(&b, " %s |", markdownCell(count(g.of(&runs[i]))))
		}
		b.WriteByte('\n')
	}
	b.WriteString("| **All** |")
	for i := range runs {
		fmt.Fprintf(&b, " %s |", markdownCell(count(pointers(&runs[i]))))
	}
	b.WriteByte('\n')
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownCell shows counts. Informational cases are nobody's merit or fault.
func markdownCell(c counts) string {
	judged := maps.Clone(c)
	delete(judged, verdict.Informational)
	switch {
	case len(judged) == 0:
		return "–"
	case len(judged) == 1 && judged[verdict.Pass] > 0:
		return fmt.Sprint(judged[verdict.Pass])
	}
	return judged.String()
}

// markdown returns text with what means something in a table escaped.
func markdown(text string) string {
	var b strings.Builder
	for _, r := range printable(text) {
		switch {
		case r == '<':
			b.WriteString("&lt;")
			continue
		case strings.ContainsRune("\\`*_[]|~&", r):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
