package conformance

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/mask"
)

// parser reads a fixture line by line; README.md beside the fixtures has the
// format.
type parser struct {
	Script
	bare    bool // the frames stand unmasked and are to be masked
	key     mask.Key
	partial string   // of a message
	echoed  *message // the one that may be sent next
	skip    string   // why it cannot be played
}

func parse(name, content string) (s *Script, skip string, err error) {
	p := parser{Script: Script{Name: name}, key: mask.Key{0x37, 0xfa, 0x21, 0x3d}}
	for line := range strings.Lines(content) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		read, ok := words[word]
		if !ok {
			return nil, "", fmt.Errorf("unknown word %q", word)
		}
		if err := read(&p, strings.TrimSpace(rest)); err != nil {
			return nil, "", fmt.Errorf("%s: %w", line, err)
		}
	}
	if p.skip == "" && len(p.turns) == 0 {
		p.skip = "the client sends nothing"
	}
	if p.skip != "" {
		return nil, p.skip, nil
	}
	p.mask()
	return &p.Script, "", nil
}

var words = map[string]func(*parser, string) error{
	"rfc":     ignore,
	"state":   ignore,
	">":       ignore, // follows from the events
	"end":     ignore, // the server ends the transport
	"refused": ignore, // its send is reason enough to skip
	"side":    (*parser).side,
	"key":     (*parser).maskingKey,
	"deflate": (*parser).deflate,
	"limit":   skip("limits of its own"),
	"ping":    skip("sends of its own"),
	"pong":    skip("sends of its own"),
	"close":   skip("sends of its own"),
	"send":    (*parser).send,
	"<":       (*parser).in,
	"event":   (*parser).event,
	"fail":    (*parser).fail,
}

func ignore(*parser, string) error { return nil }

func skip(why string) func(*parser, string) error {
	return func(p *parser, _ string) error {
		p.skip = why
		return nil
	}
}

func (p *parser) side(side string) error {
	switch side {
	case "both":
		p.bare = true
	case "client":
		p.skip = "for clients"
	case "server":
	default:
		return fmt.Errorf("unknown side")
	}
	return nil
}

func (p *parser) maskingKey(hex string) error {
	b, err := parseHex(hex)
	if err == nil && len(b) != len(p.key) {
		err = fmt.Errorf("%d bytes", len(b))
	}
	if err == nil {
		p.key = mask.Key(b)
	}
	return err
}

// deflate is what has to be agreed on.
func (p *parser) deflate(params string) error {
	fields := append([]string{"permessage-deflate"}, strings.Fields(params)...)
	offer, err := handshake.ParseExtensions([]string{strings.Join(fields, "; ")})
	if err != nil {
		return err
	}
	_, agreed, ok := handshake.AcceptDeflate(offer, handshake.Deflate{})
	if !ok {
		return fmt.Errorf("unknown parameters")
	}
	p.Deflate = &agreed
	return nil
}

// in is bytes of the client. Those that follow an event begin a new turn.
func (p *parser) in(rest string) error {
	hex, _, _ := strings.Cut(rest, "|")
	b, err := parseHex(hex)
	if n := len(p.turns); n == 0 || p.turns[n-1].answered() || p.partial != "" {
		p.turns = append(p.turns, turn{})
	}
	last := p.last()
	last.bytes = append(last.bytes, b...)
	return err
}

// last returns the turn that the line belongs to.
func (p *parser) last() *turn {
	if len(p.turns) == 0 {
		p.turns = append(p.turns, turn{})
	}
	return &p.turns[len(p.turns)-1]
}

func (t *turn) answered() bool {
	return len(t.messages)+len(t.pongs) > 0 || t.end.how != open
}

// send is the echo or none of ours.
func (p *parser) send(rest string) error {
	typ, quoted, _ := strings.Cut(rest, " ")
	data, err := parseQuoted(quoted)
	if p.echoed == nil || err != nil || *p.echoed != (message{typ == "text", data}) {
		p.skip = "sends of its own"
		return nil
	}
	p.echoed = nil
	return nil
}

// event is what the server makes of the bytes. It tells what is due.
func (p *parser) event(rest string) error {
	kind, rest, _ := strings.Cut(rest, " ")
	if kind == "close" {
		p.last().end = ending{how: closed}
		return nil
	}
	quoted, fin := strings.CutPrefix(rest, "fin ")
	data, err := parseQuoted(quoted)
	switch kind {
	case "ping":
		p.last().pongs = append(p.last().pongs, data)
	case "pong":
	case "text", "binary":
		p.partial += data
		if fin {
			m := message{kind == "text", p.partial}
			p.last().messages = append(p.last().messages, m)
			p.partial, p.echoed = "", &m
		}
	default:
		return fmt.Errorf("unknown event")
	}
	return err
}

// fail is a rule that the client broke, or a limit that it met.
func (p *parser) fail(rest string) error {
	args := strings.Fields(rest)
	if len(args) == 3 {
		p.skip = "limits of its own"
		return nil
	}
	if len(args) != 2 {
		return fmt.Errorf("want a code and a rule")
	}
	code, err := strconv.Atoi(args[0])
	p.last().end = failure(code, args[1])
	return err
}

// failure returns what the RFC leaves to a server for which the client broke a
// rule, see the package comment.
func failure(code int, rule string) ending {
	e := ending{how: failed, codes: []int{code}}
	section, _, _ := strings.Cut(strings.TrimPrefix(rule, "6455-"), "-")
	switch {
	case rule == "6455-5.1-3": // unmasked
		e.silent = true
	case rule == "6455-8.1-3": // not UTF-8 in the reason of a Close
		e.codes = []int{1007, 1002}
	case rule == "6455-5.2-11": // a length of 2^63 or more
		e.codes, e.sendersRule = []int{1002, 1009}, true
	case rule == "7692-7.2.1-2", // no empty block at the end of what is compressed
		rule == "6455-5.2-13",                                     // not the shortest length
		section == "7.4.1", section == "7.4.2", section == "11.7": // close codes
		e.sendersRule = true
	}
	return e
}
