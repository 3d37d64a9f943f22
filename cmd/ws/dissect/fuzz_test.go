package dissect

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/seed372fb791/rfc6455/protocol"
)

// maxSeed keeps the seeds short: a fuzzer gets nowhere with long ones.
const maxSeed = 4096

// Whatever a side sends is taken apart to the last bit, and how it was cut when
// it came makes no difference.
func FuzzDissect(f *testing.F) {
	for _, path := range fixturePaths(f) {
		if stream := readPeer(f, path).bytes; len(stream) <= maxSeed {
			f.Add(stream, uint8(0), uint16(3))
			f.Add(stream, uint8(5), uint16(1))
			f.Add(stream, uint8(12), uint16(2))
		}
	}
	request, response := opening(f)
	f.Add(append(response, 0x81, 0), uint8(2), uint16(9))
	f.Add(append(request, 0x81, 0), uint8(3), uint16(9))
	f.Fuzz(func(t *testing.T, stream []byte, how uint8, cut uint16) {
		c := Config{
			From: protocol.Role(how & 1), Handshake: how&2 != 0,
			Limits:  protocol.Config{MaxMessage: 1 << 14, MaxPings: -1}, // how bytes are cut matters to answers
			Partial: how&8 != 0,
		}
		if how&4 != 0 {
			c.Deflate = &protocol.DeflateWindow{Bits: 15, Takeover: true}
		}
		at := int(cut) % (len(stream) + 1)
		whole, pieces := decode(c, stream), decode(c, stream[:at], stream[at:])
		checkAddsUp(t, stream, whole)
		if a, b := asJSON(t, whole), asJSON(t, pieces); !bytes.Equal(a, b) {
			t.Errorf("cut at %d: %s, else %s", at, b, a)
		}
	})
}

// checkAddsUp checks that parts have all bytes and fields all bits, each once.
func checkAddsUp(t *testing.T, stream []byte, parts []*Part) {
	t.Helper()
	var all []byte
	for _, p := range parts {
		all = append(all, p.Bytes...)
		bit := 0
		for _, field := range p.Fields {
			if field.Bit != bit || field.Bits <= 0 {
				t.Errorf("a field at bit %d, want %d: %+v", field.Bit, bit, field)
			}
			bit += field.Bits
		}
		if bit != 8*len(p.Bytes) {
			t.Errorf("fields of %d bits in a part of %d bytes", bit, len(p.Bytes))
		}
	}
	if !bytes.Equal(all, stream) {
		t.Errorf("the parts have % x, want % x", all, stream)
	}
}

func asJSON(t *testing.T, parts []*Part) []byte {
	t.Helper()
	text, err := json.Marshal(parts)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
