package report

import (
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/protocol"
)

// hostile is what a peer might be called, or send: for a terminal, for XML, for
// HTML, for a script, for a table.
const hostile = "\x1b[2J\x00</script><script>alert(1)</script>]]>\"'&|`\u202e\xff"

const (
	request = "GET /echo HTTP/1.1\r\nHost: localhost:9001\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
	response = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)

func toServer(ms int, b string) verdict.Chunk { return chunk(protocol.Client, ms, b) }
func toClient(ms int, b string) verdict.Chunk { return chunk(protocol.Server, ms, b) }

func chunk(from protocol.Role, ms int, b string) verdict.Chunk {
	return verdict.Chunk{At: time.Duration(ms) * time.Millisecond, From: from, Bytes: []byte(b)}
}

// opened are chunks after an opening handshake.
func opened(chunks ...verdict.Chunk) []verdict.Chunk {
	return append([]verdict.Chunk{toServer(0, request), toClient(1, response)}, chunks...)
}

// The cases.
var (
	echoWhole     = &verdict.Case{ID: "6455-5.6-3/text@whole", Title: "A message of text comes back.", Rules: []string{"6455-5.6-3"}, Autobahn: []string{"1.1.2"}}
	echoBytewise  = &verdict.Case{ID: "6455-5.6-3/text@bytewise", Title: echoWhole.Title, Rules: echoWhole.Rules, Autobahn: echoWhole.Autobahn}
	closeWhole    = &verdict.Case{ID: "6455-5.5.1-4/close-1-byte@whole", Title: "A Close frame with one byte.", Rules: []string{"6455-5.5.1-4"}, Autobahn: []string{"7.3.2"}}
	closeBytewise = &verdict.Case{ID: "6455-5.5.1-4/close-1-byte@bytewise", Title: closeWhole.Title, Rules: closeWhole.Rules, Autobahn: closeWhole.Autobahn}
	closeStrange  = &verdict.Case{ID: "6455-5.5.1-10/close-4000@whole", Title: "A Close frame with 4000.", Rules: []string{"6455-5.5.1-10"}}
	ping          = &verdict.Case{ID: "6455-5.5.2-3/ping@chop=3", Title: "A Ping is answered.", Rules: []string{"6455-5.5.2-3"}, Autobahn: []string{"2.1", "2.2"}}
	deflate       = &verdict.Case{ID: "7692-7.2.3.5-1/two-blocks@whole", Title: "A message in two blocks.", Rules: []string{"7692-7.2.3.5-1"}, Autobahn: []string{"12.1.1"}}
	unknownCase   = &verdict.Case{ID: "autobahn/7.1.6", Title: "A Close behind 256 KiB.", Autobahn: []string{"7.1.6"}}
	handshakeCase = &verdict.Case{ID: "6455-4.2.1-11/version-12", Title: "Version 12 is refused.", Rules: []string{"6455-4.2.1-11"}}
	load          = &verdict.Case{ID: "6455-5.4-6/generate@whole", Title: "A message of 4 MiB in fragments.", Rules: []string{"6455-5.4-6"}, Autobahn: []string{"9.3.1"}}
)

func init() {
	for _, c := range []*verdict.Case{echoWhole, echoBytewise, closeWhole, closeBytewise, closeStrange, ping, deflate, unknownCase, handshakeCase, load} {
		c.Peer = protocol.Server
	}
}

var (
	hello     = toServer(2, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58")
	helloBack = toClient(3, "\x81\x05Hello")
	oneByte   = toServer(2, "\x88\x81\x37\xfa\x21\x3d\x34")
)

// made returns runs of all sorts: one where most is well, one of a peer that is
// as bad as can be.
func made() []verdict.Run {
	began := time.Date(2026, 3, 4, 15, 16, 17, 0, time.UTC)
	wantClose := "Close 1002, or the end of the connection"
	good := []verdict.Result{
		{Case: echoWhole, Verdict: verdict.Pass, Want: `text "Hello"`, Close: 1000, Took: 4 * time.Millisecond, Wire: opened(hello, helloBack)},
		{Case: echoBytewise, Verdict: verdict.Pass, Want: `text "Hello"`, Close: 1000, Took: 5 * time.Millisecond},
		{Case: closeWhole, Verdict: verdict.Pass, Want: wantClose, Close: 1002, Took: time.Millisecond, Wire: opened(oneByte, toClient(4, "\x88\x02\x03\xea"))},
		{
			Case: closeStrange, Verdict: verdict.NonStrict, Broken: []string{"6455-5.5.1-10"}, Want: "Close 4000", Got: "Close 1002", Close: 1002,
			Wire: opened(toServer(2, "\x88\x82\x37\xfa\x21\x3d\x38\x5a"), toClient(4, "\x88\x02\x03\xea")),
		},
		{Case: deflate, Verdict: verdict.Unimplemented, Want: "permessage-deflate", Got: "no extension", Took: time.Second},
		{Case: unknownCase, Verdict: verdict.Informational, Got: "Close 1000", Close: 1000},
	}
	masked := "\x81\x83\x00\x00\x00\x00abc"
	bad := []verdict.Result{
		{Case: echoWhole, Verdict: verdict.Fail, Broken: []string{"6455-5.1-5"}, Want: `text "Hello"`, Got: "a masked frame", Wire: opened(hello, toClient(3, masked), toClient(4, "\x82\x05"+hostile[:5]))},
		{Case: closeWhole, Verdict: verdict.Fail, Broken: []string{"6455-5.5.1-4"}, Want: wantClose, Got: "Close " + hostile, Close: 1005, Wire: opened(oneByte, toClient(12345, "\x88\x00"))},
		{Case: closeBytewise, Verdict: verdict.Fail, Broken: []string{"6455-5.5.1-4"}, Want: wantClose, Got: "Close " + hostile, Close: 1005},
		{Case: ping, Verdict: verdict.Pass, Want: "a Pong", Close: 1000, Wire: opened(toServer(2, "\x89\x80\x37\xfa\x21\x3d"), toClient(4, "\x8a\x00"))},
		{
			Case: load, Verdict: verdict.Fail, Broken: []string{"6455-5.4-6"}, Want: "4 MiB of text", Got: "nothing for 2 s",
			Wire: opened(generated(), toServer(5, "\x89\x80\x00\x00\x00\x00"), toClient(6, "\x8a\x00")),
		},
		{Case: handshakeCase, Verdict: verdict.Fail, Broken: []string{"6455-4.2.1-11", "9999-1-1"}, Want: "refused", Got: "101", Wire: []verdict.Chunk{
			toServer(0, strings.Replace(request, "13", "12", 1)), toClient(1, response), toClient(2, hostile),
		}},
		{Case: deflate, Verdict: verdict.Error, Got: "connection refused"},
	}
	return []verdict.Run{
		{Subject: "ws://localhost:9001/echo", Began: began, Took: 300 * time.Millisecond, Results: good, Command: "ws conformance -case %s ws://localhost:9001/echo"},
		{Subject: "bad " + hostile, Began: began.Add(time.Hour), Took: 12 * time.Second, Results: bad, Command: "ws conformance -listen :9001 -case %s"},
	}
}

// generated is a frame of which most was not kept.
func generated() verdict.Chunk {
	c := toServer(3, "\x81\xff\x00\x00\x00\x00\x00\x40\x00\x00\x00\x00\x00\x00"+strings.Repeat("Lorem ipsum dolor ", 60))
	c.Left = 4<<20 - 60*18
	return c
}
