package dissect

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/internal/golden"
	"github.com/seed372fb791/rfc6455/mask"
	"github.com/seed372fb791/rfc6455/protocol"
)

const exampleKey = "dGhlIHNhbXBsZSBub25jZQ=="

// opening returns the opening handshakes of both sides, with permessage-deflate.
func opening(t testing.TB) (request, response []byte) {
	t.Helper()
	u, err := handshake.ParseURL("ws://server.example.com/chat?to=you;all")
	if err != nil {
		t.Fatal(err)
	}
	request, err = handshake.AppendRequest(nil, u, handshake.Offer{
		Key: exampleKey, Extensions: []handshake.Extension{handshake.OfferDeflate(handshake.Deflate{})},
	})
	if err != nil {
		t.Fatal(err)
	}
	response, err = handshake.AppendResponse(nil, handshake.Response{
		Key: exampleKey, Extensions: []handshake.Extension{{Name: "permessage-deflate"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return request, response
}

// frame returns a frame as a client sends it, or as a server does.
func frame(from protocol.Role, first byte, payload string) []byte {
	h := protocol.Header{
		Fin: first&0x80 != 0, RSV: first >> 4 & 7, Opcode: protocol.Opcode(first & 15),
		Masked: from == protocol.Client, Key: mask.Key{0x37, 0xfa, 0x21, 0x3d}, Length: uint64(len(payload)),
	}
	b := []byte(payload)
	if h.Masked {
		mask.XOR(b, h.Key, 0)
	}
	return append(protocol.AppendHeader(nil, h), b...)
}

// said is what a side sends.
type said struct {
	from  protocol.Role
	bytes []byte
}

// conversation has all that occurs in a session.
func conversation(t *testing.T) []said {
	request, response := opening(t)
	const c, s = protocol.Client, protocol.Server
	return []said{
		{c, request}, {s, response},
		{c, frame(c, 0x81, "Hello; <b>#1</b>\n%%end")},
		{s, frame(s, 0xc1, "\xf2\x48\xcd\xc9\xc9\x07\x00")},
		{c, frame(c, 0x02, "\x00\x01")}, {s, frame(s, 0x89, "you?")}, {c, frame(c, 0x8a, "you?")}, {c, frame(c, 0x80, "\x02")},
		{s, frame(s, 0xc1, "\xf2\x00\x11\x00\x00")},
		{c, frame(c, 0x81, strings.Repeat("long ", 100))},
		{s, frame(s, 0x88, "\x03\xe8bye")}, {c, frame(c, 0x88, "\x03\xe8")},
		{s, frame(s, 0x81, "late")}, {c, frame(c, 0xf3, "")},
	}
}

func run(t *testing.T, all []said) (s *Session, steps []Step) {
	s = NewSession(protocol.Config{})
	for i, what := range all {
		steps = append(steps, s.Write(what.from, time.Duration(i)*time.Millisecond, what.bytes)...)
	}
	return s, append(steps, s.End()...)
}

func TestMermaid(t *testing.T) {
	_, steps := run(t, conversation(t))
	golden.Check(t, "testdata/session.mmd", Mermaid(steps))
	_, steps = run(t, append(conversation(t)[:2], said{protocol.Client, frame(protocol.Server, 0x81, "x")}))
	golden.Check(t, "testdata/violation.mmd", Mermaid(steps))
}

// entity is a character as escapeMermaid writes it.
var entity = regexp.MustCompile(`#\d+;`)

// checkMermaid checks that nothing of a part gets into the language.
func checkMermaid(t *testing.T, p *Part) {
	for i, line := range strings.SplitAfter(strings.TrimSuffix(p.Mermaid(), "\n"), "\n") {
		_, text, ok := strings.Cut(line, ": ")
		text = entity.ReplaceAllString(strings.TrimSuffix(text, "\n"), "")
		if !ok || i > 1 || strings.ContainsAny(text, "#;:%<>\"\\{}&`\n\r") {
			t.Errorf("line %d: %s", i, line)
		}
	}
}

// What was agreed on is used, and what has been compressed is shown.
func TestSession(t *testing.T) {
	for name, tt := range map[string]struct {
		says []said
		want string // the last part's kind, summary and violation
	}{
		"takeover": {conversation(t)[:9], `frame text (compressed) "Hello"`},
		"refused": {[]said{conversation(t)[0], {protocol.Server, []byte("HTTP/1.1 403 Forbidden\r\n\r\nno")}},
			"body body, 2 bytes"},
		"early hints": {[]said{conversation(t)[0], {protocol.Server, []byte("HTTP/1.1 103 Early Hints\r\n\r\n")}, conversation(t)[1]},
			"response HTTP/1.1 101 Switching Protocols"},
		"wrong accept": {[]said{conversation(t)[0], {protocol.Server, bytes.ReplaceAll(conversation(t)[1].bytes, []byte("s3p"), []byte("s4p"))}},
			"response HTTP/1.1 101 Switching Protocols 6455-4.1-43"},
		"no key": {[]said{{protocol.Client, bytes.Replace(conversation(t)[0].bytes, []byte("Sec-WebSocket-Key"), []byte("X-Key"), 1)}},
			"request GET /chat?to=you;all HTTP/1.1 6455-4.2.1-9"},
		"no HTTP":    {[]said{{protocol.Client, []byte("\x81\x00\x00\n\r\n\r\n")}}, "unread 8 bytes that are no frames 6455-4.2.1-2"},
		"cut header": {append(conversation(t)[:2], said{protocol.Server, []byte{0x81}}), "frame part of a header"},
		"cut frame":  {append(conversation(t)[:2], said{protocol.Server, []byte("\x81\x05He")}), `frame text "He"`},
	} {
		_, steps := run(t, tt.says)
		last := steps[len(steps)-1]
		got := string(last.Kind) + " " + last.Summary()
		if last.Violation != nil {
			got += " " + last.Violation.Rule
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
		for _, p := range steps {
			checkMermaid(t, p.Part)
		}
	}
}

// A violation is at the field, and in a payload at the byte, that breaks the rule.
func TestViolation(t *testing.T) {
	for name, tt := range map[string]struct {
		from   protocol.Role
		hex    string
		rule   string
		field  string
		offset int64
	}{
		"reserved bit":   {protocol.Server, "81 00 a1 00", "6455-5.2-5", "RSV2", 2},
		"reserved":       {protocol.Server, "83 00", "6455-5.2-6", "opcode", 0},
		"not masked":     {protocol.Client, "81 00", "6455-5.1-3", "MASK", 1},
		"long length":    {protocol.Server, "81 7e 00 01 61", "6455-5.2-13", "Extended payload length", 2},
		"not UTF-8":      {protocol.Server, "81 05 61 62 ff 63 64", "6455-8.1-1", "Payload Data", 4},
		"cut character":  {protocol.Server, "01 01 c3 80 00", "6455-8.1-1", "FIN", 3},
		"close code":     {protocol.Server, "88 02 03 ed", "6455-7.4.1-7", "Status code", 2},
		"half a code":    {protocol.Server, "88 01 03", "6455-5.5.1-4", "Status code", 2},
		"close reason":   {protocol.Server, "88 04 03 e8 61 ff", "6455-8.1-3", "Reason", 4},
		"fragmented":     {protocol.Server, "09 00", "6455-5.5-4", "FIN", 0},
		"continuation":   {protocol.Server, "80 00", "6455-5.4-5", "opcode", 0},
		"more than 125":  {protocol.Server, "89 7e 00 7e 00*126", "6455-5.5-2", "Payload len", 1},
		"over the limit": {protocol.Server, "82 05 00*5", "6455-10.4-3", "Payload len", 1},
	} {
		b, err := ParseInput(tt.hex, 1000)
		if err != nil {
			t.Fatal(err)
		}
		c := Config{From: tt.from}
		if name == "over the limit" {
			c.Limits.MaxMessage = 4
		}
		parts := decode(c, b)
		v := parts[len(parts)-1].Violation
		if v == nil || v.Rule != tt.rule || v.Field != tt.field || v.Offset != tt.offset {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

func TestJSON(t *testing.T) {
	parts := decode(Config{From: protocol.Client}, []byte("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58\x88\x00"))
	text, err := json.MarshalIndent(parts, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "testdata/hello.json", string(text)+"\n")
}

func TestParseInput(t *testing.T) {
	for text, want := range map[string]string{
		"81 05 48 65":                      "\x81\x05He",
		"81054865":                         "\x81\x05He",
		"0x81, 0x05,\n0x48 // H\n0X65 # e": "\x81\x05He",
		"[]byte{0x81, 0x5}":                "\x81\x05",
		"{0x81, 0x05}":                     "\x81\x05",
		`\x81\x05`:                         "\x81\x05",
		"81:05":                            "\x81\x05",
		"# a comment\n< 81 05 | FIN\nevent x\n> 8a": "\x81\x05",
		"00000000: 8185 37fa 213d 7f9f 4d51 5841 4243 4445  ..7.!=..MQXABCDE\n00000010: 4142                                     AB\n": "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51XABCDEAB",
		"00000000  81 85 37 fa 21 3d 7f 9f  4d 51 58                 |..7.!=..MQX|\n0000000b\n":                                        "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51X",
		"\n0000   81 02 41 42                                       ..AB":                                                              "\x81\x02AB",
		"00000000: 8102 4a4b                                ..JK":                                                                      "\x81\x02JK",
		"0000 81":       "\x81",
		"0000\n81":      "\x00\x00\x81",
		"00*3":          "\x00\x00\x00",
		"00*1000000000": "error",
		"8":             "error",
		"":              "",
	} {
		got, err := ParseInput(text, 18)
		if err != nil {
			got = []byte("error")
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("%q (%v): %s", text, err, diff)
		}
	}
}

// Bytes as programming languages print and write them, which is what these
// programs have printed.
func TestNotation(t *testing.T) {
	const hello, masked = "\x81\x05Hello", "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"
	for text, want := range map[string]string{
		"81-85-37-FA-21-3D-7F-9F-4D-51-58":                                       masked, // .NET's BitConverter
		"<Buffer 81 05 48 65 6c 6c 6f>":                                          hello,  // Node
		"Uint8Array(7) [\n  129, 5, 72,\n  101, 108, 108, 111\n]":                hello,
		"ArrayBuffer { [Uint8Contents]: <81 05 48 65 6c 6c 6f>, byteLength: 7 }": hello,
		`{"type":"Buffer","data":[129,5,72,101,108,108,111]}`:                    hello,
		"<Buffer 81 05 48 65 ... 3 more bytes>":                                  "error",
		"Uint8Array(200) [ 129, 126, 0,\n  ... 100 more items\n]":                "error",
		"[129 5 72 101 108 108 111]":                                             hello, // Go's %v, %#v, %q and %x
		"[]byte{0x81, 0x5, 0x48, 0x65, 0x6c, 0x6c, 0x6f}":                        hello,
		`"\x81\x05Hello"`:              hello,
		`"\x81\x857\xfa!=\x7f\x9fMQX"`: masked,
		"8105 48656c6c6f":              hello,
		"unsigned char frame[] = {0x81, 0x05, 'H'}; /* no */":                  "error",
		"unsigned char frame[7] = {0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f};": hello, // C
		"static const uint8_t f[] = { 129, 5, 72, 101, 108, 108, 111 };":       hello,
		`const char *f = "\201\005Hel" "lo";`:                                  hello,
		"new byte[] { 0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F }":              hello, // C#
		"[-127, 5, 72, 101, 108, 108, 111]":                                    hello, // Java
		"{(byte)0x81, (byte) 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f}":              hello,
		`b'\x81\x05Hello'`:                                  hello, // Python
		`b"\x81\x05He'lo"`:                                  "\x81\x05He'lo",
		`bytearray(b'\x81\x05Hello')`:                       hello,
		"b'GET / HTTP/1.1\\r\\n\\r\\n'":                     "GET / HTTP/1.1\r\n\r\n",
		"[129, 5, 72, 101, 108, 108, 111]":                  hello,
		"bytes([0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f])": hello,
		`"\u0081\t\q"`:                                      "\u0081\t\\q",
		"[81 05 48 65 6c 6c 6f]":                            hello, // hex in brackets
		"[81 85 37 12 21 33 77 99 44 51 58]":                "\x81\x85\x37\x12\x21\x33\x77\x99\x44\x51\x58",
		`"81 05 48 65 6c 6c 6f"`:                            hello,
		"gQVIZWxsbw==":                                      hello, // base64
		`"gQVIZWxsbw"`:                                      hello,
		"gYU3-iE9f59N\nUVg=":                                masked,
		"text":                                              "error",
		"\t0x0000:  8105 4865 6c6c 6f                        ..Hello": hello,
		"[129, 256]": "error",
		`"\x81`:      "\x81",
	} {
		got, err := ParseInput(text, 18)
		if err != nil {
			got = []byte("error")
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("%q (%v): %s", text, err, diff)
		}
	}
	if _, err := ParseInput("[129 5 72 101 108 108 111]", 6); err == nil {
		t.Error("more than most bytes")
	}
}

// Whatever is pasted, it is read or refused.
func FuzzParseInput(f *testing.F) {
	f.Add(`b'\x81'`)
	f.Add(`"\201" "\`)
	f.Add("[129, 5]")
	f.Add("gQVIZWxsbw==")
	f.Fuzz(func(t *testing.T, text string) {
		if b, err := ParseInput(text, 100); len(b) > 100 || b != nil && err != nil {
			t.Errorf("%d bytes, %v", len(b), err)
		}
	})
}
