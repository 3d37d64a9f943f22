package fuzz

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/seed372fb791/rfc6455/mask"
	"github.com/seed372fb791/rfc6455/protocol"
)

// compressedFrames appends a compressed message in frames of so many bytes.
func compressedFrames(stream []byte, typ protocol.Type, message []byte, size int, masked bool) []byte {
	h := protocol.Header{Opcode: protocol.Opcode(typ), RSV: 4, Masked: masked, Key: mask.Key{1, 2, 3, 4}}
	if !masked {
		h.Key = mask.Key{}
	}
	for {
		n := min(size, len(message))
		h.Length, h.Fin = uint64(n), n == len(message)
		stream = protocol.AppendHeader(stream, h)
		at := len(stream)
		stream = append(stream, message[:n]...)
		mask.XOR(stream[at:], h.Key, 0)
		if h.Fin {
			return stream
		}
		message = message[n:]
		h.RSV, h.Opcode = 0, protocol.OpContinuation
		if n%2 > 0 { // a Ping in between
			stream = protocol.AppendHeader(stream, protocol.Header{Fin: true, Opcode: protocol.OpPing, Masked: masked, Key: h.Key})
		}
	}
}

// agreedOn returns the limits and the agreed parameters that n stands for.
func agreedOn(n byte) (protocol.Config, *protocol.Deflate) {
	c := smallLimits
	if n&16 != 0 {
		c.MaxFragments, c.MaxMessage = 1000, 20_000
	}
	return c, &protocol.Deflate{Receive: protocol.DeflateWindow{Bits: windowBits(n), Takeover: n&8 != 0}}
}

// Wherever the bytes of a peer that may compress are cut, events, answers and
// state are the same.
//
//rfc:7692-6.2-1 7692-7.2.1-8
func FuzzChunkingCompressed(f *testing.F) {
	for i, stream := range streams(f) {
		f.Add(stream, uint64(i), byte(7*i), i%2 == 0)
	}
	messages := deflated(f)
	for i, message := range messages {
		for _, client := range []bool{false, true} {
			stream := compressedFrames(nil, protocol.Text, message, 1+i%7, !client)
			stream = compressedFrames(stream, protocol.Binary, messages[i*7%len(messages)], 1000, !client)
			stream = compressedFrames(stream, protocol.Text, message, 50, !client)
			if len(stream) <= 2*maxSeed {
				f.Add(stream, uint64(i), byte(i*5), client)
			}
		}
	}
	f.Fuzz(func(t *testing.T, stream []byte, seed uint64, config byte, client bool) {
		if len(stream) > 1<<14 {
			return
		}
		role := protocol.Server
		if client {
			role = protocol.Client
		}
		checkChunking(t, role, stream, seed, func() (protocol.Config, *protocol.Deflate) { return agreedOn(config) })
	})
}

// compressor is an endpoint that sends messages and what it should send.
type compressor struct {
	e       *protocol.Endpoint
	window  protocol.DeflateWindow
	said    transcript
	history []byte // contents of the compressed messages
}

// send sends contents in pieces, with Pings in between. It returns the bytes on
// the wire.
func (c *compressor) send(t *testing.T, r *rand.Rand, contents []byte) []byte {
	t.Helper()
	if c.window.Takeover && r.IntN(8) == 0 { // an uncompressed one, which the window has nothing of
		c.sendPiece(t, protocol.Binary|protocol.Plain, true, contents)
		return c.e.Output()
	}
	for rest, pieces := contents, r.IntN(4); ; pieces-- {
		n := len(rest)
		if pieces > 0 {
			n = r.IntN(n + 1)
		}
		c.sendPiece(t, protocol.Binary, pieces <= 0, rest[:n])
		if pieces <= 0 {
			break
		}
		rest = rest[n:]
		if r.IntN(3) == 0 {
			c.said.add(protocol.Event{Kind: protocol.PingEvent, Data: rest[:min(len(rest), 3)]})
			if err := c.e.SendPing(rest[:min(len(rest), 3)]); err != nil {
				t.Fatal(err)
			}
		}
	}
	wire := c.e.Output()
	c.check(t, wire, contents)
	return wire
}

func (c *compressor) sendPiece(t *testing.T, typ protocol.Type, fin bool, p []byte) {
	t.Helper()
	if err := c.e.Send(typ, fin, p); err != nil {
		t.Fatal(err)
	}
	c.said.add(protocol.Event{Kind: protocol.DataEvent, Type: typ &^ protocol.Plain, Fin: fin, Data: p})
}

// check inflates the message in the frames of wire by the plain definition,
// with the window agreed on and not a byte more.
func (c *compressor) check(t *testing.T, wire, contents []byte) {
	t.Helper()
	var message []byte
	compressed := false
	for rest := plain(t, wire); len(rest) > 0; {
		h, n, _ := protocol.ParseHeader(rest)
		payload := rest[n:][:h.Length]
		rest = rest[n+len(payload):]
		if h.Opcode.IsControl() && h.RSV != 0 || h.Opcode == protocol.OpContinuation && h.RSV != 0 {
			t.Fatalf("%v with RSV %d", h.Opcode, h.RSV)
		}
		if h.Opcode == protocol.OpBinary {
			compressed = h.RSV == 4
		}
		if !h.Opcode.IsControl() {
			message = append(message, payload...)
		}
	}
	if !compressed {
		if !bytes.Equal(message, contents) {
			t.Fatalf("%x went out as %x", contents, message)
		}
		return
	}
	reach := 1 << c.window.Bits
	before := c.history[max(0, len(c.history)-reach):]
	_, got, err := plainInflate(message, before, reach, 1<<30)
	if err != nil || !bytes.Equal(got, contents) {
		t.Fatalf("inflated to %x, %v, want %x", got, err, contents)
	}
	if c.window.Takeover {
		c.history = append(c.history, contents...)
	}
}

// inMessages makes messages of parts of p, some of them again and again and in
// other places.
func inMessages(r *rand.Rand, p []byte) (messages [][]byte) {
	for range 1 + r.IntN(5) {
		var m []byte
		for range r.IntN(6) {
			from := r.IntN(len(p) + 1)
			part := p[from : from+r.IntN(len(p)-from+1)]
			m = append(m, bytes.Repeat(part, 1+r.IntN(3))...)
			for range r.IntN(1 + r.IntN(1000)) {
				m = append(m, byte(r.Uint32()))
			}
		}
		messages = append(messages, m)
	}
	return messages
}

// Whatever is sent compressed, in whatever pieces, arrives; and it is what the
// plain definition inflates within the window that was agreed on.
//
//rfc:7692-6.1-1 7692-6.1-2 7692-6.1-6 7692-6.1-7 7692-7.2.1-1 7692-7.2.1-2 7692-7.2.1-3 7692-7.2.1-8 7692-7.2.1-9
//rfc:7692-7.2.1-10 7692-7.2.1-11 7692-7.2.1-12 7692-7.2.1-14 7692-7.2.1-16 7692-7.2.1-18 7692-7.2.2-12 7692-7.2.3.2-3
func FuzzCompress(f *testing.F) {
	for i, contents := range deflatable() {
		for level := range 9 {
			f.Add(contents[:min(len(contents), maxSeed)], byte(level), byte(i+level), uint64(i*level), level%2 == 0)
		}
	}
	f.Fuzz(func(t *testing.T, p []byte, level, window byte, seed uint64, client bool) {
		if len(p) > 1<<13 {
			return
		}
		w := protocol.DeflateWindow{Bits: windowBits(window), Takeover: window&8 != 0}
		from, to := protocol.Server, protocol.Client
		if client {
			from, to = to, from
		}
		threshold := -1
		if window&16 != 0 {
			threshold = 100
		}
		sender := &compressor{window: w, e: protocol.NewEndpoint(from, nil,
			&protocol.Deflate{Send: w, Level: 1 + int(level%9), Threshold: threshold}, nil)}
		receiver := protocol.NewEndpoint(to, nil, &protocol.Deflate{Receive: w}, nil)
		r := rand.New(rand.NewPCG(seed, 1))
		var heard transcript
		for _, contents := range inMessages(r, p) {
			heard.receive(t, receiver, cutAtRandom(r, sender.send(t, r, contents), 3000)...)
			if heard.String() != sender.said.String() {
				t.Fatalf("sent\n%s\nreceived\n%s", sender.said.String(), heard.String())
			}
		}
	})
}
