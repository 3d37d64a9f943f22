package suite

import (
	"errors"
	"fmt"
	"strings"

	"github.com/seed372fb791/rfc6455/mask"
	"github.com/seed372fb791/rfc6455/protocol"
)

// parser reads a fixture line by line for peers of one role. The README files
// of testdata/frames and testdata/cases have the words.
type parser struct {
	script
	peer     protocol.Role
	title    string
	rules    []string
	numbers  []number  // of the Autobahn suite
	asked    []variant // by the word chop
	bare     bool      // the frames stand unmasked, for both roles
	key      mask.Key
	partial  string   // of a message
	echoed   *content // what may be sent next
	skip     string   // why it cannot be played
	comments bool     // the title is complete
}

// number is a case of the Autobahn suite, and the variant that stands for it.
type number struct{ number, variant string }

// parse reads a fixture. If skip is not "" it says why the case cannot be
// played against the peer.
func parse(text string, peer protocol.Role) (p *parser, skip string, err error) {
	p = &parser{peer: peer, key: defaultKey}
	for line := range strings.Lines(text) {
		if err := p.line(strings.TrimSpace(line)); err != nil {
			return nil, "", fmt.Errorf("%s: %w", strings.TrimSpace(line), err)
		}
	}
	switch {
	case p.skip != "":
		return nil, p.skip, nil
	case len(p.rules) == 0:
		return nil, "", errors.New("the word rfc is missing")
	case len(p.turns) == 0:
		return nil, "the peer is sent nothing", nil
	}
	return p, "", p.cut()
}

func (p *parser) line(line string) error {
	if line == "" {
		return nil
	}
	if text, ok := strings.CutPrefix(line, "#"); ok {
		if !p.comments {
			p.title = strings.TrimSpace(p.title + " " + strings.TrimSpace(text))
		}
		return nil
	}
	p.comments = true
	word, rest, _ := strings.Cut(line, " ")
	read, ok := words[word]
	if !ok {
		return fmt.Errorf("unknown word %q", word)
	}
	return read(p, strings.TrimSpace(rest))
}

var words map[string]func(*parser, string) error

func init() {
	words = map[string]func(*parser, string) error{
		"rfc":      (*parser).rfc,
		"side":     (*parser).side,
		"key":      (*parser).maskingKey,
		"deflate":  (*parser).agreed,
		"autobahn": (*parser).autobahn,
		"chop":     (*parser).chop,
		"house":    (*parser).open,
		"keys":     (*parser).keys,
		"unhinted": (*parser).hints,
		"<":        (*parser).in,
		"pause":    (*parser).pause,
		"generate": (*parser).generate,
		"event":    (*parser).event,
		"fail":     (*parser).fail,
		"send":     (*parser).send,
		"state":    ignore,
		">":        ignore, // follows from the events
		"end":      ignore, // the peer ends the transport
		"refused":  ignore, // what is refused is reason enough to skip
		"limit":    skip("it needs a limit of the peer"),
		"ping":     skip("the peer would have to send of its own accord"),
		"pong":     skip("the peer would have to send of its own accord"),
		"close":    skip("the peer would have to close of its own accord"),
	}
}

func ignore(*parser, string) error { return nil }

func skip(why string) func(*parser, string) error {
	return func(p *parser, _ string) error {
		p.skip = why
		return nil
	}
}

func (p *parser) rfc(ids string) error {
	for _, id := range strings.Fields(ids) {
		if requirement(id) == nil {
			return fmt.Errorf("there is no requirement %s", id)
		}
		p.rules = append(p.rules, id)
	}
	return nil
}

// side is which side the peer is.
func (p *parser) side(side string) error {
	switch side {
	case "both":
		p.bare = true
	case "client", "server":
		if side != p.peer.String() {
			p.skip = "it is for the role " + side
		}
	default:
		return errors.New("want server, client or both")
	}
	return nil
}

// autobahn is the numbers of the cases that this one stands for: 5.4@framewise.
func (p *parser) autobahn(numbers string) error {
	for _, s := range strings.Fields(numbers) {
		n, v, cut := strings.Cut(s, "@")
		if !cut {
			v = whole.name
		}
		if _, err := parseVariant(v); err != nil {
			return err
		}
		p.numbers = append(p.numbers, number{n, v})
	}
	return nil
}

// chop asks for variants.
func (p *parser) chop(sizes string) error {
	for _, size := range strings.Fields(sizes) {
		v, err := parseVariant("chop=" + size)
		if err != nil {
			return err
		}
		p.asked = append(p.asked, v)
	}
	return nil
}

// open is a case in which no rule says what is right, and why.
func (p *parser) open(why string) error {
	p.house = why
	return nil
}

func (p *parser) keys(string) error {
	p.freshKey = true
	return nil
}

func (p *parser) hints(string) error {
	p.script.unhinted = true
	return nil
}

// agreed is what has to be agreed on; the word may be repeated, the best first.
func (p *parser) agreed(fields string) (err error) {
	list := strings.Join(append([]string{deflateName}, strings.Fields(fields)...), "; ")
	elements, err := parseExtensions([]string{list})
	if err != nil {
		return err
	}
	d, err := parseParams(elements[0])
	p.deflate = append(p.deflate, d)
	return err
}
