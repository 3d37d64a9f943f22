package handshake

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	fixtures "github.com/seed372fb791/rfc6455/internal/fixture"
)

// A fixture is one file of testdata/handshakes, whose README.md explains the format.
type fixture struct {
	rules    []string
	side     string
	limits   Limits
	header   http.Header
	supports []string
	use      []Extension
	url      string
	offer    Offer
	deflate  *Deflate // what we wish of permessage-deflate, nil if we do not speak it
	peer     []byte   // all lines from the peer
	ours     []string // our lines, as they stand in the file
	verdict  string   // "accept", "incomplete", "fail 400 6455-4.2.1-2"
	expect   []string // "subprotocol chat"
	text     []string // the file, line by line
}

func readFixture(t *testing.T, name string) *fixture {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{header: http.Header{}, offer: Offer{Header: http.Header{}}}
	f.text = strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
	for i, line := range f.text {
		if err := f.line(line); err != nil {
			t.Fatalf("%s:%d: %v", filepath.Base(name), i+1, err)
		}
	}
	if len(f.rules) == 0 || f.side == "" || f.verdict == "" {
		t.Fatalf("%s: rfc, side or verdict is missing", name)
	}
	return f
}

func (f *fixture) line(line string) (err error) {
	word, rest, _ := strings.Cut(line, " ")
	switch value := strings.TrimLeft(rest, " "); word {
	case "", "#":
	case "rfc":
		f.rules = append(f.rules, strings.Fields(value)...)
	case "side":
		f.side, err = oneOf(value, "server", "client")
	case "limit":
		err = f.limit(value)
	case "<":
		f.peer, err = fixtures.AppendLine(f.peer, rest)
	case ">":
		f.ours = append(f.ours, rest)
	case "accept", "incomplete", "fail":
		f.verdict = strings.TrimSpace(line)
	case "expect":
		f.expect = append(f.expect, value)
	case "header":
		name, v, _ := strings.Cut(value, ":")
		var b []byte
		b, err = fixtures.AppendLine(nil, trim(v)+`\c`)
		f.header[name] = append(f.header[name], string(b))
	default:
		err = f.setting(word, value)
	}
	return err
}

// setting reads what describes our side.
func (f *fixture) setting(word, value string) (err error) {
	switch f.side + " " + word {
	case "server deflate", "client deflate":
		err = f.wish(value)
	case "server supports":
		f.supports = strings.Fields(value)
	case "server use":
		f.use, err = ParseExtensions([]string{value})
	case "client url":
		f.url = value
	case "client key":
		f.offer.Key = value
	case "client offers":
		f.offer.Subprotocols = strings.Fields(value)
	case "client extensions":
		f.offer.Extensions, err = ParseExtensions([]string{value})
	case "client origin":
		f.offer.Origin = value
	default:
		err = fmt.Errorf("unknown word %q for side %q", word, f.side)
	}
	return err
}

// wish reads parameters of permessage-deflate.
func (f *fixture) wish(value string) error {
	if value != "" {
		value = "; " + value
	}
	list, err := ParseExtensions([]string{deflateName + value})
	if err != nil {
		return err
	}
	p, e := parseDeflate(list[0].Params)
	if e != nil {
		return e
	}
	f.deflate = &p.Deflate
	return nil
}

// agreedText writes what was agreed of permessage-deflate: all of its parameters.
func agreedText(agreed Deflate, ok bool) string {
	if !ok {
		return "none"
	}
	var words []string
	for _, p := range (deflateParams{agreed, true, true}).extension().Params {
		word := p.Name
		if p.HasValue {
			word += "=" + p.Value
		}
		words = append(words, word)
	}
	return strings.Join(words, "; ")
}

func (f *fixture) limit(value string) (err error) {
	kind, number, _ := strings.Cut(value, " ")
	n, err := strconv.Atoi(number)
	switch kind {
	case "bytes":
		f.limits.Bytes = n
	case "lines":
		f.limits.Lines = n
	default:
		err = fmt.Errorf("unknown limit %q", kind)
	}
	return err
}

func oneOf(s string, words ...string) (string, error) {
	for _, w := range words {
		if s == w {
			return s, nil
		}
	}
	return "", fmt.Errorf("%q is none of %q", s, words)
}

// escapeLines renders bytes as the lines of a fixture.
func escapeLines(b []byte) []string {
	var lines []string
	for len(b) > 0 {
		line, rest, whole := bytes.Cut(b, []byte("\r\n"))
		s := strconv.QuoteToASCII(string(line))
		s = strings.ReplaceAll(s[1:len(s)-1], `\"`, `"`)
		if !whole {
			s += `\c`
		}
		lines = append(lines, s)
		b = rest
	}
	return lines
}

// update writes the file again with ours for its ">" lines: before the peer's on a client, else behind.
func (f *fixture) update(name string, ours []string) error {
	var out []string
	first, last := -1, -1
	for _, line := range f.text {
		if strings.HasPrefix(line, ">") {
			continue
		}
		if strings.HasPrefix(line, "<") {
			if first < 0 {
				first = len(out)
			}
			last = len(out) + 1
		}
		out = append(out, line)
	}
	at := last
	if f.side == "client" {
		at = first
	}
	if at < 0 && len(ours) > 0 {
		return fmt.Errorf("%s: no line from the peer to put ours next to", name)
	}
	var lines []string
	for _, l := range ours {
		lines = append(lines, strings.TrimRight("> "+l, " "))
	}
	if len(lines) > 0 {
		out = append(out[:at:at], append(lines, out[at:]...)...)
	}
	return os.WriteFile(name, []byte(strings.Join(out, "\n")+"\n"), 0o644)
}
