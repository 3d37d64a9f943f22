package dissect

import (
	"fmt"
	"io"
	"strings"

	"github.com/seed372fb791/rfc6455/internal/fixture"
	"github.com/seed372fb791/rfc6455/protocol"
)

// Dump writes frames in the form of the fixtures (see
// testdata/frames/README.md), as role sees them: what it receives with < and
// what comes of it, what it sends with >. Other parts become comments.
func Dump(w io.Writer, role protocol.Role, parts []*Part) error {
	var b strings.Builder
	for _, p := range parts {
		if p.Kind != Frame {
			for line := range strings.Lines(string(p.Bytes)) {
				fmt.Fprintf(&b, "# %s\n", strings.TrimRight(line, "\r\n"))
			}
			continue
		}
		dumpFrame(&b, role, p)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func dumpFrame(b *strings.Builder, role protocol.Role, p *Part) {
	direction := "<"
	if p.From == role {
		direction = ">"
	}
	var a annotator
	for _, line := range hexLines(p) {
		fmt.Fprintln(b, annotated(direction+" "+hexWords(line), a.next(line)))
	}
	if p.From != role {
		for _, line := range p.Lines() {
			fmt.Fprintln(b, line)
		}
	}
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
