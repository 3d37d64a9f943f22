package proxy

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/cmd/ws/http1"
	"github.com/seed372fb791/rfc6455/cmd/ws/transcript"
	"github.com/seed372fb791/rfc6455/protocol"
)

// shown is a connection as the watcher tells of it.
type shown struct {
	number  int
	session *dissect.Session
	sides   [2]*passing // by protocol.Role
}

func newShown(number int) *shown {
	s, http := dissect.NewSession(noLimits), http1.New()
	return &shown{number, s, [2]*passing{newPassing(s, http, protocol.Server), newPassing(s, http, protocol.Client)}}
}

// told is one thing to say about a connection: a part, or else words.
type told struct {
	from  protocol.Role
	part  *dissect.Part
	words string
}

// tell returns what there is to say of h.
func (s *shown) tell(h happening) (all []told) {
	switch {
	case h.remark:
		return []told{{from: h.From, words: "proxy: " + h.Note}}
	case h.gone:
		return s.left()
	case h.Kind == transcript.Bytes:
		parts, words := s.sides[h.From].take(h.Data)
		return appendTold(nil, h.From, parts, words)
	case h.Kind == transcript.End:
		side := s.sides[h.From]
		all = appendTold(nil, h.From, nil, side.strange())
		return append(all, told{from: h.From, words: join("end", side.split.midst(), h.Note)})
	case h.Kind == transcript.Reset:
		return []told{{from: h.From, words: join("reset", h.Note)}}
	}
	return []told{{from: h.From, words: join("open", h.Note)}}
}

// left returns what there is to say of what was not whole in the end.
func (s *shown) left() (all []told) {
	var rest [2]*dissect.Part
	for _, step := range s.session.End() {
		rest[step.From] = step.Part
	}
	for role, side := range s.sides {
		var parts []*dissect.Part
		if part := side.left(rest[role]); part != nil {
			parts = append(parts, part)
		}
		all = appendTold(all, protocol.Role(role), parts, side.strange())
	}
	return all
}

func appendTold(all []told, from protocol.Role, parts []*dissect.Part, words string) []told {
	for _, part := range parts {
		all = append(all, told{from: from, part: part})
	}
	if words != "" {
		all = append(all, told{from: from, words: words})
	}
	return all
}

// join joins those of words that are there.
func join(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), " ")
}

// shownData is how many characters of a frame's data are shown.
const shownData = 200

// text returns t without direction and time.
func (t told) text() string {
	if t.part == nil {
		return visible(t.words)
	}
	p := t.part
	s := p.SummaryOf(shownData)
	switch p.Kind {
	case dissect.Request, dissect.Response:
		for _, f := range p.Fields[1:] {
			if slices.Contains(telling, strings.ToLower(f.Name)) {
				s += fmt.Sprintf(", %s: %s", f.Name, f.Value)
			}
		}
	}
	if !p.Whole && (p.Kind == dissect.Frame || p.Kind == dissect.Body) {
		s += ", cut short"
	}
	if p.Ignored != "" {
		s += fmt.Sprintf(" (ignored [%s])", p.Ignored)
	}
	switch v := p.Violation; {
	case p.Plain && p.Kind == dissect.Request:
		s += " - no WebSocket"
	case v != nil:
		s += fmt.Sprintf(" - broken: %s [%s]", v.Text, v.Rule)
	}
	return visible(s)
}

// telling are the fields of an opening handshake that say what it is about.
var telling = []string{"host", "origin", "sec-websocket-protocol", "sec-websocket-extensions"}

// longest bounds a text, in bytes.
const longest = 1000

// visible returns text, or the beginning of a long one, without what could do
// something to a terminal.
func visible(text string) string {
	if len(text) > longest {
		text = text[:longest] + "…"
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, text)
}

// line returns t, whose text is at hand, as a line about h.
func (t told) line(h happening, text string) string {
	direction := "< "
	switch {
	case h.Kind == transcript.Open && !h.remark && !h.gone:
		direction = ""
	case t.from == protocol.Client:
		direction = "> "
	}
	return fmt.Sprintf("%s %d %s%s\n", transcript.Seconds(h.At), h.Conn, direction, text)
}

// diagram returns the lines that t is in a sequence diagram about h.
func (t told) diagram(h happening) string {
	client := "C"
	if h.Conn > 1 {
		client = fmt.Sprintf("C%d", h.Conn)
	}
	switch {
	case t.part != nil:
		return t.part.MermaidOf(client)
	case h.remark || h.gone || h.Kind == transcript.Bytes || h.Kind == transcript.Open && h.Conn == 1:
		return ""
	case h.Kind == transcript.Open:
		return fmt.Sprintf("    participant %s as Client %d\n", client, h.Conn)
	case h.Kind == transcript.End:
		return fmt.Sprintf("    Note over %s,S: the %v ends\n", client, t.from)
	}
	return fmt.Sprintf("    Note over %s,S: the %v resets\n", client, t.from)
}
