package report

import (
	"fmt"
	"io"
	"os"
	"sync"

	"golang.org/x/term"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

// Progress is the line of a terminal that says how far a run is. Safe for
// concurrent use.
type Progress struct {
	mu      sync.Mutex
	to      io.Writer // nil if nobody looks
	subject string
	columns int
	all     int // cases
	counts  counts
}

// eraseLine begins a line anew.
const eraseLine = "\r\x1b[K"

// NewProgress returns the progress of a run of so many cases. It shows nothing
// if f is no terminal.
func NewProgress(f *os.File, subject string, cases int) *Progress {
	p := &Progress{subject: subject, all: cases, counts: make(counts)}
	if columns, _, err := term.GetSize(int(f.Fd())); err == nil {
		p.to, p.columns = f, columns
	}
	return p
}

// Add shows that there is a result.
func (p *Progress) Add(r *verdict.Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counts[r.Verdict]++
	p.print(fmt.Sprintf("%d of %s, %s: %v", p.counts.All(), plural(p.all, "case"), p.subject, p.counts))
}

// End takes the line away, for what is to be printed there.
func (p *Progress) End() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.print("")
}

// print shows a line, if it is seen: the last column stays empty, so that no
// terminal goes on to the next row.
func (p *Progress) print(line string) {
	if p.to != nil {
		io.WriteString(p.to, eraseLine+short(line, max(p.columns-1, 1)))
	}
}
