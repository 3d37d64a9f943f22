package protocol

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"

	words "github.com/seed372fb791/rfc6455/internal/fixture"
	"github.com/seed372fb791/rfc6455/mask"
)

// fixture is a file of testdata/frames or testdata/dialogues: what a peer
// sends and what an endpoint makes of it. Each line begins with a word:
//
//	rfc      ids of the requirements that the fixture proves
//	autobahn cases of the Autobahn suite that it stands for, which are not looked at here
//	side     the role under test: server, client, or both. For both, the frames
//	         stand unmasked and the harness masks those of the client
//	key      the masking key of every frame the client sends
//	limit    a field of Config and its value
//	deflate  permessage-deflate was agreed on, with these parameters; we compress
//	         messages of any length
//	<        bytes from the peer, in hex; 00*256 stands for 256 times 00
//	>        bytes to the peer
//	send     text or binary, "part" if more is to come, a quoted piece
//	ping, pong, close   what the application sends: data, or code and reason
//	end      the transport ends, clean or unclean
//	refused  the rule for which the line above is refused
//	event    text, binary ("fin" if the message ends), ping, pong, close
//	fail     close code and rule (and option, for a limit) of the failure
//	state    the state after all this
//
// What stands right of | is the work of package dissect.
type fixture struct {
	rfc    []string
	roles  []Role
	key    mask.Key
	limits Config
	// what the server and the client do to their messages, nil without compression
	deflate map[Role]*DeflateWindow
	turns   []turn
}

// turn is what one side does and all that comes of it.
type turn struct {
	line    int
	do      func(*Endpoint) error // nil if it is the peer's turn
	in      []byte                // what the peer sends then
	refused string
	events  []Event
	out     []byte
	state   string // "" if the fixture does not say
}

// exampleKey is the masking key of the examples in section 5.7.
var exampleKey = mask.Key{0x37, 0xfa, 0x21, 0x3d}

func readFixture(path string) (*fixture, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f := &fixture{key: exampleKey}
	for i, line := range strings.Split(string(content), "\n") {
		if err := f.parseLine(i+1, line); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, i+1, err)
		}
	}
	if len(f.rfc) == 0 || len(f.roles) == 0 || len(f.turns) == 0 {
		return nil, fmt.Errorf("%s: lacks rfc, side or turns", path)
	}
	return f, nil
}

func (f *fixture) parseLine(number int, line string) error {
	line = strings.TrimSpace(line)
	if line == "" || strings.HasPrefix(line, "#") {
		return nil
	}
	if line[0] == '<' || line[0] == '>' {
		line, _, _ = strings.Cut(line, "|")
	}
	words, err := splitWords(line)
	if err != nil {
		return err
	}
	word, args := words[0], words[1:]
	if parse, ok := headWords[word]; ok {
		return parse(f, args)
	}
	parse, ok := turnWords[word]
	if !ok {
		return fmt.Errorf("unknown word %q", word)
	}
	return parse(f.turnFor(word, number), args)
}

// turnFor returns the turn that a line belongs to.
func (f *fixture) turnFor(word string, line int) *turn {
	last := len(f.turns) - 1
	switch {
	case last < 0, actionWords[word], word == "<" && f.turns[last].answered():
		f.turns = append(f.turns, turn{line: line})
		last++
	}
	return &f.turns[last]
}

// answered reports whether anything but the peer's bytes stands in the turn.
func (t *turn) answered() bool {
	return t.do != nil || len(t.events) > 0 || len(t.out) > 0 || t.state != ""
}

var headWords = map[string]func(*fixture, []string) error{
	"rfc":   (*fixture).parseRFC,
	"side":  (*fixture).parseSide,
	"key":   (*fixture).parseKey,
	"limit": (*fixture).parseLimit,

	"deflate": (*fixture).parseDeflate,

	"autobahn": func(*fixture, []string) error { return nil },
}

// parseDeflate reads parameters as they stand in Sec-WebSocket-Extensions (RFC
// 7692 section 7.1), without the semicolons.
func (f *fixture) parseDeflate(args []string) error {
	f.deflate = map[Role]*DeflateWindow{Server: {15, true}, Client: {15, true}}
	for _, arg := range args {
		role := Server
		if strings.HasPrefix(arg, "client_") {
			role = Client
		}
		_, name, _ := strings.Cut(arg, "_")
		name, value, _ := strings.Cut(name, "=")
		var err error
		switch name {
		case "no_context_takeover":
			f.deflate[role].Takeover = false
		case "max_window_bits":
			f.deflate[role].Bits, err = strconv.Atoi(value)
		default:
			err = fmt.Errorf("unknown parameter %q", arg)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

var requirementID = regexp.MustCompile(`^[0-9]{4}-[0-9]+(\.[0-9]+)*-[0-9]+$`)

func (f *fixture) parseRFC(args []string) error {
	for _, id := range args {
		if !requirementID.MatchString(id) {
			return fmt.Errorf("%q is no requirement", id)
		}
	}
	f.rfc = append(f.rfc, args...)
	return nil
}

func (f *fixture) parseSide(args []string) error {
	roles, ok := map[string][]Role{
		"server": {Server}, "client": {Client}, "both": {Server, Client},
	}[strings.Join(args, " ")]
	if !ok {
		return fmt.Errorf("unknown side %q", args)
	}
	f.roles = roles
	return nil
}

func (f *fixture) parseKey(args []string) error {
	b, err := parseHex(args)
	if err == nil && len(b) != len(f.key) {
		err = fmt.Errorf("a key has %d bytes", len(f.key))
	}
	if err == nil {
		f.key = mask.Key(b)
	}
	return err
}

func (f *fixture) parseLimit(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("want a limit and its value, not %q", args)
	}
	n, err := strconv.Atoi(args[1])
	switch args[0] {
	case "MaxMessage":
		f.limits.MaxMessage = int64(n)
	case "MaxFragments":
		f.limits.MaxFragments = n
	case "MaxPings":
		f.limits.MaxPings = n
	default:
		return fmt.Errorf("unknown limit %q", args[0])
	}
	return err
}

// splitWords splits a line at white space outside of quotes.
func splitWords(line string) (list []string, err error) {
	for line != "" {
		quoted := 0
		if line[0] == '"' {
			q, err := strconv.QuotedPrefix(line)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", line, err)
			}
			quoted = len(q)
		}
		end := len(line)
		if i := strings.IndexAny(line[quoted:], " \t"); i >= 0 {
			end = quoted + i
		}
		list = append(list, line[:end])
		line = strings.TrimLeft(line[end:], " \t")
	}
	return list, nil
}

func parseHex(args []string) ([]byte, error) { return words.ParseHex(args, math.MaxInt) }

// parseQuoted reads a quoted string, perhaps repeated.
func parseQuoted(args []string) (string, error) {
	if len(args) != 1 {
		return "", fmt.Errorf("want one quoted string, not %q", args)
	}
	return words.ParseQuoted(args[0])
}
