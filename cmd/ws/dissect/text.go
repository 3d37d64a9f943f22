package dissect

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/protocol"
)

// Summary tells in a line what p is about.
func (p *Part) Summary() string { return p.SummaryOf(32) }

// SummaryOf is Summary with no more than most characters of what p carries.
func (p *Part) SummaryOf(most int) string {
	switch {
	case p.Kind == Body:
		return "body, " + describeLength(uint64(len(p.Bytes))+uint64(p.More))
	case p.Kind == Unread:
		return describeBytes(len(p.Bytes)) + " that are no frames"
	case p.Kind != Frame:
		return p.Fields[0].Value
	case len(p.Fields) == 1:
		return "part of a header"
	case p.Header.Opcode == protocol.OpClose:
		return strings.Join(append([]string{"close"}, p.values(statusCode, reason)...), " ")
	}
	words := []string{p.Header.Opcode.String()}
	switch {
	case p.Header.Opcode == protocol.OpContinuation && p.Header.Fin:
		words = append(words, "(last)")
	case !p.Header.Fin:
		words = append(words, "(more follows)")
	}
	if p.Compressed {
		words = append(words, "(compressed)")
	}
	return strings.Join(append(words, p.data(most)), " ")
}

// values returns those of fields, if they are there.
func (p *Part) values(names ...string) (values []string) {
	for _, f := range p.Fields {
		for _, name := range names {
			if f.Name == name {
				values = append(values, f.Value)
			}
		}
	}
	return values
}

// data shows the beginning of what a frame carries.
func (p *Part) data(most int) string {
	b := p.Payload
	if p.Compressed {
		b = p.Contents
	}
	size := describeLength(uint64(len(b)) + uint64(p.More))
	switch {
	case p.Type == protocol.Binary || !utf8.Valid(b) || p.Type == 0 && bytes.ContainsFunc(b, unicode.IsControl):
		return size
	case utf8.RuneCount(b) > most:
		return fmt.Sprintf("%q…, %s", string([]rune(string(b))[:most]), size)
	}
	return fmt.Sprintf("%q", b)
}

// Lines returns what an endpoint that receives p makes of it, in the words of
// the fixtures.
func (p *Part) Lines() (lines []string) {
	for _, ev := range p.Events {
		lines = append(lines, describeEvent(ev))
	}
	return lines
}
