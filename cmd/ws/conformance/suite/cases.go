package suite

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/testdata"
)

// Cases returns all cases for peers of a role, in the order in which they run:
// opening handshakes after what goes over open connections, since clients may
// not go on after a refusal. The generated loads are those of the Autobahn
// suite, with as many messages if full.
func Cases(peer protocol.Role, full bool) ([]*Case, error) {
	l := loader{peer: peer, full: full}
	for _, folder := range []string{"frames", "dialogues", "cases"} {
		if err := l.folder(folder, l.script); err != nil {
			return nil, err
		}
	}
	l.utf8()
	if err := l.loads(); err != nil {
		return nil, err
	}
	if err := l.folder("handshakes", l.opening); err != nil {
		return nil, err
	}
	return l.cases, l.unique()
}

// unique returns an error for an id that two cases have.
func (l *loader) unique() error {
	seen := make(map[string]bool, len(l.cases))
	for _, c := range l.cases {
		if seen[c.ID] {
			return fmt.Errorf("two cases are called %s", c.ID)
		}
		seen[c.ID] = true
	}
	return nil
}

// loader gathers cases.
type loader struct {
	peer    protocol.Role
	full    bool
	cases   []*Case
	skipped map[string]string // why a fixture cannot be played, by its path
}

// folder reads the fixtures of a folder.
func (l *loader) folder(name string, read func(name, text string) (skip string, err error)) error {
	paths, err := fs.Glob(testdata.Files, name+"/*.txt")
	if err != nil {
		return err
	}
	for _, file := range paths {
		text, err := testdata.Files.ReadFile(file)
		if err != nil {
			return err
		}
		skip, err := read(strings.TrimSuffix(path.Base(file), ".txt"), string(text))
		if err != nil {
			return fmt.Errorf("testdata/%s: %w", file, err)
		}
		if skip != "" {
			if l.skipped == nil {
				l.skipped = map[string]string{}
			}
			l.skipped[file] = skip
		}
	}
	return nil
}

// script adds the cases of a fixture of frames.
func (l *loader) script(name, text string) (skip string, err error) {
	p, skip, err := parse(text, l.peer)
	if err != nil || skip != "" {
		return skip, err
	}
	l.add(name, p)
	return "", nil
}

// add adds the variants of a script. The first number of the Autobahn suite
// without a variant goes to the whole one.
func (l *loader) add(name string, p *parser) {
	numbers := slices.Clone(p.numbers)
	for _, v := range p.variants(p.asked) {
		c := newCase(name, p.rules, v, l.peer)
		c.Title, c.script = p.title, &p.script
		for _, n := range numbers {
			if n.variant == v.name {
				c.Autobahn = append(c.Autobahn, n.number)
			}
		}
		c.Generated = slices.ContainsFunc(p.turns, func(t turn) bool { return t.load != nil })
		l.cases = append(l.cases, c)
	}
}

func newCase(name string, rules []string, v variant, peer protocol.Role) *Case {
	return &Case{
		Case:    verdict.Case{ID: rules[0] + "/" + name + "@" + v.name, Rules: rules, Peer: peer},
		name:    name,
		variant: v,
	}
}

// opening adds the cases of a fixture of opening handshakes. What has to be
// accepted comes in single bytes too.
func (l *loader) opening(name, text string) (skip string, err error) {
	p, skip, err := parseOpening(name, text, l.peer)
	if err != nil || skip != "" {
		return skip, err
	}
	variants := []variant{whole}
	if p.rule == "" {
		variants = append(variants, bytewise)
	}
	name = strings.TrimPrefix(name, l.peer.String()+"-")
	for _, v := range variants {
		c := newCase("opening-"+name, p.rules, v, l.peer)
		c.Title, c.opening, c.script = p.title, &p.opening, p.opening.script()
		l.cases = append(l.cases, c)
	}
	return "", nil
}
