// Package report tells what the conformance suite has found: to people, to CI
// systems, and to programs that read what the Autobahn suite writes. It takes
// the runs of package verdict; it knows nothing of how they came about.
//
//	policy.go      Policy: which results fail a run, and so the exit status
//	expect.go      Expectation: a file of known failures; expectwrite.go: writing one anew
//	finding.go     variants of a case that came to the same; group.go: cases by section;
//	               counts.go: how many came to what
//	text.go        Text: for the terminal; progress.go: the line while it runs
//	json.go        JSON; junit.go: JUnit, for CI systems
//	autobahn.go    Autobahn: a folder as Autobahn's wstest writes it
//	markdown.go    Markdown: peers by sections, for a README
//	page.go        HTML: one file that needs nothing but itself; see page.html
//	details.go     what stands there about a case; rule.go: about a requirement
//	wire.go        what went over the wire, taken apart for it; diagram.go: drawn
//	printable.go   what peers have sent, made safe to show
package report
