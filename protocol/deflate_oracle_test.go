package protocol

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/seed372fb791/rfc6455/internal/race"
	"github.com/seed372fb791/rfc6455/mask"
)

// oracle is a conversation with the standard library's compress/flate on the
// other side.
type oracle struct {
	*testing.T
	r        *rand.Rand
	takeover bool
	history  []byte // contents of the compressed messages, the last 32 KiB
	deflater *flate.Writer
	out      bytes.Buffer // of deflater
}

// remember puts the contents of a compressed message into the history.
func (o *oracle) remember(p []byte) {
	if o.takeover {
		o.history = append(o.history, p...)
		o.history = o.history[max(0, len(o.history)-1<<15):]
	}
}

// contents returns a message of some kind, Text if it is UTF-8.
func (o *oracle) contents() (Type, []byte) {
	r := o.r
	n := r.IntN(1 << r.IntN(17))
	p := make([]byte, 0, n+32)
	switch r.IntN(6) {
	case 0: // no use to compress it
		for range n {
			p = append(p, byte(r.Uint32()))
		}
		return Binary, p
	case 1:
		return Text, append(p, make([]byte, n)...)
	case 2:
		for len(p) < n {
			p = append(p, "ab"[r.IntN(2)])
		}
		return Text, p
	case 3:
		words := []string{"window", "Wörter", "\U00010348", " ", " of ", "compress", "é", "\n", "take over", "."}
		for len(p) < n {
			p = append(p, words[r.IntN(len(words))]...)
		}
		return Text, p
	case 4:
		if len(o.history) > 0 { // parts of what was sent before
			for len(p) < n {
				from := r.IntN(len(o.history))
				p = append(p, o.history[from:min(from+r.IntN(500), len(o.history))]...)
				p = append(p, byte(r.Uint32()))
			}
			return Binary, p
		}
	}
	for i := 0; len(p) < n; i++ {
		p = fmt.Appendf(p, `{"id":%d,"price":%d.%02d,"side":"buy","active":%v},`, i*7, r.IntN(1000), r.IntN(100), i%3 == 0)
	}
	return Text, p
}

// deflate returns the message that the standard library makes of p, which
// flushes often or not, and may end with BFINAL 1.
func (o *oracle) deflate(level int, p []byte) []byte {
	o.out.Reset()
	if o.deflater == nil || !o.takeover {
		o.deflater = newDeflater(level, &o.out)
	}
	for o.r.IntN(3) == 0 {
		n := o.r.IntN(len(p) + 1)
		o.deflater.Write(p[:n])
		o.deflater.Flush()
		p = p[n:]
	}
	o.deflater.Write(p)
	if !o.takeover && o.r.IntN(3) == 0 {
		o.deflater.Close()
		return append(o.out.Bytes(), 0)
	}
	o.deflater.Flush()
	return bytes.TrimSuffix(o.out.Bytes(), []byte{0x00, 0x00, 0xff, 0xff})
}

// They are used again: a deflater is a megabyte.
var (
	standardDeflaters = make(map[int]*flate.Writer)
	standardInflater  = flate.NewReader(nil)
)

func newDeflater(level int, out io.Writer) *flate.Writer {
	w := standardDeflaters[level]
	if w == nil {
		w, _ = flate.NewWriter(out, level)
		standardDeflaters[level] = w
	}
	w.Reset(out)
	return w
}

// inflate returns the contents that the standard library finds in a message.
func (o *oracle) inflate(message []byte) []byte {
	src := bytes.NewReader(append(message[:len(message):len(message)], "\x00\x00\xff\xff\x01\x00\x00\xff\xff"...))
	if err := standardInflater.(flate.Resetter).Reset(src, o.history); err != nil {
		o.Fatal(err)
	}
	p, err := io.ReadAll(standardInflater)
	if err != nil || src.Len() > 0 {
		o.Fatalf("%d bytes inflated, %v, %d bytes left", len(p), err, src.Len())
	}
	return p
}

// frames cuts a message's payload into frames, with Pings in between. It
// returns the events that are to come of it.
func (o *oracle) frames(to Role, h Header, payload []byte, typ Type, contents []byte) (wire []byte, events []Event) {
	appendFrame := func(h Header, p []byte) {
		h.Length = uint64(len(p))
		if h.Masked = to == Server; h.Masked {
			h.Key = mask.Key{byte(o.r.Uint32()), 2, 3, 4}
		}
		wire = AppendHeader(wire, h)
		at := len(wire)
		wire = append(wire, p...)
		mask.XOR(wire[at:], h.Key, 0)
	}
	h.Opcode = Opcode(typ)
	var pings []Event
	for !h.Fin {
		n := len(payload)
		if h.Fin = o.r.IntN(4) == 0; !h.Fin {
			n = o.r.IntN(n + 1)
		}
		appendFrame(h, payload[:n])
		payload = payload[n:]
		h.RSV, h.Opcode = 0, OpContinuation
		if !h.Fin && o.r.IntN(3) == 0 {
			ping := []byte(fmt.Sprint("ping", o.r.IntN(100)))
			appendFrame(Header{Fin: true, Opcode: OpPing}, ping)
			pings = append(pings, Event{Kind: PingEvent, Data: ping})
		}
	}
	return wire, append(pings, Event{Kind: DataEvent, Type: typ, Fin: true, Data: contents})
}

// withoutPlace puts the Pings within a message before it, since where they
// stand depends on how much had been inflated.
func withoutPlace(events []Event) (all []Event) {
	var message Event
	for _, ev := range events {
		if ev.Kind != DataEvent {
			all = append(all, ev)
			continue
		}
		message.Type, message.Data = ev.Type, append(message.Data, ev.Data...)
		if ev.Fin {
			message.Fin = true
			all, message = append(all, message), Event{}
		}
	}
	if message.Type != 0 {
		all = append(all, message)
	}
	return all
}

// checkSame compares events.
func (o *oracle) checkSame(how string, got, want []Event) {
	o.Helper()
	same := len(got) == len(want)
	for i := range min(len(got), len(want)) {
		g, w := got[i], want[i]
		same = same && g.Kind == w.Kind && g.Type == w.Type && g.Fin == w.Fin && bytes.Equal(g.Data, w.Data)
	}
	if !same {
		o.Fatalf("%s: %d events, want %d; got\n%.2000s", how, len(got), len(want), describe(got))
	}
}

// What the standard library compresses arrives as it was, however it is cut
// into frames and the frames into chunks.
//
//rfc:7692-6-2 7692-6-3 7692-6.1-11 7692-6.2-1 7692-6.2-2 7692-6.2-4 7692-7.2.1-4 7692-7.2.1-5 7692-7.2.1-6 7692-7.2.1-8
//rfc:7692-7.2.2-1 7692-7.2.2-2 7692-7.2.2-4 7692-7.2.2-6 7692-7.2.2-9 7692-7.2.2-11 7692-7.2.3.2-3
func TestStandardLibraryCompresses(t *testing.T) {
	for seed := range uint64(race.Fewer(700)) {
		o := &oracle{T: t, r: rand.New(rand.NewPCG(seed, 1951)), takeover: seed%2 == 0}
		role := []Role{Server, Client}[seed/2%2]
		level := o.r.IntN(12) - 2
		var wire []byte
		var want []Event
		for range 1 + o.r.IntN(5) {
			typ, p := o.contents()
			h, payload := Header{}, p
			if o.r.IntN(5) > 0 {
				h.RSV, payload = rsv1, o.deflate(level, p)
				o.remember(p)
			}
			frames, events := o.frames(role, h, payload, typ, p)
			wire, want = append(wire, frames...), append(want, events...)
		}
		ways := map[string][][]byte{"whole": whole(wire), "random chunks": randomChunks(o.r, wire)}
		if seed%16 < 4 {
			ways["byte by byte"] = byByte(wire)
		}
		var inOrder []Event
		for how, chunks := range ways {
			s := &session{e: NewEndpoint(role, nil, &Deflate{Receive: DeflateWindow{Takeover: o.takeover}}, nil)}
			got := s.receive(chunks...)
			if inOrder != nil {
				o.checkSame(fmt.Sprintf("seed %d, %s and another way", seed, how), got, inOrder)
			}
			inOrder = got
			o.checkSame(fmt.Sprintf("seed %d, %s", seed, how), withoutPlace(got), want)
		}
	}
}

// What we compress is what the standard library inflates, whatever was agreed
// on, at every level, in whatever pieces.
//
//rfc:7692-6-1 7692-6.1-1 7692-6.1-2 7692-6.1-4 7692-6.1-6 7692-6.1-7 7692-6.1-10 7692-7.2.1-1 7692-7.2.1-2 7692-7.2.1-3
//rfc:7692-7.2.1-8 7692-7.2.1-9 7692-7.2.1-10 7692-7.2.1-12 7692-7.2.1-14 7692-7.2.3.2-3 7692-7.3-1
func TestStandardLibraryInflates(t *testing.T) {
	messages := make(map[bool]int) // by whether they went out compressed
	for seed := range uint64(race.Fewer(1000)) {
		o := &oracle{T: t, r: rand.New(rand.NewPCG(seed, 7692)), takeover: seed%2 == 0}
		window := DeflateWindow{Bits: minBits + o.r.IntN(maxBits-minBits+1), Takeover: o.takeover}
		e := NewEndpoint([]Role{Server, Client}[seed/2%2], nil,
			&Deflate{Send: window, Level: 1 + o.r.IntN(9), Threshold: -1 + o.r.IntN(2)*100}, nil)
		for i := range 1 + o.r.IntN(6) {
			typ, p := o.contents()
			o.send(e, typ, p)
			message, compressed := o.payload(e.Output(), typ)
			messages[compressed]++
			if compressed {
				message = o.inflate(message)
				o.remember(p)
			}
			if !bytes.Equal(message, p) {
				t.Fatalf("seed %d, message %d: %d bytes, want %d", seed, i, len(message), len(p))
			}
		}
	}
	if messages[true] < race.Fewer(1500) || messages[false] < race.Fewer(300) {
		t.Errorf("messages by whether they were compressed: %v", messages)
	}
}

// send sends p in pieces, whole characters or not, with Pings in between.
func (o *oracle) send(e *Endpoint, typ Type, p []byte) {
	o.Helper()
	if o.r.IntN(5) == 0 {
		typ |= Plain
	}
	for fin := false; !fin; {
		n := len(p)
		if fin = o.r.IntN(2) == 0; !fin {
			n = o.r.IntN(n + 1)
		}
		if err := e.Send(typ, fin, p[:n]); err != nil {
			o.Fatal(err)
		}
		p = p[n:]
		if o.r.IntN(3) == 0 {
			if err := e.SendPing([]byte("ping")); err != nil {
				o.Fatal(err)
			}
		}
	}
}

// payload joins the payloads of a message's frames, whose headers it checks.
func (o *oracle) payload(wire []byte, typ Type) (message []byte, compressed bool) {
	o.Helper()
	for first, fin := true, false; len(wire) > 0; {
		h, n, err := ParseHeader(wire)
		if err != nil {
			o.Fatal(err)
		}
		p := wire[n:][:h.Length]
		wire = wire[n+len(p):]
		mask.XOR(p, h.Key, 0)
		switch {
		case h.Opcode.IsControl():
			if h.RSV != 0 {
				o.Fatalf("%+v", h)
			}
		case fin, first != (h.Opcode == Opcode(typ)), !first && (h.Opcode != OpContinuation || h.RSV != 0), h.RSV&^rsv1 != 0:
			o.Fatalf("%+v, first %v, after the last %v", h, first, fin)
		default:
			compressed = compressed || h.RSV == rsv1
			message, first, fin = append(message, p...), false, h.Fin
		}
	}
	return message, compressed
}
