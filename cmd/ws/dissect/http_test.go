package dissect

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// Opening handshakes, to be broken.
const (
	asks = "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
	agrees = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
	longKey = "dGhlIHNhbXBsZSBub25jZS4u" // of 18 bytes
)

// saidBy returns what the sides say: each text has ">" or "<" before it.
func saidBy(texts ...string) (all []said) {
	for _, text := range texts {
		from := protocol.Server
		if text[0] == '>' {
			from = protocol.Client
		}
		all = append(all, said{from, []byte(text[1:])})
	}
	return all
}

// After a broken rule in the opening handshake the frames are taken apart if the
// server has gone on.
func TestGoesOn(t *testing.T) {
	replace := strings.NewReplacer
	for name, tt := range map[string]struct {
		request, response *strings.Replacer
		want              string // rules broken by the one and by the other
	}{
		"nothing broken":       {replace(), replace(), "|"},
		"a key of 18 bytes":    {replace("dGhlIHNhbXBsZSBub25jZQ==", longKey), replace("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", handshake.AcceptKey(longKey)), "6455-4.2.1-10|"},
		"answered wrong":       {replace("dGhlIHNhbXBsZSBub25jZQ==", longKey), replace(), "6455-4.2.1-10|6455-4.1-43"},
		"no key":               {replace("Sec-WebSocket-Key", "X-Key"), replace(), "6455-4.2.1-9|"},
		"no Host":              {replace("Host", "X-Host"), replace(), "6455-4.2.1-6|"},
		"HTTP/1.0":             {replace("HTTP/1.1", "HTTP/1.0"), replace(), "6455-4.2.1-4|"},
		"POST":                 {replace("GET", "POST"), replace(), "6455-4.2.1-3|"},
		"no Upgrade":           {replace("Upgrade: websocket\r\n", ""), replace(), "6455-4.2.1-7|"},
		"a URL of ws":          {replace("/chat", "ws://server.example.com/chat"), replace(), "6455-4.2.1-5|"},
		"another version":      {replace("13", "8"), replace(), "6455-4.2.2-9|"},
		"line feeds alone":     {replace("\r", ""), replace("\r", ""), "6455-4.2.1-2|6455-4.1-46"},
		"a folded line":        {replace("Host: ", "Host: \r\n "), replace(), "6455-4.2.1-2|"},
		"an empty subprotocol": {replace("Host", "Sec-WebSocket-Protocol:\r\nHost"), replace("Upgrade:", "Sec-WebSocket-Protocol:\r\nUpgrade:"), "|"},
		"a subprotocol twice":  {replace("Host", "Sec-WebSocket-Protocol: a, b, a\r\nHost"), replace("Upgrade:", "Sec-WebSocket-Protocol: b\r\nUpgrade:"), "6455-4.1-33|"},
		"one not offered":      {replace(), replace("Upgrade:", "Sec-WebSocket-Protocol: b\r\nUpgrade:"), "|6455-4.1-45"},
		"an extension, too":    {replace(), replace("Upgrade:", "Sec-WebSocket-Extensions: permessage-deflate\r\nUpgrade:"), "|6455-4.1-44"},
		"no Accept":            {replace(), replace("Sec-WebSocket-Accept", "X-Accept"), "|6455-4.1-42"},
		"no Upgrade in return": {replace(), replace("Upgrade: websocket\r\n", ""), "|6455-4.1-38"},
		"no reason":            {replace(), replace(" Switching Protocols", ""), "|"},
	} {
		t.Run(name, func(t *testing.T) {
			hi := string(frame(protocol.Client, 0x81, "Hi"))
			_, steps := run(t, saidBy(">"+tt.request.Replace(asks), "<"+tt.response.Replace(agrees)+"\x81\x03yes", ">"+hi+hi, "<\x81\x03yes"))
			var rules, frames []string
			for _, s := range steps {
				switch {
				case s.Kind != Frame && s.Violation != nil:
					rules = append(rules, s.Violation.Rule)
				case s.Kind != Frame:
					rules = append(rules, "")
				case s.Violation != nil || s.Unjudged:
					t.Errorf("%s: %+v", s.Summary(), s.Violation)
				default:
					frames = append(frames, s.Summary())
				}
			}
			if got := strings.Join(rules, "|"); got != tt.want {
				t.Errorf("broken: %s, want %s", got, tt.want)
			}
			if diff := cmp.Diff([]string{`text "yes"`, `text "Hi"`, `text "Hi"`, `text "yes"`}, frames); diff != "" {
				t.Errorf("frames (-want +got):\n%s", diff)
			}
		})
	}
}

// HTTP before the opening handshake is no violation, and no obstacle.
func TestHTTPBefore(t *testing.T) {
	frames := []string{"frame text \"Hi\""}
	const heads = "request GET /chat HTTP/1.1|response HTTP/1.1 101 Switching Protocols"
	hi := ">" + string(frame(protocol.Client, 0x81, "Hi"))
	for name, tt := range map[string]struct {
		says []string
		want string
	}{
		"a page":    {[]string{">GET / HTTP/1.0\r\n\r\n", "<HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nyo"}, "request GET / HTTP/1.0|response HTTP/1.1 200 OK|body body, 2 bytes|"},
		"a refusal": {[]string{">" + asks, "<HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nContent-Length: 2\r\n\r\nno"}, "request GET /chat HTTP/1.1|response HTTP/1.1 401 Unauthorized|body body, 2 bytes|"},
		"a form":    {[]string{">POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na=b", "<HTTP/1.1 204 No Content\r\n\r\n"}, "request POST / HTTP/1.1|body body, 3 bytes|response HTTP/1.1 204 No Content|"},
		"a proxy":   {[]string{">PROXY TCP4 192.0.2.1 192.0.2.2 50000 80\r\n"}, "proxied PROXY TCP4 192.0.2.1 192.0.2.2 50000 80|"},
		"a tunnel":  {[]string{">CONNECT a:80 HTTP/1.1\r\n\r\n", "<HTTP/1.1 200 OK\r\n\r\n"}, "request CONNECT a:80 HTTP/1.1|response HTTP/1.1 200 OK|"},
	} {
		_, steps := run(t, saidBy(append(tt.says, ">"+asks, "<"+agrees, hi)...))
		want := append(strings.Split(tt.want+heads, "|"), frames...)
		if diff := cmp.Diff(want, outline(steps)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		for _, p := range steps {
			checkMermaid(t, p.Part)
			if p.Kind != Frame && p.Kind != Body && p.Plain == (p.Kind == Proxied || strings.Contains(string(p.Bytes), "Sec-WebSocket-") || strings.Contains(string(p.Bytes), "NTLM")) {
				t.Errorf("%s: %s: plain is %v", name, p.Summary(), p.Plain)
			}
		}
	}
}

// A part has the time at which its last bytes came, also if that is not all of it.
func TestTimes(t *testing.T) {
	_, steps := run(t, saidBy(">"+asks, "<"+agrees+"\x81", ">\x81\x82aaaa", "<\x05He"))
	var got []time.Duration
	for _, s := range steps {
		got = append(got, s.At)
	}
	const ms = time.Millisecond
	if diff := cmp.Diff([]time.Duration{0, 1 * ms, 3 * ms, 2 * ms}, got); diff != "" {
		t.Error(diff)
	}
}

// Of what is long and no frame, no more than a piece is held.
func TestPieces(t *testing.T) {
	for name, says := range map[string][]string{
		"body":   {">GET / HTTP/1.1\r\n\r\n", "<HTTP/1.1 200 OK\r\n\r\n"},
		"unread": {"<220 mail"},
	} {
		s := NewSession(protocol.Config{})
		for _, one := range saidBy(says...) {
			s.Write(one.from, 0, one.bytes)
		}
		for range 10 {
			steps := s.Write(protocol.Server, 0, make([]byte, pieceSize))
			if len(steps) != 1 || string(steps[0].Kind) != name || len(steps[0].Bytes) != pieceSize || steps[0].Violation != nil && steps[0].Offset > 0 {
				t.Fatalf("%s: %d steps", name, len(steps))
			}
		}
	}
}

// What is missing of a body is no frame; after a head that is missing either may
// come.
func TestGapInHTTP(t *testing.T) {
	s := NewSession(protocol.Config{})
	s.Write(protocol.Client, 0, []byte("GET / HTTP/1.1\r\n\r\n"))
	s.Write(protocol.Server, 0, []byte("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"))
	steps, rest := s.Gap(protocol.Server, 4)
	got := outline(steps)
	if rest != 0 {
		t.Errorf("%d bytes of what?", rest)
	}
	got = append(got, outline(s.Write(protocol.Server, 0, []byte("xyzHTTP/1.1 2")))...)
	if steps, rest = s.Gap(protocol.Server, 100); rest >= 0 {
		t.Errorf("%d bytes of what, after a head?", rest)
	}
	got = append(got, outline(steps)...)
	s.Write(protocol.Client, 0, []byte(asks))
	got = append(got, outline(s.Write(protocol.Server, 0, []byte(agrees+"\x81\x01\xff")))...)
	want := []string{"body body, 2 bytes", "body body, 3 bytes", "unread 10 bytes that are no frames", "response HTTP/1.1 101 Switching Protocols", "frame text 1 byte 6455-8.1-1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
