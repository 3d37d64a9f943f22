package report

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"

	"github.com/seed372fb791/rfc6455/protocol"
)

// findingPage is what came of a case at one peer.
type findingPage struct {
	*finding
	Run   *runPage
	Got   string
	Extra template.HTML // what stands inside, "" for nothing
}

// Anchor is where the finding stands in the page.
func (f *findingPage) Anchor() string { return fmt.Sprintf("run-%d/%s", f.Run.Number, f.Case.ID) }

// Cases is of how many cases the finding is.
func (f *findingPage) Cases() int { return len(f.variants) }

// Variants says how the bytes were sent.
func (f *findingPage) Variants() string {
	var words []string
	for _, v := range f.variants {
		words = append(words, variantWords(v))
	}
	return strings.Join(words, ", ")
}

// variantWords says what a variant is.
func variantWords(v string) string {
	switch v {
	case "":
		return ""
	case "whole":
		return "in one piece"
	case "framewise":
		return "frame by frame"
	case "bytewise":
		return "byte by byte"
	}
	if n, ok := strings.CutPrefix(v, "chop="); ok {
		return "in pieces of " + printable(n)
	}
	return printable(v)
}

// detailsPage is what stands inside a finding.
type detailsPage struct {
	*findingPage
	Want    string
	Broken  bool // the rules were broken
	Rules   []*rule
	Again   []string // the command that repeats it, in words
	Diagram diagram
	Rows    []wireRow
}

// details returns what stands inside a finding, with the log or without.
func (f *findingPage) details(log bool) (template.HTML, error) {
	d := detailsPage{
		findingPage: f, Want: short(f.Result.Want, mostText), Broken: len(f.Result.Broken) > 0, Again: strings.Fields(printable(again(f.Run.Run, f.Case.ID))),
	}
	for _, id := range rules(f.Result) {
		d.Rules = append(d.Rules, newRule(id))
	}
	if log {
		rows := wireRows(f.Result)
		d.Diagram, d.Rows = newDiagram(rows), elide(rows, mostRows)
	}
	var b bytes.Buffer
	err := pageTemplate.ExecuteTemplate(&b, "details", d)
	return template.HTML(b.String()), err
}

// Client and Server say who is who.
func (d detailsPage) Client() string { return d.who(protocol.Client) }
func (d detailsPage) Server() string { return d.who(protocol.Server) }

func (d detailsPage) who(side protocol.Role) string {
	if d.Run.Peer == side {
		return d.Run.Name
	}
	return "this suite"
}

// CloseCode tells of the peer's Close frame.
func (d detailsPage) CloseCode() string {
	switch d.Close {
	case 0:
		return "no Close frame"
	case int(protocol.CloseNoStatus):
		return "a Close frame without a code"
	}
	return fmt.Sprintf("a Close frame with %d", d.Close)
}

// Shown says which variant the log is of, if there are several.
func (d detailsPage) Shown() string {
	if len(d.variants) == 1 {
		return ""
	}
	return "This was sent " + variantWords(d.variants[0]) + "; the other ways came to the same."
}

// Milliseconds is how long the case took.
func (d detailsPage) Milliseconds() string { return clock(d.Took) }

// Numbers are those of the cases of Autobahn that it stands for.
func (d detailsPage) Numbers() string { return strings.Join(d.Case.Autobahn, ", ") }
