package suite

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/internal/fixture"
	"github.com/seed372fb791/rfc6455/mask"
	"github.com/seed372fb791/rfc6455/protocol"
)

// mostBytes bounds the bytes of a line.
const mostBytes = 1 << 20

// last returns the turn that a line belongs to. Bytes that follow an answer
// begin a new one.
func (p *parser) last(sends bool) *turn {
	n := len(p.turns)
	if n == 0 || sends && (p.turns[n-1].answered() || p.partial != "") {
		p.turns = append(p.turns, turn{pieces: []piece{{}}})
		n = len(p.turns)
	}
	return &p.turns[n-1]
}

func (t *turn) answered() bool {
	return len(t.messages)+len(t.pongs) > 0 || t.load != nil || t.end.how != open
}

// in is bytes of ours.
func (p *parser) in(rest string) error {
	digits, _, _ := strings.Cut(rest, "|")
	b, err := fixture.ParseHex(strings.Fields(digits), mostBytes)
	pieces := p.last(true).pieces
	last := &pieces[len(pieces)-1]
	last.frames = append(last.frames, b) // cut turns lines into frames
	return err
}

// pause is a time without bytes of ours.
func (p *parser) pause(rest string) error {
	d, err := time.ParseDuration(rest)
	if err == nil && d <= 0 {
		err = errors.New("want a time such as 1s")
	}
	t := p.last(true)
	t.pieces = append(t.pieces, piece{pause: d})
	return err
}

// generate is messages that are sent one after the other, each once the one
// before has come back.
func (p *parser) generate(rest string) (err error) {
	t := p.last(true)
	t.load, err = parseLoad(rest)
	return err
}

// event is what the peer makes of the bytes. It tells what is due.
func (p *parser) event(rest string) error {
	kind, rest, _ := strings.Cut(rest, " ")
	if kind == "close" {
		return p.closeEvent(rest)
	}
	quoted, fin := strings.CutPrefix(rest, "fin ")
	data, err := fixture.ParseQuoted(quoted)
	t := p.last(false)
	switch kind {
	case "ping":
		t.pongs = append(t.pongs, data)
	case "pong":
		t.unasked = append(t.unasked, data)
	case "text", "binary":
		p.partial += data
		if fin {
			c := contentOf(kind == "text", p.partial)
			t.messages = append(t.messages, c)
			p.partial, p.echoed = "", &c
		}
	default:
		return fmt.Errorf("unknown event %q", kind)
	}
	return err
}

// closeEvent is our Close frame.
func (p *parser) closeEvent(rest string) error {
	code := codeNone
	if first, _, _ := strings.Cut(rest, " "); first != "" {
		var err error
		if code, err = strconv.Atoi(first); err != nil {
			return err
		}
	}
	p.last(false).end = ending{how: closed, codes: []int{code}}
	return nil
}

// send is the echo or something of the peer's own.
func (p *parser) send(rest string) error {
	kind, quoted, _ := strings.Cut(rest, " ")
	data, err := fixture.ParseQuoted(quoted)
	if p.echoed == nil || err != nil || p.echoed.text != (kind == "text") || string(p.echoed.bytes()) != data {
		p.skip = "the peer would have to send of its own accord"
	}
	p.echoed = nil
	return nil
}

// fail is a rule of ours that we break, or a limit that we exceed.
func (p *parser) fail(rest string) error {
	args := strings.Fields(rest)
	if len(args) != 2 && len(args) != 3 {
		return errors.New("want a code and a rule")
	}
	code, err := strconv.Atoi(args[0])
	if err == nil && requirement(args[1]) == nil {
		err = fmt.Errorf("there is no requirement %s", args[1])
	}
	if len(args) == 3 {
		p.house = "the limit is the peer's to choose"
	}
	p.last(false).end = failure(code, args[1])
	return err
}

func (p *parser) maskingKey(digits string) error {
	b, err := hex.DecodeString(digits)
	if err == nil && len(b) != len(p.key) {
		err = fmt.Errorf("want %d bytes", len(p.key))
	}
	if err == nil {
		p.key = mask.Key(b)
	}
	return err
}

// mostLacking is the longest payload that is completed for a peer that wants
// all of a frame. Nobody waits for 2^63 bytes.
const mostLacking = 1 << 17

// cut turns the lines of all pieces into frames, masked if a client sends them,
// and finds out what the last one lacks. Bytes may go on in the next piece, but
// not in the next turn.
func (p *parser) cut() error {
	compressed := 0
	for i := range p.turns {
		f := framer{mask: p.bare && p.peer == protocol.Server, key: p.key}
		for j := range p.turns[i].pieces {
			f.piece(&p.turns[i].pieces[j])
		}
		p.rest = f.rest()
		if compressed += f.compressed; len(p.rest) > 0 && i < len(p.turns)-1 {
			return errors.New("a frame goes on in the next turn")
		}
	}
	p.reaches = len(p.deflate) > 0 && compressed > 1 && !p.deflate[0].of(other(p.peer)).noTakeover
	return nil
}

// framer cuts bytes into frames.
type framer struct {
	mask       bool
	key        mask.Key
	compressed int // messages

	lacks uint64 // payload bytes of the frame that is not complete yet
	key2  mask.Key
	pos   int // of the next payload byte in it
}

// piece cuts the bytes of a piece.
func (f *framer) piece(p *piece) {
	var in []byte
	for _, line := range p.frames {
		in = append(in, line...)
	}
	p.frames = nil
	for len(in) > 0 {
		var out []byte
		if f.lacks == 0 {
			h, n, whole := readHeader(in)
			if !whole {
				p.frames = append(p.frames, in)
				return
			}
			out = f.head(h, in[:n])
			in = in[n:]
		}
		n := int(min(f.lacks, uint64(len(in))))
		p.frames = append(p.frames, append(out, f.payload(in[:n])...))
		in = in[n:]
	}
}

// head returns the header of a frame. It stays as it is but for the mask: it may
// break rules.
func (f *framer) head(h header, raw []byte) []byte {
	if h.rsv&rsv1 != 0 && h.begins() {
		f.compressed++
	}
	f.lacks, f.pos, f.key2 = h.length, 0, h.key
	if !f.mask {
		return append([]byte(nil), raw...)
	}
	f.key2 = f.key
	out := append([]byte{raw[0], raw[1] | bitMask}, raw[2:]...)
	return append(out, f.key[:]...)
}

// payload returns bytes of a payload, masked if that is to be done.
func (f *framer) payload(p []byte) []byte {
	out := append([]byte(nil), p...)
	if f.mask {
		mask.XOR(out, f.key2, f.pos)
	}
	f.pos += len(p)
	f.lacks -= uint64(len(p))
	return out
}

// rest returns what the last frame lacks: zeros, masked as the frame is.
func (f *framer) rest() []byte {
	if f.lacks == 0 || f.lacks > mostLacking {
		return nil
	}
	out := make([]byte, f.lacks)
	mask.XOR(out, f.key2, f.pos)
	return out
}
