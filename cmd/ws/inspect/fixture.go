package inspect

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/protocol"
)

// fixtureReader inspects fixtures, one after the other: the README of
// testdata/frames has their words. Those that the bytes do not need are passed
// over, and so is other text around the lines of bytes.
type fixtureReader struct {
	*inspection
	c *inspected // the one that goes on

	comments []string // since the last line that was something else

	// Of the next one, or of c if nothing has been sent on that yet:
	title, words  []string
	limits        protocol.Config
	deflate, side string

	turn    byte   // '<' or '>' while lines of bytes follow each other
	pending []byte // these bytes
}

// readFixture inspects fixtures.
func (i *inspection) readFixture(text string) error {
	r := &fixtureReader{inspection: i, limits: unknownLimits}
	number := 0
	for line := range strings.Lines(text) {
		number++
		if err := r.line(strings.TrimSpace(line)); err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
	}
	if err := r.endTurn(); err != nil {
		return err
	}
	return r.end()
}

// line reads a line.
func (r *fixtureReader) line(line string) error {
	if line == "" {
		r.comments = nil // they were about what stands before
		return nil
	}
	if line[0] == '<' || line[0] == '>' {
		return r.bytes(line)
	}
	if line[0] == '#' {
		r.comments = append(r.comments, strings.TrimSpace(line[1:]))
		return nil
	}
	if err := r.endTurn(); err != nil {
		return err
	}
	word, value, _ := strings.Cut(line, " ")
	switch word {
	case "side":
		return r.begin(line, strings.TrimSpace(value))
	case "limit":
		return r.limit(line, strings.Fields(value))
	case "deflate":
		r.deflate = strings.Join(append([]string{"permessage-deflate"}, strings.Fields(value)...), "; ")
		return r.agree()
	}
	return nil
}

// begin begins a connection, seen by a side.
func (r *fixtureReader) begin(line, side string) error {
	if side != "both" && side != protocol.Client.String() && side != protocol.Server.String() {
		return fmt.Errorf("%q is neither client, server nor both", side)
	}
	if err := r.end(); err != nil {
		return err
	}
	r.side, r.deflate = side, ""
	r.words, r.limits = []string{line}, unknownLimits
	r.title, r.comments = r.comments, nil
	return nil
}

// end ends the connection before this one, also if nothing was sent on it.
func (r *fixtureReader) end() error {
	if r.c == nil && r.side != "" {
		r.connect()
	}
	if r.c == nil {
		return nil
	}
	c := r.c
	r.c = nil
	if err := r.close(c); err != nil {
		return err
	}
	return r.advance()
}

// limit sets a limit of the endpoints.
func (r *fixtureReader) limit(line string, words []string) error {
	if len(words) != 2 {
		return fmt.Errorf("%q is not a limit and its value", line)
	}
	n, err := strconv.Atoi(words[1])
	switch {
	case err != nil:
		return fmt.Errorf("%q is no number", words[1])
	case words[0] == "MaxMessage":
		r.limits.MaxMessage = int64(n)
	case words[0] == "MaxFragments":
		r.limits.MaxFragments = n
	case words[0] == "MaxPings":
		r.limits.MaxPings = n
	default:
		return fmt.Errorf("%q is no limit", words[0])
	}
	r.words = append(r.words, line)
	return nil
}

// agree takes what was said of compression, if something was.
func (r *fixtureReader) agree() error {
	if r.c == nil || r.deflate == "" {
		return nil
	}
	agreed, err := parseDeflate(r.deflate)
	if err != nil {
		return err
	}
	r.c.session.Agree(agreed)
	return nil
}

// bytes reads a line of bytes.
func (r *fixtureReader) bytes(line string) error {
	if r.turn != line[0] {
		if err := r.endTurn(); err != nil {
			return err
		}
	}
	b, err := dissect.ParseLine(line, maxInput-len(r.pending))
	r.turn, r.pending = line[0], append(r.pending, b...)
	return err
}

// endTurn takes what a side has sent, which the application of the other one
// gets before that says something itself.
func (r *fixtureReader) endTurn() error {
	if r.turn == 0 {
		return nil
	}
	if r.c == nil {
		r.connect()
		if err := r.agree(); err != nil {
			return err
		}
	}
	from := r.c.ours
	if r.turn == '<' {
		from = 1 - from
	}
	h := happening{to: r.c, from: from, data: r.pending}
	r.turn, r.pending, r.comments = 0, nil, nil
	return r.happen(h)
}

// connect makes the connection that the next bytes are of.
func (r *fixtureReader) connect() {
	peer := r.sender(r.pending)
	if r.turn == '>' && r.from == "" {
		peer = 1 - peer
	}
	c := &inspected{ours: 1 - peer, title: r.title, words: r.words, session: framesOnly(r.limits)}
	switch r.side {
	case "":
		c.title = r.comments
		c.words = append([]string{side(c.ours)}, c.words...)
	case "both": // no side masks its frames: all are as a server's
		c.ours = protocol.Client
		as := dissect.Config{From: protocol.Server, Limits: r.limits}
		c.session = dissect.SessionOf([2]dissect.Config{as, as})
	default:
		c.ours = protocol.Server
		if r.side == protocol.Client.String() {
			c.ours = protocol.Client
		}
	}
	r.c = r.add(c)
}
