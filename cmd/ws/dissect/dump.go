package dissect

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/seed372fb791/rfc6455/internal/fixture"
	"github.com/seed372fb791/rfc6455/protocol"
)

// Dump writes frames in the form of the fixtures (see
// testdata/frames/README.md), as role sees them: what it receives with <, what
// it sends with >, and what comes of it below. Other parts become comments.
func Dump(w io.Writer, role protocol.Role, parts []*Part) error {
	var b strings.Builder
	for _, p := range parts {
		direction := "<"
		if p.From == role {
			direction = ">"
		}
		for _, line := range slices.Concat(p.Wire(direction), p.Lines()) {
			fmt.Fprintln(&b, line)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Wire returns the bytes of p as lines: those of a frame annotated in the form
// of the fixtures, of a head its text and of other bytes the first ones as
// comments. The direction is "<" or ">".
func (p *Part) Wire(direction string) (lines []string) {
	switch p.Kind {
	case Frame:
		var a annotator
		for _, line := range hexLines(p) {
			lines = append(lines, annotated(direction+" "+hexWords(line), a.next(line)))
		}
	case Unread, Body:
		start := p.Bytes[:min(len(p.Bytes), 4*lineBytes)]
		for line := range slices.Chunk(start, lineBytes) {
			lines = append(lines, annotated("# "+direction+" "+hexWords(line), fixture.Quote(line)))
		}
		if rest := len(p.Bytes) - len(start); rest > 0 {
			lines = append(lines, fmt.Sprintf("# %s and %s more", direction, describeBytes(rest)))
		}
	case Proxied:
		lines = append(lines, "# "+direction+" "+visible(p.Fields[0].Value))
	default:
		for line := range strings.Lines(string(p.Bytes)) {
			lines = append(lines, strings.TrimRight("# "+direction+" "+visible(line), " "))
		}
	}
	return lines
}

// visible returns a line of a head as a terminal can be sent it.
func visible(line string) string {
	line = strings.TrimRight(line, "\r\n")
	quoted := strconv.Quote(line)
	if strings.Contains(quoted, `\x`) || strings.Contains(quoted, `\u`) || strings.ContainsFunc(line, unicode.IsControl) {
		return quoted
	}
	return line
}

// lineBytes is how many bytes a line shows.
const lineBytes = 16

// hexLines cuts a frame into lines: a short one is one, otherwise the header
// has a line of its own, and so has a run of equal bytes.
func hexLines(p *Part) (lines [][]byte) {
	header := p.Bytes[:len(p.Bytes)-len(p.Payload)]
	if len(p.Bytes) <= lineBytes || len(header) == 0 {
		return [][]byte{p.Bytes}
	}
	lines = append(lines, header)
	for rest := p.Bytes[len(header):]; len(rest) > 0; {
		n := min(lineBytes, len(rest))
		for n < len(rest) && fixture.IsRun(rest[:n+1]) {
			n++
		}
		lines, rest = append(lines, rest[:n]), rest[n:]
	}
	return lines
}

func hexWords(b []byte) string {
	if fixture.IsRun(b) {
		return fmt.Sprintf("%02x*%d", b[0], len(b))
	}
	return fmt.Sprintf("% x", b)
}

// describeEvent gives an event in the words of the fixtures.
func describeEvent(ev protocol.Event) string {
	switch ev.Kind {
	case protocol.PingEvent:
		return "event   ping " + fixture.Quote(ev.Data)
	case protocol.PongEvent:
		return "event   pong " + fixture.Quote(ev.Data)
	case protocol.CloseEvent:
		return describeClose(ev)
	case protocol.FailureEvent:
		return strings.TrimSpace(fmt.Sprintf("fail    %d %s %s", ev.Err.Code, ev.Err.Rule, ev.Err.Option))
	}
	fin := ""
	if ev.Fin {
		fin = " fin"
	}
	return fmt.Sprintf("event   %v%s %s", ev.Type, fin, fixture.Quote(ev.Data))
}

func describeClose(ev protocol.Event) string {
	switch {
	case ev.Code == protocol.CloseNoStatus:
		return "event   close"
	case ev.Reason == "":
		return fmt.Sprintf("event   close %d", ev.Code)
	}
	return fmt.Sprintf("event   close %d %s", ev.Code, fixture.Quote([]byte(ev.Reason)))
}
