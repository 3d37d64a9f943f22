package inspect

import (
	"fmt"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
)

// explainPart prints a part with a comment on each of its fields: where its
// bits are, what they say and mean, and the section that defines it, as
// ws rfc takes it. What explains a line of a head stands below that.
func explainPart(b *strings.Builder, p *dissect.Part, direction string) {
	lines := p.Wire(direction)
	if p.Kind != dissect.Request && p.Kind != dissect.Response {
		printLines(b, lines)
		for _, f := range p.Fields {
			b.WriteString(comment(fmt.Sprintf("   %-13s ", p.Picture(f)), fmt.Sprintf("%s = %s. %s [%s]", f.Name, f.Value, f.Meaning, f.Section)))
		}
		return
	}
	for i, f := range p.Fields {
		fmt.Fprintln(b, lines[i])
		b.WriteString(comment("     ", fmt.Sprintf("%s [%s]", f.Meaning, f.Section)))
	}
}
