package websocket_test

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/mask"
	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// bombLimit is the most bytes that the server of these tests takes as a message.
const bombLimit = 1 << 20

// deflated is a compressed message with those contents.
func deflated(t testing.TB, contents []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(contents)
	w.Flush()
	return bytes.TrimSuffix(b.Bytes(), []byte("\x00\x00\xff\xff"))
}

// compressedFrames are the frames that a client sends a compressed message in,
// each with so many bytes of it.
func compressedFrames(typ Type, message []byte, size int) (wire []byte) {
	h := Header{Opcode: protocol.Opcode(typ), RSV: 4, Masked: true, Key: mask.Key{0x37, 0xfa, 0x21, 0x3d}}
	for !h.Fin {
		n := min(size, len(message))
		h.Length, h.Fin = uint64(n), n == len(message)
		wire = protocol.AppendHeader(wire, h)
		at := len(wire)
		wire = append(wire, message[:n]...)
		mask.XOR(wire[at:], h.Key, 0)
		message = message[n:]
		h.RSV, h.Opcode = 0, protocol.OpContinuation
	}
	return wire
}

// bombed runs f with a server that agreed on compression, in memory and over
// TCP, to which wire is written. If code is not 0 the server has to end with it.
func bombed(t *testing.T, wire []byte, code CloseCode, f func(t *testing.T, s *Conn)) {
	for _, name := range []string{"memory", "tcp"} {
		t.Run(name, func(t *testing.T) {
			a, peer := transports[name](t)
			s := NewConn(a, Server, Setup{Deflate: &protocol.Deflate{
				Receive: protocol.DeflateWindow{Bits: 15, Takeover: true},
			}}, Options{MaxMessage: bombLimit})
			defer s.CloseNow()
			defer peer.Close()
			go peer.Write(wire)
			f(t, s)
			if code == 0 {
				return
			}
			head := make([]byte, 4)
			if _, err := io.ReadFull(peer, head); err != nil {
				t.Error(err)
			}
			if got := CloseCode(binary.BigEndian.Uint16(head[2:])); head[0] != 0x88 || got != code {
				t.Errorf("the peer got % x, want a Close with code %d", head, code)
			}
		})
	}
}

// readsUpTo reads a message as a stream: so much of it, then it fails.
func readsUpTo(t *testing.T, s *Conn, want []byte) error {
	t.Helper()
	_, r, err := s.Reader(background)
	if err != nil {
		if len(want) > 0 {
			t.Error(err)
		}
		return err
	}
	got, err := io.ReadAll(r)
	if !bytes.Equal(got, want) {
		t.Errorf("%d bytes of the message, want %d", len(got), len(want))
	}
	return err
}

// Text that is not UTF-8 when it has been inflated fails at the bad byte.
//
//rfc:7692-6.1-12
func TestCompressedTextNotUTF8(t *testing.T) {
	good := strings.Repeat("Grüße, ", 5000)
	for bad, known := range map[string]string{
		"\xff":         "",
		"\xc3(":        "\xc3",
		"\xe2\x82":     "\xe2\x82", // and then it ends
		"\xed\xa0\x80": "\xed",
	} {
		for _, size := range []int{1, 100, 1 << 20} {
			wire := compressedFrames(Text, deflated(t, []byte(good+bad)), size)
			t.Run(fmt.Sprintf("%q in frames of %d", bad, size), func(t *testing.T) {
				bombed(t, wire, CloseInvalidPayload, func(t *testing.T, s *Conn) {
					cut(t, readsUpTo(t, s, []byte(good+known)), CloseInvalidPayload, "")
				})
			})
		}
	}
}

// What is not DEFLATE fails where it stops to be.
//
//rfc:7692-7.2.2-2
func TestCompressedCorrupt(t *testing.T) {
	good := jsonText(20_000, 1)
	begun := append(deflated(t, good), 0, 0, 0xff, 0xff)
	for name, bad := range map[string]string{
		"block type 3":    "\x06",
		"NLEN":            "\x00\x01\x00\x00\x00",
		"distance":        "\x02\x3f\x7e\x00", // 32 KiB are not there yet
		"the tail was on": "\x00\x00\x00\xff\xff",
	} {
		for _, size := range []int{1, 100, 1 << 20} {
			wire := compressedFrames(Binary, append(begun[:len(begun):len(begun)], bad...), size)
			t.Run(fmt.Sprintf("%s in frames of %d", name, size), func(t *testing.T) {
				bombed(t, wire, CloseProtocolError, func(t *testing.T, s *Conn) {
					cut(t, readsUpTo(t, s, good), CloseProtocolError, "")
				})
			})
		}
	}
}

// A compressed message may have a payload of twice the limit and 1 KiB: the
// header that announces more is refused, before anything behind it arrives.
//
//rfc:6455-10.4-1 6455-10.4-3
func TestCompressedPayloadLimit(t *testing.T) {
	const most = 2*bombLimit + 1024
	header := func(op protocol.Opcode, rsv uint8, n uint64) []byte {
		return protocol.AppendHeader(nil, Header{Opcode: op, RSV: rsv, Masked: true, Length: n})
	}
	// Empty blocks: payload without contents.
	blocks := bytes.Repeat([]byte("\x00\x00\x00\xff\xff"), most/5+1)[:most-1]
	some := compressedFrames(Binary, append(blocks, 0), most-1)
	some = some[:len(some)-len(maskedFrame(protocol.OpContinuation, true, "x"))] // all but one byte of it
	for name, wire := range map[string][]byte{
		"one frame":       header(protocol.OpBinary, 4, most+1),
		"2^63-1":          header(protocol.OpBinary, 4, 1<<63-1),
		"a second frame":  append(some[:len(some):len(some)], header(protocol.OpContinuation, 0, 2)...),
		"a second, 2^63":  append(some[:len(some):len(some)], header(protocol.OpContinuation, 0, 1<<63-1)...),
		"not compressed":  header(protocol.OpBinary, 0, bombLimit+1),
		"empty fragments": append(some[:len(some):len(some)], append(header(protocol.OpContinuation, 0, 0), header(protocol.OpContinuation, 0, 2)...)...),
	} {
		t.Run(name, func(t *testing.T) {
			bombed(t, wire, CloseMessageTooBig, func(t *testing.T, s *Conn) {
				_, _, err := s.Read(background)
				cut(t, err, CloseMessageTooBig, "Options.MaxMessage")
			})
		})
	}
	t.Run("not above it", func(t *testing.T) {
		wire := append(some[:len(some):len(some)], maskedFrame(protocol.OpContinuation, true, "\x00")...)
		bombed(t, wire, 0, func(t *testing.T, s *Conn) {
			// The last whole block is cut, so the message ends in the middle of one.
			_, _, err := s.Read(background)
			var failed *ProtocolError
			if err != nil && (!errors.As(err, &failed) || failed.Code != CloseProtocolError) {
				t.Error(err)
			}
		})
	})
}
