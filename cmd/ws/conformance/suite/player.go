package suite

import (
	"encoding/binary"
	"errors"
	"net"
	"os"
	"slices"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/mask"
	"github.com/seed372fb791/rfc6455/protocol"
)

// player plays a script on an open connection.
type player struct {
	heard
	*sender
	script   *script
	variant  variant
	role     protocol.Role // the runner's
	deflater *deflater     // nil if no compression was agreed on
	patience time.Duration

	buf        []byte
	since      time.Time // something was awaited, or has moved
	ended      bool      // the peer has ended the connection
	replied    bool      // our Close frame is out
	halfClosed bool
	stuck      bool // something is due before the script can go on
	late       int  // how many messages may come before more do not matter: they may answer what is behind our Close
}

// newPlayer returns a player for a case. behind is what came with the opening
// handshake.
func newPlayer(c *Case, conn net.Conn, w *wire, agreed *params, patience time.Duration) *player {
	role := other(c.Peer)
	p := &player{
		heard: heard{peer: c.Peer}, sender: newSender(conn, w, role),
		script: c.script, variant: c.variant, role: role, patience: patience, buf: make([]byte, largeWrite),
	}
	if agreed != nil {
		p.inflater, p.deflater = newInflater(agreed.of(c.Peer)), newDeflater(agreed.of(role))
	}
	p.heard.due = c.script.message
	p.onPing = func(data string) {
		if !p.full() {
			p.reply(opPong, []byte(data))
		}
	}
	return p
}

// message returns the i-th message that is due.
func (s *script) message(i int) (content, bool) {
	for _, t := range s.turns {
		n := len(t.messages)
		if t.load != nil {
			n = t.load.count
		}
		if i >= n {
			i -= n
			continue
		}
		if t.load != nil {
			return t.load.message(i), true
		}
		return t.messages[i], true
	}
	return content{}, false
}

// goesOn reports whether anything is sent behind our Close, and whether some of it
// is no frame that the RFC knows.
func (s *script) goesOn() (late, breach bool) {
	closed := false
	for _, t := range s.turns {
		for _, p := range t.pieces {
			for _, f := range p.frames {
				late = late || closed
				breach = breach || closed && (f[0]&0x70 != 0 || f[0]&0x0f > opPong)
				closed = closed || f[0]&0x0f == opClose
			}
		}
	}
	return late, breach
}

// play plays the script up to what decides about it. behind is what the peer has
// sent already.
func (p *player) play(behind []byte) {
	p.take(behind)
	messages, end := 0, ending{}
	var pongs []string
	for i := range p.script.turns {
		t := &p.script.turns[i]
		end = t.end
		if t.load != nil {
			messages = p.playLoad(t.load, messages)
			continue
		}
		p.sendPieces(t.pieces)
		messages, pongs = messages+len(t.messages), append(pongs, t.pongs...)
		if t.end.how == open && !p.until(p.patience, func() bool { return len(p.messages) >= messages && pongsFor(pongs, p.pongs) }) {
			p.stuck = true
			return
		}
	}
	switch {
	case p.stuck:
	case end.how == open:
		p.reply(opPing, []byte(probe))
		p.until(p.patience, func() bool { return p.idle })
	case end.how == closed:
		p.replied = true
		if late, _ := p.script.goesOn(); late {
			p.late = messages + mostLate
		}
		p.until(p.patience, func() bool { return false })
	case end.how == failed:
		p.awaitFailure(len(pongs))
	}
}

func (p *player) sendPieces(pieces []piece) {
	for _, piece := range pieces {
		if len(piece.frames) > 0 {
			p.send(job{pause: piece.pause, chunks: p.variant.cut(piece.frames)})
		} else if piece.pause > 0 {
			p.send(job{pause: piece.pause, chunks: slices.Values[[][]byte](nil)})
		}
	}
	p.since = time.Now()
}

// unhurried is for how many bytes of a message a peer is given patience. It may
// read the whole of one before it begins to send it back.
const unhurried = 4 << 20

// playLoad sends the messages of a load one by one and awaits each.
func (p *player) playLoad(l *load, before int) (messages int) {
	patience := p.patience * time.Duration(1+l.size/unhurried)
	for i := range l.count {
		p.send(job{chunks: l.frames(l.message(i), p.deflater, p.head)})
		if !p.until(patience, func() bool { return len(p.messages) > before+i }) {
			p.stuck = true
			break
		}
	}
	return before + l.count
}

// awaitFailure waits for the end that a broken rule has to have. A peer may want
// the whole of a frame before it judges: it gets it after a while.
func (p *player) awaitFailure(pongs int) {
	took := func() bool { return len(p.pongs) > pongs }
	if len(p.script.rest) > 0 {
		p.until(p.patience/8, took)
		if !took() && !p.over() && p.code == 0 {
			p.send(job{chunks: slices.Values([][]byte{p.script.rest})})
		}
	}
	p.until(p.patience, took)
}

// mostLate is how many messages a peer may send after our Close before it
// answers that.
const mostLate = 16

// over reports whether there is nothing more to come that matters.
func (p *player) over() bool {
	return p.ended || p.broken != nil || p.undue != nil && len(p.messages) >= p.late
}

// longest is how many times as long as its patience a player waits for a peer that
// goes on moving: a message may never end.
const longest = 16

// until reads until enough has come, nothing more matters, or nothing has moved
// for so long. A Close of the peer's is answered.
func (p *player) until(patience time.Duration, enough func() bool) bool {
	p.since = time.Now()
	end := p.since.Add(longest * patience)
	for !p.over() && !enough() && time.Now().Before(end) {
		deadline := p.deadline(patience)
		p.conn.SetReadDeadline(deadline)
		n, err := p.conn.Read(p.buf)
		if n > 0 {
			p.wire.add(p.peer, p.buf[:n])
			moved := p.moved()
			if p.take(p.buf[:n]); p.moved() > moved {
				p.since = time.Now()
			}
		}
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			if !p.deadline(patience).After(time.Now()) {
				return false
			}
		case err != nil:
			p.ended = !errors.Is(err, net.ErrClosed)
			return false
		}
		p.answerClose()
	}
	return enough()
}

func (p *player) moved() int64 { return p.heard.moved }

// deadline returns until when the peer is given time: patience from what has
// moved last, in either direction. A pause of ours does not count.
func (p *player) deadline(patience time.Duration) time.Time {
	if p.pausing.Load() {
		return time.Now().Add(patience)
	}
	last := p.since
	if moved := time.Unix(0, p.sender.moved.Load()); moved.After(last) {
		last = moved
	}
	return last.Add(patience)
}

// answerClose answers the Close of the peer, and closes TCP first once both
// Close frames are out if we are the server (section 7.1.1).
func (p *player) answerClose() {
	if p.code == 0 {
		return
	}
	if !p.replied {
		p.replied = true
		p.halt()
		p.reply(opClose, closePayload(p.code))
	}
	if p.role == protocol.Server && !p.halfClosed {
		p.halfClosed = true
		p.closeWrite()
	}
}

// closeWrite ends our direction after all that is to be sent.
func (p *player) closeWrite() {
	half, ok := p.conn.(interface{ CloseWrite() error })
	if !ok {
		return
	}
	p.send(job{reply: true, chunks: func(func([]byte) bool) { half.CloseWrite() }})
}

// leave ends a connection that is still open in a friendly way: the verdict has
// been found, and does not wait for the answer.
func (p *player) leave() {
	if p.over() || p.code != 0 || p.replied || p.cut.Load() {
		return
	}
	p.halt()
	p.replied = true
	p.reply(opClose, closePayload(1000))
	p.until(p.patience/8, func() bool { return p.code != 0 })
}

// reply sends a good frame of ours.
func (p *player) reply(opcode byte, payload []byte) {
	f := appendFrame(nil, p.head(header{fin: true, opcode: opcode}, len(payload)), payload)
	p.send(job{reply: true, chunks: slices.Values([][]byte{f})})
}

// head returns the header as our role sends it.
func (p *player) head(h header, _ int) header {
	if p.role == protocol.Client {
		h.masked, h.key = true, mask.NewKey()
	}
	return h
}

func closePayload(code int) []byte {
	if code == codeNone {
		return nil
	}
	return binary.BigEndian.AppendUint16(nil, uint16(code))
}

// close ends the connection and waits for the sender.
func (p *player) close() []verdict.Chunk {
	p.conn.Close()
	p.sender.end()
	return p.wire.record()
}
