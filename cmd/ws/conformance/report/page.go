package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string

	pageTemplate = template.Must(template.New("page").Parse(
		strings.NewReplacer("CSS-HASH", hash(pageCSS), "JS-HASH", hash(pageJS)).Replace(pageHTML)))
)

// page is what the template shows.
type page struct {
	CSS      template.CSS
	JS       template.JS
	Runs     []*runPage
	Verdicts []verdictCount
	Sections []*sectionPage
	LeftOut  int // logs that would have made the page too large
}

// Several says that there are several peers.
func (p *page) Several() bool { return len(p.Runs) > 1 }

// Failed is the number of cases that failed.
func (p *page) Failed() (n int) {
	for _, v := range p.Verdicts {
		if v.Verdict == verdict.Fail || v.Verdict == verdict.Error {
			n += v.Cases
		}
	}
	return n
}

// All is the number of results.
func (p *page) All() (n int) {
	for _, v := range p.Verdicts {
		n += v.Cases
	}
	return n
}

// verdictCount is how many results there are with a verdict.
type verdictCount struct {
	Verdict verdict.Verdict
	Meaning string
	Cases   int
}

// meanings says what verdicts mean.
var meanings = map[verdict.Verdict]string{
	verdict.Pass:          "as the RFC demands",
	verdict.NonStrict:     "a SHOULD was not met, or a sender's mistake was let pass that a receiver may let pass",
	verdict.Fail:          "a MUST was not met",
	verdict.Unimplemented: "the peer declines the extension that the case is about",
	verdict.Informational: "no rule says what is right",
	verdict.Error:         "there was no connection to judge",
}

// runPage is a peer.
type runPage struct {
	*verdict.Run
	Number int
	Name   string // its subject, printable
	Counts counts
}

// Date is when the run began.
func (r *runPage) Date() string { return r.Began.UTC().Format("2 January 2006, 15:04 MST") }

// Duration is how long it took.
func (r *runPage) Duration() string { return seconds(r.Took) }

// sectionPage is a section of an RFC with the cases about it.
type sectionPage struct {
	group
	Cells []cell // by run
	Cases []*casePage
}

// Anchor is where the section stands in the page.
func (s *sectionPage) Anchor() string { return "section-" + s.RFC + "-" + s.Section }

// cell is what came of the cases about a section at one peer.
type cell struct {
	Run    *runPage
	Counts counts
}

// casePage is a case, in all its variants.
type casePage struct {
	ID, Title string
	Findings  []*findingPage
}

// mostDetails bounds what stands inside all findings, in bytes: a page has to
// open on a telephone.
const mostDetails = 3500 << 10

// HTML writes the results as a page for a browser that needs nothing but itself.
func HTML(w io.Writer, runs []verdict.Run) error {
	p := newPage(runs)
	if err := p.fill(); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

func newPage(runs []verdict.Run) *page {
	p := &page{CSS: template.CSS(pageCSS), JS: template.JS(pageJS)}
	total := make(counts)
	for i := range runs {
		run := &runPage{&runs[i], i + 1, printable(runs[i].Subject), count(pointers(&runs[i]))}
		p.Runs = append(p.Runs, run)
		for v, n := range run.Counts {
			total[v] += n
		}
	}
	for _, v := range verdict.All {
		if total[v] > 0 {
			p.Verdicts = append(p.Verdicts, verdictCount{v, meanings[v], total[v]})
		}
	}
	for _, g := range groups(runs) {
		p.Sections = append(p.Sections, newSection(g, p.Runs))
	}
	return p
}

// hash returns the hash of a style or script as a Content-Security-Policy has
// it: nothing else can have an effect, whatever a peer has sent.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func newSection(g group, runs []*runPage) *sectionPage {
	s := &sectionPage{group: g}
	cases := make(map[string]*casePage)
	for _, run := range runs {
		results := g.of(run.Run)
		s.Cells = append(s.Cells, cell{run, count(results)})
		for _, f := range findings(results) {
			c := cases[f.base]
			if c == nil {
				c = &casePage{ID: printable(f.base), Title: printable(f.Case.Title)}
				cases[f.base] = c
				s.Cases = append(s.Cases, c)
			}
			c.Findings = append(c.Findings, &findingPage{finding: f, Run: run, Got: short(f.Result.Got, mostText)})
		}
	}
	return s
}

// fill fills the findings, the worst ones first, until the page is large enough.
func (p *page) fill() error {
	var all []*findingPage
	for _, s := range p.Sections {
		for _, c := range s.Cases {
			all = append(all, c.Findings...)
		}
	}
	slices.SortStableFunc(all, func(a, b *findingPage) int { return worse(a.Verdict, b.Verdict) })
	left := mostDetails
	for _, f := range all {
		if f.Verdict == verdict.Pass && len(f.Wire) == 0 {
			continue
		}
		extra, err := f.details(left > 0)
		if err != nil {
			return err
		}
		if left <= 0 {
			p.LeftOut++
		}
		left -= len(extra)
		f.Extra = extra
	}
	return nil
}

// Colours are the classes of the arrows.
func (p *page) Colours() []string { return arrowColours }
