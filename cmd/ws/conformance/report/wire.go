package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/protocol"
)

// wireRow is a row of the log: a part of what a side has sent, or a gap.
type wireRow struct {
	At      string
	From    string // "client" or "server"
	Tested  bool   // the peer that is tested has sent it
	Summary string
	Head    bool // an opening handshake
	Control bool // a control frame
	Lines   []wireLine
	More    int // lines that are left out

	Broken  string // what is wrong with it, in a few words; "" for nothing
	Rule    *rule  // that is broken, or by which nobody looks at it
	Blamed  string // the field that is to blame, with its value
	Ignored bool   // nobody looks at it any more
	Note    bool   // it is not a part, but says something about what is missing
}

// wireLine is some bytes of a part, and what they mean.
type wireLine struct{ Bytes, Note string }

// How much is shown of a case: generated load has no end.
const (
	mostRows  = 48 // of a log
	mostLines = 24 // of a part
	mostText  = 400
)

// unbounded are the limits of endpoints that take everything: a limit is not
// what a report is about.
var unbounded = protocol.Config{MaxMessage: -1, MaxFragments: -1, MaxPings: -1}

// newSession returns a session for the chunks. An opening handshake is expected
// of both sides if one of them begins with text.
func newSession(wire []verdict.Chunk) *dissect.Session {
	var start [2][]byte
	for _, c := range wire {
		if len(start[c.From]) < len("HTTP") {
			start[c.From] = append(start[c.From], c.Bytes...)
		}
	}
	if isText(start[protocol.Client]) || isText(start[protocol.Server]) {
		return dissect.NewSession(unbounded)
	}
	return dissect.SessionOf([2]dissect.Config{
		protocol.Server: {From: protocol.Server, Limits: unbounded, Partial: true},
		protocol.Client: {From: protocol.Client, Limits: unbounded, Partial: true},
	})
}

// isText reports whether b begins as the line of an opening handshake might,
// even a wrong one. A frame would have reserved bits, and be of 32 bytes or more.
func isText(b []byte) bool {
	for _, c := range b[:min(len(b), len("HTTP"))] {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return len(b) >= len("HTTP")
}

// wireRows takes what went over the wire apart.
func wireRows(r *verdict.Result) (rows []wireRow) {
	s := newSession(r.Wire)
	var lost [2]bool // where frames begin is not known
	add := func(steps []dissect.Step) {
		for _, step := range steps {
			rows = append(rows, newWireRow(step, r.Case.Peer))
		}
	}
	for _, c := range r.Wire {
		if lost[c.From] && !begins(c) {
			rows = append(rows, gapRow(c, r.Case.Peer, int64(len(c.Bytes))+c.Left, "in the midst of frames"))
			continue
		}
		lost[c.From] = false
		add(s.Write(c.From, c.At, c.Bytes))
		if c.Left > 0 {
			steps, rest := s.Gap(c.From, c.Left)
			add(steps)
			rows = append(rows, gapRow(c, r.Case.Peer, c.Left, "not kept"))
			lost[c.From] = rest < 0
		}
	}
	add(s.End())
	return rows
}

// begins reports whether a chunk begins where a frame does.
func begins(c verdict.Chunk) bool {
	from, ok := dissect.Guess(c.Bytes)
	return ok && from == c.From
}

// gapRow says that bytes cannot be taken apart, and why.
func gapRow(c verdict.Chunk, tested protocol.Role, n int64, why string) wireRow {
	return wireRow{
		At: clock(c.At), From: c.From.String(), Tested: c.From == tested, Note: true,
		Summary: fmt.Sprintf("%d bytes more, %s", n, why),
	}
}

func newWireRow(step dissect.Step, tested protocol.Role) wireRow {
	row := wireRow{
		At: clock(step.At), From: step.From.String(), Tested: step.From == tested, Summary: short(step.Summary(), mostText),
		Head: isHead(step.Kind), Control: step.Kind == dissect.Frame && step.Header.Opcode.IsControl(), Ignored: step.Ignored != "",
	}
	lines := step.Wire(">")
	if len(lines) > mostLines {
		row.More, lines = len(lines)-mostLines, lines[:mostLines]
	}
	for _, line := range lines {
		row.Lines = append(row.Lines, newWireLine(step.Kind, line))
	}
	if step.Ignored != "" {
		row.Rule = newRule(step.Ignored)
	}
	if v := step.Violation; v != nil {
		row.Broken, row.Rule = short(v.Text, mostText), newRule(v.Rule)
		for _, f := range step.Fields {
			if !row.Head && f.Name == v.Field && f.Name != "Payload Data" { // those show themselves
				row.Blamed = short(fmt.Sprintf("%s %s: %s", f.Name, f.Value, f.Meaning), mostText)
			}
		}
	}
	return row
}

func isHead(kind dissect.Kind) bool { return kind == dissect.Request || kind == dissect.Response }

// newWireLine cuts a line of dissect.Part.Wire into bytes and what they mean. A
// head is text, which needs no explanation.
func newWireLine(kind dissect.Kind, line string) wireLine {
	line = strings.TrimPrefix(strings.TrimPrefix(line, "# "), ">")
	line = strings.TrimPrefix(line, " ")
	if isHead(kind) {
		return wireLine{Bytes: short(line, mostText)}
	}
	b, note, _ := strings.Cut(line, "|")
	return wireLine{strings.TrimSpace(b), short(strings.TrimSpace(note), mostText)}
}

// clock returns a time within a connection.
func clock(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.2f ms", milliseconds(d))
	case d < 10*time.Second:
		return fmt.Sprintf("%.0f ms", milliseconds(d))
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// elide leaves out the middle of rows if there are more than most, and says so
// in a row.
func elide(rows []wireRow, most int) []wireRow {
	if len(rows) <= most {
		return rows
	}
	first := most * 2 / 3
	last := most - first - 1
	gap := wireRow{Note: true, Summary: fmt.Sprintf("%d more, left out here", len(rows)-first-last)}
	all := append([]wireRow{}, rows[:first]...)
	return append(append(all, gap), rows[len(rows)-last:]...)
}
