package http1

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/protocol"
)

// Requests and answers.
const (
	ask     = "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	yes101  = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
	get     = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
	ok0     = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
	refusal = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno"
	masked  = "\x81\x80\x00\x00\x00\x00"
)

// follower cuts what both sides say into pieces.
type follower struct {
	conn *Conn
	held [2]string
}

// say returns in words what a side says, "> " or "< " before it, is.
func (f *follower) say(text string) (all []string) {
	from, name := protocol.Server, "<"
	if text[0] == '>' {
		from, name = protocol.Client, ">"
	}
	f.held[from] += text[1:]
	for {
		b := f.held[from]
		p := f.conn.Side(from).Next([]byte(b))
		word := [...]string{"", "proxied", "request", "response", "body", "frames", "other"}[p.Kind]
		switch p.Kind {
		case More:
			return all
		case Frames, Other:
			f.held[from] = ""
			return append(all, fmt.Sprintf("%s %s %d", name, word, len(b)))
		case Request:
			word += " " + p.Head.Method + " " + p.Head.Target
		case Response:
			word += fmt.Sprint(" ", p.Head.Status)
		case Body:
			word += fmt.Sprint(" ", p.Size)
			if p.Last {
				word += " last"
			}
		case Proxied:
			word += " " + Whom([]byte(b[:p.Size]))
		}
		if p.Plain {
			word += " plain"
		}
		f.held[from] = b[p.Size:]
		all = append(all, name+" "+word)
	}
}

func TestFollowed(t *testing.T) {
	for name, tt := range map[string]struct{ says, want string }{
		"at once":                 {">" + ask + "|<" + yes101 + "\x81\x00|>" + masked, "> request GET /chat|< response 101|< frames 2|> frames 6"},
		"the second request":      {">" + get + "|<" + ok0 + "|>" + ask + "|<" + yes101 + "|>" + masked, "> request GET / plain|< response 200 plain|> request GET /chat|< response 101|> frames 6"},
		"a refusal before":        {">" + ask + "|<" + refusal + "|>" + ask + "|<" + yes101 + "|>" + masked + "|<\x81\x00", "> request GET /chat|< response 401|< body 2 last|> request GET /chat|< response 101|> frames 6|< frames 2"},
		"not waiting":             {">" + ask + masked + "|<" + yes101, "> request GET /chat|> frames 6|< response 101"},
		"interim":                 {">" + ask + "|<HTTP/1.1 103 Early Hints\r\n\r\n" + yes101, "> request GET /chat|< response 103|< response 101"},
		"no body after HEAD":      {">HEAD / HTTP/1.1\r\n\r\n|<HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n|>" + ask + "|<" + yes101, "> request HEAD / plain|< response 200 plain|> request GET /chat|< response 101"},
		"no body by its status":   {">" + get + "|<HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n|>" + ask + "|<" + yes101, "> request GET / plain|< response 304 plain|> request GET /chat|< response 101"},
		"pipelined":               {">" + get + ask + "|<" + ok0 + yes101 + "|>" + masked, "> request GET / plain|> request GET /chat|< response 200 plain|< response 101|> frames 6"},
		"a request with a body":   {">POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nGET" + ask, "> request POST / plain|> body 3 last|> request GET /chat"},
		"in chunks":               {">POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nGET\r\n0\r\nA: b\r\n\r\n" + ask, "> request POST / plain|> body 23 last|> request GET /chat"},
		"chunks that are none":    {">" + get + "|<HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n0\r\n\r\n" + ok0, "> request GET / plain|< response 200 plain|< body 46"},
		"until the end":           {">" + get + "|<HTTP/1.1 200 OK\r\n\r\n" + ok0, "> request GET / plain|< response 200 plain|< body 38"},
		"the answer first":        {"<" + yes101 + "\x81\x00|>" + ask + masked, "< response 101|< frames 2|> request GET /chat|> frames 6"},
		"to something else":       {">GET / HTTP/1.1\r\nUpgrade: h2c\r\n\r\n|<HTTP/1.1 101 x\r\nUpgrade: h2c\r\n\r\nabc|>PRI * HTTP/2.0\r\n", "> request GET / plain|< response 101 plain|< other 3|> other 16"},
		"though nobody asked":     {">" + get + "|<" + yes101 + "|>" + masked, "> request GET / plain|< response 101|> frames 6"},
		"line feeds alone":        {">" + strings.ReplaceAll(ask, "\r", "") + masked + "|<" + strings.ReplaceAll(yes101, "\r", "") + "\x81\x00", "> request GET /chat|> frames 6|< response 101|< frames 2"},
		"a folded line":           {">" + strings.Replace(ask, "Host: a", "Host: a\r\n b", 1) + masked, "> request GET /chat|> frames 6"},
		"a URL of ws":             {">" + strings.Replace(ask, "/chat", "ws://a/chat b", 1) + masked, "> request GET ws://a/chat b|> frames 6"},
		"after a refusal":         {">" + ask + "|<" + refusal + "|>" + masked, "> request GET /chat|< response 401|< body 2 last|> other 6"},
		"no HTTP":                 {">\x16\x03\x01|<220 smtp", "> other 3|< other 8"},
		"HTTP/2":                  {">PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "> other 24"},
		"no end":                  {">GET / HTTP/1.1\r\nA: " + strings.Repeat("x", 70000), "> other 70019"},
		"no line":                 {">" + strings.Repeat("x", 70000) + "|<HTTP/1.1 " + strings.Repeat(" ", 70000), "> other 70000|< other 70009"},
		"a tunnel":                {">CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n|<HTTP/1.1 200 Connection established\r\n\r\n|>" + ask + "|<" + yes101 + "\x81\x00|>" + masked, "> request CONNECT a:80 plain|< response 200 plain|> request GET /chat|< response 101|< frames 2|> frames 6"},
		"a tunnel that is not":    {">CONNECT a:80 HTTP/1.1\r\n\r\n|<" + refusal + "|>" + ask, "> request CONNECT a:80 plain|< response 401 plain|< body 2 last|> request GET /chat"},
		"behind a proxy":          {">PROXY TCP4 192.0.2.1 192.0.2.2 50000 80\r\n" + ask, "> proxied PROXY TCP4 192.0.2.1 192.0.2.2 50000 80|> request GET /chat"},
		"behind one, in binary":   {">\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\xc0\x00\x02\x01\xc0\x00\x02\x02\xc3\x50\x00\x50" + ask, "> proxied PROXY TCP4 192.0.2.1 192.0.2.2 50000 80|> request GET /chat"},
		"behind one that is mute": {">\r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x00" + ask, "> proxied PROXY UNKNOWN|> request GET /chat"},
	} {
		t.Run(name, func(t *testing.T) {
			f := follower{conn: New()}
			var got []string
			for says := range strings.SplitSeq(tt.says, "|") {
				got = append(got, f.say(says)...)
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, "|")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			checkBytewise(t, tt.says, got)
		})
	}
}

// checkBytewise checks that how bytes are cut makes no difference but to the
// pieces of bodies, and to how much of frames and what is unknown is seen.
func checkBytewise(t *testing.T, says string, want []string) {
	t.Helper()
	f := follower{conn: New()}
	var got []string
	for says := range strings.SplitSeq(says, "|") {
		for piece := range slices.Chunk([]byte(says[1:]), 1+len(says)/500) {
			for _, piece := range f.say(says[:1] + string(piece)) {
				if words := strings.Fields(piece); words[1] != "frames" && words[1] != "other" && words[1] != "body" {
					got = append(got, piece)
				}
			}
		}
	}
	var heads []string
	for _, piece := range want {
		if words := strings.Fields(piece); words[1] != "frames" && words[1] != "other" && words[1] != "body" {
			heads = append(heads, piece)
		}
	}
	if diff := cmp.Diff(heads, got); diff != "" {
		t.Errorf("byte by byte (-want +got):\n%s", diff)
	}
}

// What is missing of a body may be missing.
func TestGap(t *testing.T) {
	for name, tt := range map[string]struct {
		says    string
		missing int64
		known   bool
		then    string
		want    string
	}{
		"in a body":        {"<HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", 4, true, "<de" + ok0, "< body 2 last|< response 200"},
		"all of it":        {"<HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", 6, true, "<" + ok0, "< response 200"},
		"more than that":   {"<HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", 7, false, "<" + ok0, "< response 200"},
		"in a chunk":       {"<HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc", 6, true, "<\r\n0\r\n\r\n" + ok0, "< body 7 last|< response 200"},
		"between chunks":   {"<HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 6, false, "<" + ok0, "< response 200"},
		"in an endless":    {"<HTTP/1.1 200 OK\r\n\r\n", 6, true, "<" + ok0, "< body 38"},
		"the answer":       {">" + ask, 100, false, "<\x81\x00", "< frames 2"},
		"the answer's end": {"<HTTP/1.1 101", 100, false, "<\x81\x00", "< frames 2"},
	} {
		f := follower{conn: New()}
		f.say(tt.says)
		f.held[protocol.Server] = ""
		if known := f.conn.Side(protocol.Server).Gap(tt.missing); known != tt.known {
			t.Errorf("%s: %v", name, known)
		}
		if got := strings.Join(f.say(tt.then), "|"); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

// A client that never waits does not fill the memory.
func TestMemory(t *testing.T) {
	f := follower{conn: New()}
	for range 2 * mostAsked {
		f.say(">" + get)
	}
	if n := len(f.conn.asked); n != mostAsked {
		t.Errorf("%d requests are remembered", n)
	}
}

func TestIsHead(t *testing.T) {
	for text, want := range map[string]bool{
		get: true, ok0: true, "POST /x HTTP/1.0\r\n": true, "CONNECT a:1 HTTP/1.1\n": true, "GET ": true, "PROXY UNKNOWN\r\n": true, proxyBlock + "\x20\x00\x00\x00": true,
		"": false, "G": false, "81 05": false, "Hello, you": false, "AB\x85 x HTTP/1.1": false, "\r\n\r\n": false, "PRI * HTTP/2.0\r\n": false,
	} {
		if IsHead([]byte(text)) != want {
			t.Errorf("%q: want %v", text, want)
		}
	}
}
