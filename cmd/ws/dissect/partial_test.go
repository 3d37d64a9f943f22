package dissect

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/protocol"
)

// outline says of each part what it is and what came of it.
func outline(steps []Step) (lines []string) {
	for _, p := range steps {
		line := string(p.Kind) + " " + p.Summary()
		switch {
		case p.Unjudged:
			line += " unjudged"
		case p.Violation != nil:
			line += " " + p.Violation.Rule
		}
		lines = append(lines, line)
	}
	return lines
}

// What was before these bytes is not known: nobody is blamed for it, but for
// what follows.
func TestPartial(t *testing.T) {
	takeover := &protocol.DeflateWindow{Bits: 15, Takeover: true}
	for name, tt := range map[string]struct {
		deflate *protocol.DeflateWindow
		frames  []string
		want    []string
	}{
		"in a message": {nil, []string{"\x00\x02\x82\xac", "\x89\x00", "\x80\x01x", "\x81\x01y", "\x80\x00"},
			[]string{`frame continuation (more follows) 2 bytes unjudged`, `frame ping ""`, `frame continuation (last) "x" unjudged`, `frame text "y"`, `frame continuation (last) "" 6455-5.4-5`}},
		"compressed somehow": {nil, []string{"\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00", "\x41\x01x", "\x80\x01y", "\x82\x00", "\xa1\x00"},
			[]string{`frame text 7 bytes unjudged`, `frame text (more follows) "x" unjudged`, `frame continuation (last) "y" unjudged`, `frame binary 0 bytes`, `frame text "" 6455-5.2-5`}},
		"compressed": {takeover, []string{"\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00", "\xc1\x05\xf2\x00\x11\x00\x00"},
			[]string{`frame text (compressed) "Hello"`, `frame text (compressed) "Hello"`}},
		"by what was before": {takeover, []string{"\xc1\x05\xf2\x00\x11\x00\x00", "\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00", "\x81\x01\xff"},
			[]string{`frame text 5 bytes unjudged`, `frame text 7 bytes unjudged`, `frame text 1 byte 6455-8.1-1`}},
		"fragments of that": {takeover, []string{"\x41\x02\xf2\x00", "\x80\x03\x11\x00\x00", "\x81\x01y"},
			[]string{`frame text (more follows) (compressed) "H"`, `frame continuation (last) "\x11\x00\x00" unjudged`, `frame text "y"`}},
	} {
		c := Config{From: protocol.Server, Partial: true, Deflate: tt.deflate}
		s := SessionOf([2]Config{protocol.Server: c})
		if diff := cmp.Diff(tt.want, outline(s.Write(protocol.Server, 0, []byte(strings.Join(tt.frames, ""))))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// What lacks bytes is shown as far as it goes, and what follows is decoded
// anew: without the window of compression that was taken over.
func TestGap(t *testing.T) {
	talk := conversation(t)
	s, _ := run(t, talk[:3])
	const server = protocol.Server
	packed := []byte("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00")
	got := outline(s.Write(server, 0, packed))
	s.Write(server, 0, []byte("\x82\x7e\x01\x00half"))
	steps, rest := s.Gap(server, 200)
	got = append(got, outline(steps)...)
	if _, less := s.Gap(server, 10); rest != 52 || less != 42 {
		t.Errorf("%d bytes of the frame after the gap, then %d", rest, less)
	}
	s.Write(server, 0, make([]byte, 40)) // so many are passed over, and two more
	steps = s.Write(server, 0, append(append([]byte("ab"), packed...), "\x81\x01y"...))
	got = append(got, outline(steps)...)
	want := []string{`frame text (compressed) "Hello"`, `frame binary 4 bytes`, `frame text 7 bytes unjudged`, `frame text "y"`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if at := int64(len(talk[1].bytes) + len(packed) + 4 + 256); steps[0].Offset != at {
		t.Errorf("after the gap at %d, want %d", steps[0].Offset, at)
	}
	s = NewSession(protocol.Config{}) // the answer is lost, and with it what was agreed on
	s.Write(protocol.Client, 0, talk[0].bytes)
	if _, rest := s.Gap(server, 300); rest >= 0 {
		t.Errorf("%d bytes of what?", rest)
	}
	got = outline(append(s.Write(server, 0, packed), s.Write(protocol.Client, 0, frame(protocol.Client, 0xc1, "\xf2\x48"))...))
	if diff := cmp.Diff([]string{`frame text 7 bytes unjudged`, `frame text 2 bytes unjudged`}, got); diff != "" {
		t.Errorf("without the answer (-want +got):\n%s", diff)
	}
}

func TestGuess(t *testing.T) {
	for name, tt := range map[string]struct{ bytes, want string }{
		"a server's":              {"\x81\x05Hello", "server"},
		"a client's":              {"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", "client"},
		"several":                 {"\x01\x01a\x89\x00\x80\x01b", "server"},
		"the last in part":        {"\x81\x01a\x81\x05He", "server"},
		"a large one in part":     {"\x82\x7e\x10\x00abc", "server"},
		"compressed":              {"\xc1\x01a", "server"},
		"a small one in part":     {"\x81\x05He", ""},
		"both masked and not":     {"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58\x81\x01a", ""},
		"a length too long":       {"\x82\x7e\x00\x01a", ""},
		"a fragmented Ping":       {"\x09\x00", ""},
		"reserved":                {"\x83\x00", ""},
		"half a header":           {"\x81", ""},
		"zeros":                   {"\x00\x00\x00\x00", ""},
		"HTTP":                    {"GET / HTTP/1.1\r\n\r\n", ""},
		"TLS":                     {"\x17\x03\x03\x00\x01x", ""},
		"nothing":                 {"", ""},
		"not whole, then strange": {"\x81\x01a\xff\x00", ""},
	} {
		from, ok := Guess([]byte(tt.bytes))
		if got := from.String(); ok && got != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: %v, %v", name, from, ok)
		}
	}
}
