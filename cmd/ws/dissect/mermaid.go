package dissect

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/seed372fb791/rfc6455/protocol"
)

// mermaidHead is how the text of a sequence diagram begins.
const mermaidHead = "sequenceDiagram\n    participant C as Client\n    participant S as Server\n"

// Mermaid returns steps as a sequence diagram in the language of Mermaid.
func Mermaid(steps []Step) string {
	var b strings.Builder
	b.WriteString(mermaidHead)
	for _, s := range steps {
		b.WriteString(s.Mermaid())
	}
	return b.String()
}

// Mermaid returns the lines that p is in a sequence diagram.
func (p *Part) Mermaid() string { return p.MermaidOf("C") }

// MermaidOf is Mermaid for a diagram of several clients, of which this is one.
func (p *Part) MermaidOf(client string) string {
	from, to := "S", client
	if p.From == protocol.Client {
		from, to = to, from
	}
	s := fmt.Sprintf("    %s%s%s: %s\n", from, p.arrow(), to, escapeMermaid(p.Summary()))
	if v := p.Violation; v != nil {
		s += fmt.Sprintf("    Note over %s,S: %s\n", client, escapeMermaid(fmt.Sprintf("broken: %s [%s]", v.Text, v.Rule)))
	}
	return s
}

// arrow is dotted for control frames, and has a cross where nobody looks at
// what comes.
func (p *Part) arrow() string {
	switch {
	case p.Ignored != "" || p.Violation != nil:
		return "-x"
	case p.Kind == Frame && p.Header.Opcode.IsControl():
		return "-->>"
	}
	return "->>"
}

// escapeMermaid writes every character that could mean something to Mermaid, or
// to the HTML that it makes, as an entity.
func escapeMermaid(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" .,'()/-+=_?!…", r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}
