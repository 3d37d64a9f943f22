package proxy

import (
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/cmd/ws/http1"
	"github.com/seed372fb791/rfc6455/protocol"
)

// passing takes one direction of a connection apart. A long frame goes to the
// session in fragments, and their parts are made one again here: so no more of
// it than a fragment is held, while all of it is judged.
type passing struct {
	from    protocol.Role
	session *dissect.Session
	split   splitter
	pieces  fragmenter
	buf     []byte          // reused
	frame   protocol.Header // the current one
	long    *dissect.Part   // it, if it is in fragments: the first of them
	size    int64           // of the contents of all of them so far
	content *dissect.Part   // the body of HTTP that goes on: the first piece of it
	unknown int64           // bytes that are no frames
	parts   []*dissect.Part // whole by the bytes that came last
	word    string          // about those that are no part
}

const (
	longFrame  = 64 << 10 // has more bytes of payload
	longStart  = 256      // bytes that are kept of what it contains
	maxControl = 125
)

// noLimits is how a connection is judged: limits are the peers' own affair.
var noLimits = protocol.Config{MaxMessage: -1, MaxFragments: -1, MaxPings: -1}

func newPassing(s *dissect.Session, http *http1.Conn, from protocol.Role) *passing {
	p := &passing{from: from, session: s, pieces: fragmenter{most: longFrame}}
	p.split = splitter{http: http.Side(from), to: p}
	return p
}

// take returns the parts that are whole by b, and a word about what is no part.
func (p *passing) take(b []byte) (parts []*dissect.Part, word string) {
	p.parts, p.word = nil, ""
	p.split.write(b)
	return p.parts, p.word
}

// strange returns a word about what was no part, "" if all was.
func (p *passing) strange() (word string) {
	if p.unknown > 0 {
		word = fmt.Sprintf("no frames, number of bytes: %d", p.unknown)
		p.unknown = 0
	}
	return word
}

// left returns what there is of a part that will not be whole, rest being the
// session's word on it, or nil.
func (p *passing) left(rest *dissect.Part) *dissect.Part {
	if rest != nil && rest.Kind == dissect.Body {
		p.join(rest)
		rest = p.content
	} else if rest == nil && p.content != nil {
		return p.content
	}
	if p.pieces.frame.Length == 0 {
		return rest
	}
	p.parts = nil
	if rest != nil {
		p.add(rest)
	}
	if p.long == nil {
		return nil
	}
	p.whole(false)
	return p.parts[0]
}

func (p *passing) head(b []byte) { p.pass(b) }

func (p *passing) body(b []byte) { p.pass(b) }

func (p *passing) header(b []byte, h protocol.Header) {
	p.frame = h
	if h.Opcode.IsControl() && h.Length > maxControl || h.Length > math.MaxInt64 {
		p.refuse(b)
		return
	}
	p.buf = p.pieces.header(p.buf[:0], b, h)
	p.pass(p.buf)
}

// refuse judges a header that no payload can make good, and gives up.
func (p *passing) refuse(header []byte) {
	d := dissect.NewDecoder(dissect.Config{From: p.from, Limits: noLimits})
	d.Write(header)
	part, _ := d.End()
	p.parts = append(p.parts, part)
	p.split.lost = true
}

func (p *passing) payload(b []byte, left uint64) {
	p.buf = p.pieces.payload(p.buf[:0], b, left)
	p.pass(p.buf)
	if p.long != nil && left == 0 {
		p.whole(true)
	}
}

func (p *passing) other(b []byte) {
	if e := p.split.errors; e != nil && p.unknown == 0 {
		p.word = fmt.Sprintf("no HTTP: %s [%s]", e.Text, e.Rule)
	}
	p.unknown += int64(len(b))
}

// pass has the session look at b.
func (p *passing) pass(b []byte) {
	for _, step := range p.session.Write(p.from, 0, b) {
		switch part := step.Part; {
		case part.Kind == dissect.Body:
			if p.join(part); part.Whole {
				p.parts, p.content = append(p.parts, p.content), nil
			}
		case part.Kind == dissect.Frame && p.pieces.frame.Length > 0:
			p.add(part)
		default:
			p.parts = append(p.parts, part)
		}
	}
}

// join adds a piece to the body that goes on.
func (p *passing) join(piece *dissect.Part) {
	if p.content == nil {
		p.content = piece
		return
	}
	p.content.More += int64(len(piece.Bytes))
	p.content.Whole = piece.Whole
}

// add adds a fragment to the long frame.
func (p *passing) add(part *dissect.Part) {
	contents := &part.Payload
	if part.Compressed {
		contents = &part.Contents
	}
	p.size += int64(len(*contents))
	*contents = beginning(*contents)
	switch {
	case p.long == nil:
		p.long = part
		p.long.More = -int64(len(*contents))
	case p.long.Violation == nil:
		p.long.Violation = part.Violation
	}
}

// whole makes the fragments of the long frame one part.
func (p *passing) whole(is bool) {
	p.long.Header, p.long.Whole = p.frame, is
	p.long.More += p.size
	p.parts = append(p.parts, p.long)
	p.long, p.size = nil, 0
}

// beginning returns the first bytes of b, without the beginning of a character.
func beginning(b []byte) []byte {
	b = b[:min(len(b), longStart)]
	for range min(len(b), utf8.UTFMax-1) {
		if utf8.Valid(b) {
			break
		}
		b = b[:len(b)-1]
	}
	return b
}
