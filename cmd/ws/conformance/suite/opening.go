package suite

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/seed372fb791/rfc6455/internal/fixture"
	"github.com/seed372fb791/rfc6455/protocol"
)

// opening is an opening handshake of testdata/handshakes: a request to a server,
// or a response to a client.
type opening struct {
	head    []byte // the runner's lines, with the key and names of the fixture
	frames  []byte // behind them
	rule    string // by which the peer has to refuse, "" if it has to accept
	deflate bool   // the case is about permessage-deflate
	house   string // why no rule says what is right
	version bool   // a refusal has to name the versions that the server knows
}

// The fixtures have these in their lines.
const (
	sampleHost   = "server.example.com"
	sampleOrigin = "http://example.com"
	sampleKey    = "dGhlIHNhbXBsZSBub25jZQ=="
)

// unplayable are the fixtures that mean nothing from outside.
var unplayable = map[string]string{
	"client-deflate-hints":            "it depends on what the client offers",
	"client-deflate-not-offered":      "client-extension-not-offered is that for any client",
	"client-deflate-takeover-ignored": "it depends on what the client offers",
	"client-deflate-window-ignored":   "it depends on what the client offers",
	"client-deflate-window-larger":    "it depends on what the client offers",
	"client-deflate-wishes":           "it depends on what the client offers",
	"client-own-fields":               "it depends on what the client sends",
	"client-port":                     "it depends on the URL",
	"server-own-fields":               "it depends on what the server's application adds",
}

// house are the fixtures about which the RFC leaves a choice: where this
// house is strict of its own accord, or lenient.
var house = map[string]string{
	"client-connection-list":              "section 4.1 takes a list, section 4.2.2 has Upgrade alone",
	"client-extensions-empty":             "an empty list names nothing",
	"client-folded-line":                  "HTTP lets a recipient take it",
	"client-http-1.0":                     "no rule has a client look at the version",
	"client-status-line":                  "HTTP lets a recipient take it",
	"client-status-line-short":            "HTTP has a space there, but lets a recipient do without",
	"client-subprotocol-empty":            "some take an empty name for none",
	"server-bare-cr":                      "HTTP lets a recipient take it",
	"server-bare-lf":                      "HTTP lets a recipient take it",
	"server-body-chunked":                 "no rule says what becomes of a body",
	"server-body-empty":                   "no rule says what becomes of a body",
	"server-body-length":                  "no rule says what becomes of a body",
	"server-extensions":                   "a list may have empty elements, but some refuse them",
	"server-lists":                        "a list may have empty elements, but some refuse them",
	"server-subprotocol-preference":       "a list may have empty elements, but some refuse them",
	"server-version-8":                    "a server may know version 8, too",
	"server-field-name":                   "HTTP lets a recipient take it",
	"server-fields-empty":                 "a client must not send that",
	"server-folded-line":                  "HTTP lets a recipient take it",
	"server-frames-behind":                "a client must not send them before the response",
	"server-host-malformed":               "what a host is differs from server to server",
	"server-host-missing-absolute-target": "the target has a host",
	"server-host-twice":                   "which host is meant differs from server to server",
	"server-http-2-preface":               "the server may speak HTTP/2",
	"server-key-pad-bits":                 "decoders differ about them",
	"server-no-colon":                     "HTTP lets a recipient take it",
	"server-nul":                          "HTTP lets a recipient take it",
	"server-origin-twice":                 "a server need not look at it",
	"server-request-line-09":              "HTTP lets a recipient take it",
	"server-request-line-spaces":          "HTTP lets a recipient take it",
	"server-request-line-version":         "HTTP lets a recipient take it",
	"server-space-before-colon":           "HTTP lets a recipient take it",
	"server-subprotocol-empty":            "a list may hold empty elements",
	"server-target-fragment":              "a server need not look at it",
	"server-target-ftp":                   "a server need not look at it",
	"server-tls":                          "no rule says how TLS is met on a plain port",
}

// openingParser reads a fixture of testdata/handshakes, whose README has the
// words.
type openingParser struct {
	opening
	title, side string
	rules       []string
	lines       []byte
	verdict     string
	skip        string
	agrees      bool // something that depends on what is offered is agreed on
}

// parseOpening reads a fixture for a role. If skip is not "" it says why the
// case cannot be played.
func parseOpening(name, text string, peer protocol.Role) (p *openingParser, skip string, err error) {
	p = &openingParser{skip: unplayable[name]}
	if strings.HasPrefix(name, "client-url-") {
		p.skip = "it depends on the URL"
	}
	p.house = house[name]
	for line := range strings.Lines(text) {
		if err := p.line(strings.TrimSuffix(line, "\n")); err != nil {
			return nil, "", fmt.Errorf("%s: %w", strings.TrimSpace(line), err)
		}
	}
	switch {
	case p.side != peer.String():
		return nil, "it is for the role " + p.side, nil
	case p.skip != "":
		return nil, p.skip, nil
	case p.agrees && p.rule == "":
		return nil, "it depends on what the client offers", nil
	case len(p.lines) == 0:
		return nil, "the peer is sent nothing", nil
	case len(p.rules) == 0 || p.verdict == "":
		return nil, "", errors.New("rfc or a verdict is missing")
	}
	head, frames, _ := bytes.Cut(p.lines, []byte("\r\n\r\n"))
	p.head = append(head[:len(head):len(head)], "\r\n\r\n"...)
	if len(head) == len(p.lines) {
		p.head = p.lines // its end is missing
	}
	if p.rule == "" {
		p.frames = frames
	} else {
		p.head = p.lines // what stands behind is a body
	}
	return p, "", nil
}

func (p *openingParser) line(line string) (err error) {
	word, rest, _ := strings.Cut(line, " ")
	value := strings.TrimSpace(rest)
	switch word {
	case "":
	case "#":
		if p.side == "" && len(p.rules) == 0 {
			p.title = strings.TrimSpace(p.title + " " + value)
		}
	case "rfc":
		p.rules = append(p.rules, strings.Fields(value)...)
	case "side":
		p.side = value
	case "<":
		p.agrees = p.agrees || p.side == "client" && p.agree(rest)
		p.lines, err = fixture.AppendLine(p.lines, rest)
	case "accept", "fail", "incomplete":
		err = p.end(word, value)
	case "limit", "header":
		p.skip = "it depends on the peer's settings"
	case "deflate":
		p.deflate = true
	case ">", "expect", "supports", "use", "url", "key", "offers", "extensions", "origin":
	default:
		err = fmt.Errorf("unknown word %q", word)
	}
	return err
}

// agree reports whether a line of a server's agrees to what the client under
// test may not have offered.
func (p *openingParser) agree(line string) bool {
	name, value, _ := strings.Cut(line, ":")
	return strings.EqualFold(name, "Sec-WebSocket-Protocol") ||
		strings.EqualFold(name, "Sec-WebSocket-Extensions") && !strings.Contains(value, deflateName)
}

// end is the verdict.
func (p *openingParser) end(word, value string) error {
	p.verdict = word
	switch word {
	case "incomplete":
		p.skip = "the head has no end"
	case "fail":
		fields := strings.Fields(value)
		if len(fields) == 0 || requirement(fields[len(fields)-1]) == nil {
			return errors.New("want the id of a requirement")
		}
		p.rule = fields[len(fields)-1]
		p.version = p.rule == "6455-4.2.2-9"
	}
	return nil
}

// script returns what is done after a handshake that was accepted: the frames
// behind the head are to be answered, and a Ping.
func (o *opening) script() *script {
	s := &script{turns: []turn{{}}, house: o.house}
	for in := o.frames; len(in) > 0; {
		h, n, all := readHeader(in)
		if !all || uint64(len(in)-n) < h.length {
			break
		}
		data := append([]byte(nil), in[n:n+int(h.length)]...)
		if h.masked {
			unmask(data, h.key, 0)
		}
		s.turns[0].messages = append(s.turns[0].messages, contentOf(h.opcode == opText, string(data)))
		in = in[n+int(h.length):]
	}
	return s
}
