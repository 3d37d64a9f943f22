package inspect

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/cmd/ws/rfc"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// textReport prints in the form of the fixtures, which ws inspect reads, too.
// What that has no words for is said in comments.
type textReport struct {
	w       io.Writer
	shown   bool // on a terminal
	explain bool
	begun   bool
	agreed  *handshake.Deflate // as printed for the connection
}

// open prints what is known of a connection.
func (r *textReport) open(c *inspected) error {
	var b strings.Builder
	if r.begun {
		fmt.Fprintln(&b)
	}
	r.begun, r.agreed = true, nil
	if c.timed {
		fmt.Fprintf(&b, "# connection %d", c.number)
		if !c.began.IsZero() {
			fmt.Fprintf(&b, ", %s", c.began.Format("2006-01-02 15:04:05.000000 UTC"))
		}
		fmt.Fprintln(&b)
	}
	for _, role := range []protocol.Role{protocol.Client, protocol.Server} {
		if addr := c.addrs[role]; addr != "" {
			fmt.Fprintf(&b, "# %s %v %s\n", direction(c, role), role, addr)
		}
	}
	for _, line := range c.title {
		b.WriteString(comment("", line))
	}
	for _, line := range c.words {
		fmt.Fprintln(&b, line)
	}
	r.deflate(&b, c)
	return r.print(&b)
}

// direction is how what a side has sent begins.
func direction(c *inspected, from protocol.Role) string {
	if from == c.ours {
		return ">"
	}
	return "<"
}

// comment returns text as lines of comments with something before it. What a
// peer has sent may be in the text, and must not do anything to a terminal.
func comment(before, text string) string {
	lines := strings.TrimRight(rfc.Wrap("# "+before, escapeControls(text)), " \n")
	return strings.ReplaceAll(lines, "\n ", "\n#") + "\n"
}

// escapeControls writes control characters as Go does in strings.
func escapeControls(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsControl(r) {
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// deflate prints what is known about compression, once.
func (r *textReport) deflate(b *strings.Builder, c *inspected) {
	if agreed := c.session.Agreed(); agreed != nil && agreed != r.agreed {
		fmt.Fprintln(b, deflateLine(*agreed))
		r.agreed = agreed
	}
}

// deflateLine returns what was agreed on in the words of the fixtures.
func deflateLine(d handshake.Deflate) string {
	line := "deflate"
	for _, p := range []struct {
		name string
		on   bool
	}{
		{"server_no_context_takeover", d.ServerNoContextTakeover},
		{"client_no_context_takeover", d.ClientNoContextTakeover},
		{fmt.Sprintf("server_max_window_bits=%d", d.ServerMaxWindowBits), d.ServerMaxWindowBits != 15},
		{fmt.Sprintf("client_max_window_bits=%d", d.ClientMaxWindowBits), d.ClientMaxWindowBits != 15},
	} {
		if p.on {
			line += " " + p.name
		}
	}
	return line
}

// step prints a part: its time, its bytes, what they mean, what comes of them.
func (r *textReport) step(c *inspected, s dissect.Step) error {
	var b strings.Builder
	r.at(&b, c, s.At, s.From)
	if r.explain {
		explainPart(&b, s.Part, direction(c, s.From))
	} else {
		printLines(&b, s.Wire(direction(c, s.From)))
	}
	printLines(&b, s.Lines())
	for _, text := range remarks(s.Part) {
		b.WriteString(comment("", text))
	}
	if s.Violation != nil {
		r.broken(&b, s.Part)
	}
	r.deflate(&b, c)
	return r.print(&b)
}

// broken says which rule a part breaks, and where.
func (r *textReport) broken(b *strings.Builder, p *dissect.Part) {
	v := p.Violation
	text := fmt.Sprintf("%s [%s]", v.Text, v.Rule)
	if p.Kind == dissect.Frame {
		text += fmt.Sprintf(": %s, in byte %d of what the %v sent", v.Field, v.Offset, p.From)
	}
	b.WriteString(comment("broken: ", text))
	if rule := dissect.Explain(v.Rule); r.explain && rule != nil {
		b.WriteString(comment("        ", rule.Text))
	}
}

// remarks says what else there is to know of a part.
func remarks(p *dissect.Part) (all []string) {
	if p.Kind == dissect.Frame && !p.Whole && len(p.Fields) > 1 {
		all = append(all, fmt.Sprintf("Of %d bytes of payload %d are there.", p.Header.Length, len(p.Payload)))
	}
	if p.Ignored != "" {
		all = append(all, fmt.Sprintf("It comes after the end of the connection and is not looked at [%s].", p.Ignored))
	}
	switch {
	case p.Unjudged && p.Header.RSV != 0:
		all = append(all, "The message is compressed, and what it takes to inflate it is not in the input (see -deflate): not judged.")
	case p.Unjudged:
		all = append(all, "The beginning of the message is not in the input: not judged.")
	}
	return all
}

// at separates what a side did from what stands before it, with the time if
// there is one.
func (r *textReport) at(b *strings.Builder, c *inspected, at time.Duration, from protocol.Role) {
	if c.timed || r.explain {
		fmt.Fprintln(b)
	}
	if c.timed {
		fmt.Fprintf(b, "# %.6f s, %v\n", at.Seconds(), from)
	}
}

// note prints a comment on what a side did.
func (r *textReport) note(c *inspected, at time.Duration, from protocol.Role, text string) error {
	var b strings.Builder
	r.at(&b, c, at, from)
	b.WriteString(comment(direction(c, from)+" ", text))
	return r.print(&b)
}

// print prints all of something by one write.
func (r *textReport) print(b *strings.Builder) error {
	text := b.String()
	if r.shown {
		text = bars.ReplaceAllStringFunc(text, fit)
	}
	_, err := io.WriteString(r.w, text)
	return err
}

// bars matches lines with a bar.
var bars = regexp.MustCompile(`(?m)^[<>] .* +\| .*$`)

// fit moves what stands right of the bar to the left if a terminal has room for
// the line then.
func fit(line string) string {
	const width = 80
	left, right, _ := strings.Cut(line, " | ")
	left = strings.TrimRight(left, " ")
	room := width - utf8.RuneCountInString(right) - len(" | ")
	if utf8.RuneCountInString(line) <= width || len(left) > room {
		return line
	}
	return fmt.Sprintf("%-*s | %s", room, left, right)
}

func printLines(b *strings.Builder, lines []string) {
	for _, line := range lines { // some are long: without a copy
		b.WriteString(line)
		b.WriteByte('\n')
	}
}
