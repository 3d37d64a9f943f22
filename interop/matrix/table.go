package main

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

// table returns a table of a role: a row for each peer.
func (c *config) table(title string, versions []string, runs []verdict.Run) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s | version | checks that text is UTF-8 | permessage-deflate | pass | non-strict | fail | declined | failed cases are about |\n", title)
	b.WriteString("|---|---|---|---|---:|---:|---:|---:|---|\n")
	for i, p := range c.peers {
		n := count(runs[i])
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %d | %d | %d | %d | %s |\n", p.title, versions[i], p.text, p.deflate,
			n[verdict.Pass], n[verdict.NonStrict], n[verdict.Fail]+n[verdict.Error], n[verdict.Unimplemented], broken(runs[i]))
	}
	return b.String()
}

func count(run verdict.Run) map[verdict.Verdict]int {
	n := map[verdict.Verdict]int{}
	for _, r := range run.Results {
		n[r.Verdict]++
	}
	return n
}

// broken lists the sections that failed cases are about, with how many.
func broken(run verdict.Run) string {
	n := map[string]int{}
	var sections []string
	for _, r := range run.Results {
		if !isFail(r) {
			continue
		}
		rules := append(slices.Clone(r.Broken), r.Case.Rules...)
		s := section(rules[0])
		if n[s]++; n[s] == 1 {
			sections = append(sections, s)
		}
	}
	for i, s := range sections {
		sections[i] = fmt.Sprintf("%s: %d", s, n[s])
	}
	if sections == nil {
		return "–"
	}
	return strings.Join(sections, ", ")
}

// section returns that of a requirement, with the RFC if that is not 6455.
func section(id string) string {
	rfc, rest, _ := strings.Cut(id, "-")
	section, _, _ := strings.Cut(rest, "-")
	if rfc == "6455" {
		return section
	}
	return "RFC " + rfc + " " + section
}

// circumstances says when and where all this was found out.
func (c *config) circumstances() string {
	return fmt.Sprintf("Run on %s with %s on %s/%s: `%s` in `interop`.",
		time.Now().UTC().Format(time.DateOnly), runtime.Version(), runtime.GOOS, runtime.GOARCH, c.command)
}
