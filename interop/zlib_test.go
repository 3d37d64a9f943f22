package interop

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/mask"
	"github.com/seed372fb791/rfc6455/protocol"
)

// zlibContents are the kinds of messages that zlib and we compress.
var zlibContents = []struct {
	name string
	text bool
	make func(r *rand.Rand, n int) []byte
}{
	{"json", true, func(r *rand.Rand, n int) (p []byte) {
		for i := 0; len(p) < n; i++ {
			p = fmt.Appendf(p, `{"id":%d,"symbol":"%c%c","price":%d.%02d,"side":"buy","open":%v},`,
				1000+i, 'A'+r.IntN(26), 'A'+r.IntN(26), r.IntN(1000), r.IntN(100), r.IntN(2) == 0)
		}
		return p
	}},
	{"prose", true, func(r *rand.Rand, n int) (p []byte) {
		words := strings.Fields("the of and to a in that is was he for it with as his on be at by I this had not are but " +
			"from or have an they which one you were her all she there would their we him been has when who will more no " +
			"façade naïve café window receiver compression message connection endpoint extension negotiation")
		for len(p) < n {
			p = append(p, words[int(r.ExpFloat64()*12)%len(words)]...)
			p = append(p, []string{" ", " ", " ", " ", ", ", ". ", "\n"}[r.IntN(7)]...)
		}
		return p
	}},
	{"html", true, func(r *rand.Rand, n int) (p []byte) {
		tags := []string{"div", "p", "span", "li", "a", "table", "td"}
		for len(p) < n {
			tag := tags[r.IntN(len(tags))]
			p = fmt.Appendf(p, "<%s class=\"c%d\" id='i%d'>%x</%s>\n", tag, r.IntN(9), r.IntN(500), r.Uint32(), tag)
		}
		return p
	}},
	{"repetitive", true, func(r *rand.Rand, n int) []byte {
		part := fmt.Appendf(nil, "%0*d", 1+r.IntN(300), r.IntN(1000))
		return bytes.Repeat(part, n/len(part)+1)
	}},
	{"two letters", true, func(r *rand.Rand, n int) (p []byte) {
		for range n {
			p = append(p, "ab"[r.IntN(2)])
		}
		return p
	}},
	{"incompressible", false, func(r *rand.Rand, n int) (p []byte) {
		for range n {
			p = append(p, byte(r.Uint32()))
		}
		return p
	}},
	{"mixed", false, func(r *rand.Rand, n int) (p []byte) {
		for len(p) < n {
			p = append(p, bytes.Repeat([]byte{byte(r.Uint32())}, r.IntN(400))...)
			for range r.IntN(400) {
				p = append(p, byte(r.Uint32()))
			}
		}
		return p
	}},
	{"empty", true, func(*rand.Rand, int) []byte { return nil }},
	{"a byte", true, func(r *rand.Rand, _ int) []byte { return []byte{"ab"[r.IntN(2)]} }},
}

// zlibMessage is a message and its type.
type zlibMessage struct {
	typ      protocol.Type
	contents []byte
}

func (m zlibMessage) String() string {
	return fmt.Sprintf("%v of %d bytes, %.40q", m.typ, len(m.contents), m.contents)
}

func (m zlibMessage) equal(n zlibMessage) bool {
	return m.typ == n.typ && bytes.Equal(m.contents, n.contents)
}

// newZlibMessage returns the contents of the i-th kind: mostly short, some
// longer than any window.
func newZlibMessage(r *rand.Rand, i int) zlibMessage {
	kind := zlibContents[i%len(zlibContents)]
	n := r.IntN(1 << (6 + r.IntN(8)))
	if r.IntN(24) == 0 {
		n = 30_000 + r.IntN(70_000)
	}
	m := zlibMessage{protocol.Binary, kind.make(r, n)}
	if kind.text {
		m.typ = protocol.Text
	}
	return m
}

// zlibWire frames a message for the other side: as fragments, with Pings in
// between.
func zlibWire(r *rand.Rand, to protocol.Role, m zlibMessage, payload []byte, rsv uint8) (wire []byte, pings int) {
	frame := func(h protocol.Header, p []byte) {
		h.Length = uint64(len(p))
		if h.Masked = to == protocol.Server; h.Masked {
			h.Key = mask.NewKey()
		}
		wire = protocol.AppendHeader(wire, h)
		at := len(wire)
		wire = append(wire, p...)
		mask.XOR(wire[at:], h.Key, 0)
	}
	h := protocol.Header{Opcode: protocol.Opcode(m.typ), RSV: rsv}
	for !h.Fin {
		n := len(payload)
		if h.Fin = r.IntN(3) == 0; !h.Fin {
			n = r.IntN(n + 1)
		}
		frame(h, payload[:n])
		payload = payload[n:]
		h.RSV, h.Opcode = 0, protocol.OpContinuation
		if r.IntN(4) == 0 {
			frame(protocol.Header{Fin: true, Opcode: protocol.OpPing}, []byte("ping"))
			pings++
		}
	}
	return wire, pings
}

// zlibHear gives an endpoint what is on the wire, in chunks, and returns the
// messages and how many Pings it heard.
func zlibHear(t *testing.T, r *rand.Rand, e *protocol.Endpoint, wire []byte) (messages []zlibMessage, pings int) {
	t.Helper()
	var m zlibMessage
	most := []int{1, 10, 2000, 100_000}[r.IntN(4)]
	if len(wire) > 5000 {
		most = max(most, 100)
	}
	for len(wire) > 0 {
		n := min(len(wire), 1+r.IntN(most))
		e.Receive(wire[:n])
		wire = wire[n:]
		var ev protocol.Event
		for e.Next(&ev) {
			switch ev.Kind {
			case protocol.DataEvent:
				m.typ, m.contents = ev.Type, append(m.contents, ev.Data...)
				if ev.Fin {
					messages, m = append(messages, m), zlibMessage{}
				}
			case protocol.PingEvent:
				pings++
			default:
				t.Fatalf("event %+v, %v", ev, ev.Err)
			}
		}
	}
	return messages, pings
}

// zlibSender sends messages that zlib compresses.
type zlibSender struct {
	*zlibPeer
	zlibSettings
	r        *rand.Rand
	takeover bool
	history  []byte // of a compressor that has to be begun anew
	begun    bool
}

// deflate compresses a message in pieces with all sorts of flushes, and takes
// the tail off.
func (s *zlibSender) deflate(p []byte) (message []byte) {
	s.Helper()
	if !s.begun || !s.takeover {
		s.newCompressor(s.zlibSettings, s.history)
	}
	flushes := []zlibFlush{zlibNoFlush, zlibPartialFlush, zlibSyncFlush, zlibFullFlush, zlibBlock}
	contents := p
	for s.r.IntN(2) == 0 {
		n := s.r.IntN(len(p) + 1)
		message = append(message, s.compress(p[:n], flushes[s.r.IntN(len(flushes))])...)
		p = p[n:]
	}
	end := []zlibFlush{zlibSyncFlush, zlibSyncFlush, zlibFullFlush, zlibFinish}[s.r.IntN(4)]
	message = append(message, s.compress(p, end)...)
	if s.takeover {
		s.history = append(s.history, contents...)
		s.history = s.history[max(0, len(s.history)-1<<15):]
	}
	s.begun = end != zlibFinish
	switch {
	case end == zlibFinish && string(message) == "\x01"+zlibTail: // it ends in an empty stored block as it is
		return message[:1]
	case end == zlibFinish:
		return append(message, 0)
	case !bytes.HasSuffix(message, []byte(zlibTail)):
		s.Fatalf("zlib ended a message with % x", message[max(0, len(message)-8):])
	}
	return message[:len(message)-len(zlibTail)]
}

// zlibStrategies are Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE and
// Z_FIXED.
var zlibStrategies = []string{"default", "filtered", "huffman only", "rle", "fixed"}

// What zlib compresses with any of its settings arrives as it was.
//
//rfc:7692-6-2 7692-6-3 7692-6.1-11 7692-6.2-1 7692-6.2-2 7692-7.1.1.1-4 7692-7.1.1.2-7 7692-7.1.2.1-5 7692-7.1.2.2-11
//rfc:7692-7.2.1-4 7692-7.2.1-5 7692-7.2.1-6 7692-7.2.1-8 7692-7.2.2-1 7692-7.2.2-2 7692-7.2.2-3 7692-7.2.2-4 7692-7.2.2-5
//rfc:7692-7.2.2-6 7692-7.2.2-8 7692-7.2.2-9 7692-7.2.2-10 7692-7.2.2-11 7692-7.2.3.2-3
func TestZlibCompresses(t *testing.T) {
	z := startZlib(t)
	seed := uint64(0)
	for strategy, name := range zlibStrategies {
		for windowBits := 9; windowBits <= 15; windowBits++ {
			for level := range 10 {
				for _, takeover := range []bool{false, true} {
					seed++
					r := rand.New(rand.NewPCG(seed, 7692))
					s := &zlibSender{zlibPeer: z, r: r, takeover: takeover, zlibSettings: zlibSettings{
						byte(windowBits), byte(level), byte(1 + r.IntN(9)), byte(strategy),
					}}
					z.newCompressor(s.zlibSettings, nil)
					if failed := s.send(t, int(seed)); failed != "" {
						t.Fatalf("%s, takeover %v, %+v: %s", name, takeover, s.zlibSettings, failed)
					}
				}
			}
		}
	}
}

// send sends some messages, compressed and not, to an endpoint of ours.
func (s *zlibSender) send(t *testing.T, seed int) (failed string) {
	t.Helper()
	window := protocol.DeflateWindow{Bits: int(s.windowBits), Takeover: s.takeover || s.r.IntN(2) == 0}
	if window.Bits == 9 && s.r.IntN(2) == 0 {
		window.Bits = 8 // zlib takes it for 9
	}
	role := []protocol.Role{protocol.Server, protocol.Client}[seed&1]
	e := protocol.NewEndpoint(role, nil, &protocol.Deflate{Receive: window}, nil)
	for i := range 15 {
		m := newZlibMessage(s.r, seed+i*2)
		payload, rsv := m.contents, uint8(0)
		if s.r.IntN(6) > 0 {
			payload, rsv = s.deflate(m.contents), 4
		}
		wire, pings := zlibWire(s.r, role, m, payload, rsv)
		got, heard := zlibHear(t, s.r, e, wire)
		if len(got) != 1 || !got[0].equal(m) || heard != pings {
			return fmt.Sprintf("message %d: got %v and %d pings, want %v and %d", i, got, heard, m, pings)
		}
	}
	return ""
}

// What we compress zlib inflates, with a window of no more than was agreed on.
//
//rfc:7692-6-1 7692-6.1-1 7692-6.1-2 7692-6.1-4 7692-6.1-7 7692-6.1-10 7692-7.1.1.1-3 7692-7.1.2.1-3 7692-7.1.2.2-9
//rfc:7692-7.2.1-1 7692-7.2.1-2 7692-7.2.1-3 7692-7.2.1-8 7692-7.2.1-9 7692-7.2.1-10 7692-7.2.1-11 7692-7.2.1-12
//rfc:7692-7.2.1-13 7692-7.2.1-14 7692-7.2.1-15 7692-7.2.1-16 7692-7.2.1-18 7692-7.3-1
func TestZlibInflates(t *testing.T) {
	z := startZlib(t)
	seed := uint64(0)
	for windowBits := 8; windowBits <= 15; windowBits++ {
		for level := 1; level <= 9; level++ {
			for _, takeover := range []bool{false, true} {
				for _, role := range []protocol.Role{protocol.Server, protocol.Client} {
					seed++
					d := &protocol.Deflate{
						Send: protocol.DeflateWindow{Bits: windowBits, Takeover: takeover}, Level: level, Threshold: -1,
					}
					z.newDecompressor(max(windowBits, 9))
					if failed := z.receive(t, seed, role, d); failed != "" {
						t.Fatalf("%v, %+v, level %d: %s", role, d.Send, level, failed)
					}
				}
			}
		}
	}
}

// receive inflates some messages that an endpoint of ours sends.
func (z *zlibPeer) receive(t *testing.T, seed uint64, role protocol.Role, d *protocol.Deflate) (failed string) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1951))
	e := protocol.NewEndpoint(role, nil, d, nil)
	compressed := 0
	for i := range 20 {
		m := newZlibMessage(r, int(seed)+i*2)
		zlibSend(t, r, e, m)
		payload, rsv := zlibPayload(t, e.Output(), m.typ)
		if rsv == 4 {
			if compressed++; compressed > 1 && !d.Send.Takeover {
				z.newDecompressor(max(d.Send.Bits, 9))
			}
			slack := 32
			if len(m.contents) < 2000 {
				slack = 1
			}
			payload = z.decompress(payload, slack)
		}
		if !bytes.Equal(payload, m.contents) {
			return fmt.Sprintf("message %d: got %d bytes, %.40q, want %v", i, len(payload), payload, m)
		}
	}
	if compressed < 2 {
		return fmt.Sprintf("%d messages were compressed", compressed)
	}
	return ""
}

// zlibSend sends a message in pieces, with Pings in between, now and then
// uncompressed.
func zlibSend(t *testing.T, r *rand.Rand, e *protocol.Endpoint, m zlibMessage) {
	t.Helper()
	typ, p := m.typ, m.contents
	if r.IntN(8) == 0 {
		typ |= protocol.Plain
	}
	for fin := false; !fin; {
		n := len(p)
		if fin = r.IntN(3) > 0; !fin {
			n = r.IntN(n + 1)
		}
		if err := e.Send(typ, fin, p[:n]); err != nil {
			t.Fatal(err)
		}
		p = p[n:]
		if r.IntN(4) == 0 {
			if err := e.SendPing([]byte("ping")); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// zlibPayload returns the payload of the message in the frames, and the
// reserved bits of the first one. No other frame may have any.
func zlibPayload(t *testing.T, wire []byte, typ protocol.Type) (payload []byte, rsv uint8) {
	t.Helper()
	for want := protocol.Opcode(typ); len(wire) > 0; {
		h, n, err := protocol.ParseHeader(wire)
		if err != nil {
			t.Fatal(err)
		}
		p := wire[n:][:h.Length]
		wire = wire[n+len(p):]
		mask.XOR(p, h.Key, 0)
		switch h.Opcode {
		case protocol.Opcode(typ):
			rsv, h.RSV = h.RSV, 0
			fallthrough
		case protocol.OpContinuation:
			if h.Opcode != want {
				t.Fatalf("%+v, want opcode %v", h, want)
			}
			payload, want = append(payload, p...), protocol.OpContinuation
		}
		if h.RSV != 0 {
			t.Fatalf("%+v", h)
		}
	}
	return payload, rsv
}
