package suite

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/protocol"
)

// A load is the same each time, text is UTF-8, and neighbours differ.
func TestLoadMessages(t *testing.T) {
	for look := range looks {
		spec := "binary 96KiB of " + look
		if looks[look] != nil {
			spec = "text 96KiB of " + look
		}
		l, err := parseLoad(spec)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := parseLoad(spec)
		one, next := l.message(3).bytes(), l.message(4)
		if !bytes.Equal(one, again.message(3).bytes()) || int64(len(one)) != l.size {
			t.Errorf("%s: another message the second time", spec)
		}
		if l.text && !utf8.Valid(one) {
			t.Errorf("%s: not UTF-8", spec)
		}
		if next.matches(0, one) || !next.matches(70_001, next.bytes()[70_001:]) || next.matches(1, next.bytes()) {
			t.Errorf("%s: matches what it should not, or not itself", spec)
		}
	}
}

// What is sent of a load is the message, however it is cut into frames and
// writes, and whoever sends it.
func TestLoadFrames(t *testing.T) {
	for _, spec := range []string{
		"text 0", "binary 1", "text 128KiB", "binary 200000", "text 4KiB fragment 64", "binary 100 fragment 100",
		"binary 1000 chop 7", "binary 70000 fragment 1000 chop 3",
	} {
		for _, agreed := range []*params{nil, {}, {serverNoTakeover: true, clientNoTakeover: true}, {serverBits: 9, clientBits: 9}} {
			for _, from := range []protocol.Role{protocol.Server, protocol.Client} {
				l, err := parseLoad(spec + " count 3")
				if err != nil {
					t.Fatal(err)
				}
				h := &heard{peer: from, due: func(i int) (content, bool) { return l.message(i), i < l.count }}
				p := player{role: from}
				var d *deflater
				if agreed != nil {
					h.inflater, d = newInflater(agreed.of(from)), newDeflater(agreed.of(from))
				}
				for i := range l.count {
					for chunk := range l.frames(l.message(i), d, p.head) {
						if len(chunk) > largeWrite || l.chop > 0 && len(chunk) > l.chop {
							t.Fatalf("%s: a write of %d bytes", spec, len(chunk))
						}
						h.take(chunk)
					}
				}
				if h.broken != nil || h.undue != nil || len(h.messages) != l.count {
					t.Errorf("%s, %v from a %v: %v, %v, %d messages", spec, agreed, from, h.broken, h.undue, len(h.messages))
				}
			}
		}
	}
}

// A sender stops when it is told to.
func TestLoadStops(t *testing.T) {
	l, _ := parseLoad("binary 1GiB fragment 1MiB")
	chunks := 0
	for range l.frames(l.message(0), nil, new(player).head) {
		if chunks++; chunks == 3 {
			break
		}
	}
	if chunks != 3 {
		t.Errorf("%d chunks", chunks)
	}
}
