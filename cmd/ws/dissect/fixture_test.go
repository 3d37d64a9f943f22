package dissect

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/internal/fixture"
	"github.com/seed372fb791/rfc6455/internal/golden"
	"github.com/seed372fb791/rfc6455/protocol"
)

func fixturePaths(t testing.TB) []string {
	t.Helper()
	frames, err := filepath.Glob("../../../testdata/frames/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	dialogues, err := filepath.Glob("../../../testdata/dialogues/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(frames) == 0 || len(dialogues) == 0 {
		t.Fatal("no fixtures")
	}
	return append(frames, dialogues...)
}

// The annotations of the fixtures say what the bytes say, as do those of the cases
// for ws conformance.
func TestAnnotations(t *testing.T) {
	cases, err := filepath.Glob("../../../testdata/cases/*.txt")
	if err != nil || len(cases) == 0 {
		t.Fatal("no cases", err)
	}
	for _, path := range append(fixturePaths(t), cases...) {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := Annotate(string(content))
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		golden.Check(t, path, want)
	}
}

// peer is what a fixture says of the peer and of what comes of its bytes.
type peer struct {
	Config
	pings  bool // it has a limit about answers, which are not in the peer's bytes
	bytes  []byte
	events []string
}

func readPeer(t testing.TB, path string) (p peer) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		left, _, _ := strings.Cut(line, "|")
		words := strings.Fields(left)
		if len(words) == 0 {
			continue
		}
		switch words[0] {
		case "side":
			p.From = protocol.Server // the frames of "both" are not masked
			if words[1] == "server" {
				p.From = protocol.Client
			}
		case "deflate":
			p.Deflate = window(t, p.From, words[1:])
		case "limit":
			n, err := strconv.Atoi(words[2])
			if err != nil {
				t.Fatal(err)
			}
			p.pings = words[1] == "MaxPings"
			if words[1] == "MaxMessage" {
				p.Limits.MaxMessage = int64(n)
			} else {
				p.Limits.MaxFragments = n
			}
		case "<":
			b, err := fixture.ParseHex(words[1:], math.MaxInt)
			if err != nil {
				t.Fatal(err)
			}
			p.bytes = append(p.bytes, b...)
		case "event", "fail":
			p.addEvent(t, strings.TrimSpace(line))
		}
	}
	return p
}

// addEvent adds a line, its data quoted anew. Pieces of a message that a turn
// of ours separates are one: our turns are not in the peer's bytes.
func (p *peer) addEvent(t testing.TB, line string) {
	head, quoted, ok := strings.Cut(line, "\"")
	if ok {
		data, err := fixture.ParseQuoted("\"" + quoted)
		if err != nil {
			t.Fatal(err)
		}
		if last := len(p.events) - 1; last >= 0 && isPiece(p.events[last]) && isMessage(line) {
			_, before, _ := strings.Cut(p.events[last], "\"")
			first, err := fixture.ParseQuoted("\"" + before)
			if err != nil {
				t.Fatal(err)
			}
			data, p.events = first+data, p.events[:last]
		}
		line = head + fixture.Quote([]byte(data))
	}
	p.events = append(p.events, line)
}

// isMessage reports whether a line is a message or a piece of one.
func isMessage(line string) bool {
	return strings.HasPrefix(line, "event   text") || strings.HasPrefix(line, "event   binary")
}

// isPiece reports whether more is to come of the message that a line is about.
func isPiece(line string) bool { return isMessage(line) && strings.Fields(line)[2] != "fin" }

// window is what a fixture's parameters of permessage-deflate say of the
// messages of one side.
func window(t testing.TB, from protocol.Role, params []string) *protocol.DeflateWindow {
	w := &protocol.DeflateWindow{Bits: 15, Takeover: true}
	for _, param := range params {
		name, bits, bounded := strings.Cut(strings.TrimPrefix(param, from.String()+"_"), "=")
		switch {
		case name == "no_context_takeover":
			w.Takeover = false
		case bounded && name == "max_window_bits":
			n, err := strconv.Atoi(bits)
			if err != nil {
				t.Fatal(err)
			}
			w.Bits = n
		}
	}
	return w
}

// decode decodes b, cut into chunks.
func decode(c Config, chunks ...[]byte) (parts []*Part) {
	d := NewDecoder(c)
	for _, chunk := range chunks {
		d.Write(chunk)
		for p, ok := d.Next(); ok; p, ok = d.Next() {
			parts = append(parts, p)
		}
	}
	if p, ok := d.End(); ok {
		parts = append(parts, p)
	}
	return parts
}

// What comes of the bytes of a fixture's peer is what the fixture says.
func TestFixtures(t *testing.T) {
	for _, path := range fixturePaths(t) {
		p := readPeer(t, path)
		if p.pings || len(p.bytes) == 0 {
			continue
		}
		parts := decode(p.Config, p.bytes)
		var got []string
		for _, line := range events(parts) {
			got = append(got, describeEvent(line))
		}
		if diff := cmp.Diff(p.events, got); diff != "" {
			t.Errorf("%s (-fixture +got):\n%s", filepath.Base(path), diff)
		}
		checkParts(t, p.bytes, parts)
		checkDump(t, p.bytes, parts)
	}
}

// events returns those of all parts, pieces of a message joined.
func events(parts []*Part) []protocol.Event {
	joined := new(Part)
	for _, p := range parts {
		for _, ev := range p.Events {
			joined.add(ev)
		}
	}
	return joined.Events
}

// checkParts checks that parts have all bytes and fields all bits, and that
// what they say of themselves fits.
func checkParts(t *testing.T, stream []byte, parts []*Part) {
	t.Helper()
	var all []byte
	for _, p := range parts {
		if p.Offset != int64(len(all)) {
			t.Errorf("part at %d, want %d", p.Offset, len(all))
		}
		all = append(all, p.Bytes...)
		bit := 0
		for _, f := range p.Fields {
			if f.Bit != bit || f.Bits <= 0 || f.Meaning == "" || f.Section == "" {
				t.Errorf("field at bit %d, want %d: %+v", f.Bit, bit, f)
			}
			bit += f.Bits
		}
		if bit != 8*len(p.Bytes) {
			t.Errorf("the fields have %d bits, the part %d bytes", bit, len(p.Bytes))
		}
		if v := p.Violation; v != nil && (v.Offset < p.Offset || v.Offset >= p.Offset+int64(len(p.Bytes))) {
			t.Errorf("violation at %d in a part of %d bytes at %d", v.Offset, len(p.Bytes), p.Offset)
		}
		for _, id := range p.Rules() {
			if Explain(id) == nil {
				t.Errorf("there is no requirement %s", id)
			}
		}
	}
	if !bytes.Equal(all, stream) {
		t.Errorf("the parts have the bytes % x, want % x", all, stream)
	}
}

// checkDump checks that a dump has the bytes, and the annotations of a fixture.
func checkDump(t *testing.T, stream []byte, parts []*Part) {
	t.Helper()
	var b bytes.Buffer
	if err := Dump(&b, 1-parts[0].From, parts); err != nil {
		t.Fatal(err)
	}
	again, err := Annotate(b.String())
	if err != nil || again != b.String() {
		t.Errorf("error %v, annotated again (-dump +again):\n%s", err, cmp.Diff(b.String(), again))
	}
	if got, err := ParseInput(b.String(), len(stream)); err != nil || !bytes.Equal(got, stream) {
		t.Errorf("error %v, the dump has other bytes:\n%s", err, b.String())
	}
}

// How the bytes are cut makes no difference.
func TestChunking(t *testing.T) {
	for _, path := range fixturePaths(t) {
		p := readPeer(t, path)
		if len(p.bytes) > 4096 {
			continue
		}
		whole := decode(p.Config, p.bytes)
		cut := decode(p.Config, slices.Collect(slices.Chunk(p.bytes, 1))...)
		if diff := cmp.Diff(whole, cut); diff != "" {
			t.Errorf("%s (-whole +cut):\n%s", filepath.Base(path), diff)
		}
	}
}
