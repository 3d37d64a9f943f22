package inspect

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/transcript"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// inspect runs ws inspect with stdin and returns what it prints.
func inspect(t testing.TB, stdin string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	p := ws.Start(t, append([]string{"inspect"}, args...)...)
	io.WriteString(p.Stdin, stdin) // not all of it if the input is a file
	p.Stdin.Close()
	status = <-p.Ended
	return status, p.Stdout.String(), p.Stderr.String()
}

const (
	maskedHello = "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"
	helloLine   = "< 81 85 37 fa 21 3d 7f 9f 4d 51 58                        | FIN text mask=37fa213d len=5 \"Hello\"\nevent   text fin \"Hello\"\n"
	openHello   = "< 81 05 48 65 6c 6c 6f                                    | FIN text len=5 \"Hello\"\n"
	packedHello = "< c1 07 f2 48 cd c9 c9 07 00                              | FIN RSV1 text len=7 \"\\xf2H\\xcd\\xc9\\xc9\\a\\x00\"\n"
)

// The input is recognised, and what it does not say is guessed or said by flags.
func TestInspectInput(t *testing.T) {
	for _, tt := range []struct {
		name, stdin, args string
		status            int
		stdout, stderr    string
	}{
		{"hex", "81 85 37 fa 21 3d 7f 9f 4d 51 58\n", "", 0, "side    server\n" + helloLine, ""},
		{"hex with anything", "[]byte = nothing", "", 1, "", "ws: the input is text, but no bytes in hex: line 1: "},
		{"hex of Go", "// Hello\n0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d,\n0x7f, 0x9f, 0x4d, 0x51, 0x58,\n", "", 0, "side    server\n" + helloLine, ""},
		{"raw", maskedHello, "", 0, "side    server\n" + helloLine, ""},
		{"raw of a server", "\x81\x05Hello", "", 0, "side    client\n" + openHello + "event   text fin \"Hello\"\n", ""},
		{"from the other side", "\x81\x05Hello", "-from client", 1, "side    server\n" + openHello + "fail    1002 6455-5.1-3\n" +
			"# broken: a frame from the client is not masked [6455-5.1-3]: MASK, in byte 1 of\n#         what the client sent\n", "ws: broken: 6455-5.1-3 "},
		{"from this side", maskedHello, "-from server", 1, "side    client\n", "ws: broken: 6455-5.1-6 "},
		{"not agreed", "c1 07 f2 48 cd c9 c9 07 00", "", 1, "side    client\n" + packedHello + "fail    1002 6455-5.2-5\n", "ws: broken: 6455-5.2-5 "},
		{"agreed", "c1 07 f2 48 cd c9 c9 07 00", "-deflate permessage-deflate;server_no_context_takeover", 0,
			"side    client\ndeflate server_no_context_takeover\n" + packedHello + "event   text fin \"Hello\"\n", ""},
		{"a fixture", "> 81 05 48 65 6c 6c 6f\n< 88 80 00 00 00 00", "", 0,
			"side    server\n" + strings.Replace(openHello, "<", ">", 1) + "event   text fin \"Hello\"\n", ""},
		{"a fixture of two sides", "side client\n< 81 05 48 65 6c 6c 6f\nside server\n< 81 05 48 65 6c 6c 6f", "", 1,
			"side client\n" + openHello + "event   text fin \"Hello\"\n\nside server\n" + openHello + "fail    1002 6455-5.1-3\n", "ws: broken: 6455-5.1-3 "},
		{"a fixture with a number", "side client\nlimit MaxMessage many", "", 1, "", "ws: line 2: \"many\" is no number\n"},
		{"a fixture with a limit", "side client\nlimit MaxWhat 3", "", 1, "", "ws: line 2: \"MaxWhat\" is no limit\n"},
		{"a fixture of what", "side other\n", "", 1, "", "ws: line 1: \"other\" is neither client, server nor both\n"},
		{"a HAR file that is cut", `{"log":{"entries":[{"_webSocketMessages":[{"type":"send","data":"Hel`, "", 1, "", "ws: the input is JSON, but no whole HAR file\n"},
		{"a fixture with no hex", "side client\n< 8x\n", "", 1, "", "ws: line 2: encoding/hex: invalid byte: U+0078 'x'\n"},
		{"a request", "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nSec-WebSocket-Version: 13\r\n\r\n", "", 1, "side    server\n# < GET / HTTP/1.1\n# < Host: a\n# < Upgrade: h2c\n# < Sec-WebSocket-Version: 13\n# <\n# broken: Upgrade does not contain websocket [6455-4.2.1-7]\n", "ws: broken: 6455-4.2.1-7 "},
		{"a request for a page", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "", 0, "side    server\n# < GET / HTTP/1.1\n# < Host: a\n# <\n", ""},
		{"a response and frames", "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00", "", 0,
			"side    client\n# < HTTP/1.1 101 Switching Protocols\n# < Sec-WebSocket-Extensions: permessage-deflate\n# <\ndeflate\n" + packedHello + "event   text fin \"Hello\"\n", ""},
		{"a response that did not agree", "HTTP/1.1 101 Switching Protocols\r\n\r\n\xc1\x00", "-deflate permessage-deflate", 1,
			"side    client\ndeflate\n# < HTTP/1.1 101 Switching Protocols\n# <\n< c1 00                                                   | FIN RSV1 text len=0\nfail    1002 6455-5.2-5\n", "ws: broken: 6455-5.2-5 "},
		{"half a frame", "81 05 48", "", 0, "side    client\n< 81 05 48                                                | FIN text len=5 \"H\"\nevent   text \"H\"\n" +
			"# Of 5 bytes of payload 1 are there.\n", ""},
		{"after the end", "88 00 81 00", "", 0, "side    client\n< 88 00                                                   | FIN close len=0\nevent   close\n" +
			"< 81 00                                                   | FIN text len=0\n# It comes after the end of the connection and is not looked at [6455-1.4-1].\n", ""},
		{"a bomb", "00*1000000000", "", 1, "", "ws: the input is text, but no bytes in hex: line 1: more than "},
		{"nothing", " \n", "", 1, "", "ws: nothing to inspect\n"},
		{"no file", "", "nowhere.pcap", 1, "", "ws: open nowhere.pcap: "},
		{"a folder", "", "testdata", 1, "", "ws: read testdata: is a directory\n"},
		{"no transcript", "# ws transcript 1\nx", "", 1, "", "ws: line 2: "},
		{"no capture", "\xd4\xc3\xb2\xa1", "", 1, "", "ws: the capture cannot be read: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := inspect(t, tt.stdin, strings.Fields(tt.args)...)
			if status != tt.status || !strings.HasPrefix(stdout, tt.stdout) || !strings.HasPrefix(stderr, tt.stderr) || tt.stderr == "" && stderr != "" {
				t.Errorf("exit status %d, stdout:\n%s\nstderr: %s\n%s", status, stdout, stderr, cmp.Diff(tt.stdout, stdout))
			}
		})
	}
}

// greetings is a connection as ws proxy records it.
func greetings(t testing.TB) (events []transcript.Event) {
	t.Helper()
	u, err := handshake.ParseURL("ws://server.example.com/chat")
	if err != nil {
		t.Fatal(err)
	}
	key := handshake.NewKey()
	deflate := handshake.OfferDeflate(handshake.Deflate{})
	request, err := handshake.AppendRequest(nil, u, handshake.Offer{Key: key, Extensions: []handshake.Extension{deflate}})
	if err != nil {
		t.Fatal(err)
	}
	response, err := handshake.AppendResponse(nil, handshake.Response{Key: key, Extensions: []handshake.Extension{{Name: deflate.Name}}})
	if err != nil {
		t.Fatal(err)
	}
	packed := []byte("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00")
	const c, s = protocol.Client, protocol.Server
	events = []transcript.Event{
		{From: c, Kind: transcript.Open, Note: "ws://server.example.com/chat from 127.0.0.1:50412"},
		{From: c, Data: request}, {From: s, Data: response}, {From: c, Data: []byte(maskedHello)},
		{From: s, Data: packed[:3]}, {From: s, Data: packed[3:]}, {From: s, Kind: transcript.End}, {From: c, Kind: transcript.Reset},
	}
	for i := range events {
		if events[i].Conn, events[i].At = 1, time.Duration(i)*time.Second; events[i].Data != nil {
			events[i].Kind = transcript.Bytes
		}
	}
	return events
}

// A transcript is shown as a capture is.
func TestInspectTranscript(t *testing.T) {
	var b bytes.Buffer
	w := transcript.NewWriter(&b)
	for _, e := range greetings(t) {
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	status, stdout, stderr := inspect(t, b.String())
	_, frames, _ := strings.Cut(stdout, "\ndeflate\n")
	want := "\n# 3.000000 s, client\n" + strings.Replace(helloLine, "<", ">", 1) + "\n# 5.000000 s, server\n" + packedHello + "event   text fin \"Hello\"\n" +
		"\n# 6.000000 s, server\n# < FIN: it sends no more\n\n# 7.000000 s, client\n# > RST: it cuts the connection\n"
	begin := "# connection 1\n# ws://server.example.com/chat from 127.0.0.1:50412\nside    client\n\n# 1.000000 s, client\n# > GET /chat HTTP/1.1\n"
	if status != 0 || stderr != "" || frames != want || !strings.HasPrefix(stdout, begin) {
		t.Errorf("exit status %d: %s\n%s\n%s", status, stderr, stdout, cmp.Diff(want, frames))
	}
}

// Plain HTTP in a recording is nothing broken, and WebSocket may follow it.
func TestInspectRecordedHTTP(t *testing.T) {
	var b bytes.Buffer
	w := transcript.NewWriter(&b)
	events := greetings(t)
	plain := []transcript.Event{events[0],
		{Conn: 1, From: protocol.Client, Kind: transcript.Bytes, Data: []byte("GET / HTTP/1.0\r\n\r\n")},
		{Conn: 1, From: protocol.Server, Kind: transcript.Bytes, Data: []byte("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno")}}
	for _, e := range append(plain, events[1:]...) {
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	status, stdout, stderr := inspect(t, b.String())
	for _, want := range []string{"# > GET / HTTP/1.0\n", "# < 6e 6f                                                 | \"no\"\n", "# > GET /chat HTTP/1.1\n", "event   text fin \"Hello\"\n"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("want %q in:\n%s", want, stdout)
		}
	}
	if status != 0 || stderr != "" {
		t.Errorf("exit status %d: %s", status, stderr)
	}
}

// On a terminal of 80 columns lines are not broken if that can be helped.
func TestInspectShown(t *testing.T) {
	p := ws.StartIn(t, command.Environment{Shown: true}, "inspect")
	p.Say(maskedHello + "\x82\x90\x00\x00\x00\x00" + strings.Repeat("\xff\xfe", 8))
	p.Stdin.Close()
	p.Want(0, "side    server\n"+
		"< 81 85 37 fa 21 3d 7f 9f 4d 51 58        | FIN text mask=37fa213d len=5 \"Hello\"\nevent   text fin \"Hello\"\n"+
		"< 82 90 00 00 00 00                            | FIN binary mask=00000000 len=16\n"+
		"< "+strings.Repeat("ff fe ", 8)+"        | \""+strings.Repeat(`\xff\xfe`, 8)+"\"\nevent   binary fin \""+strings.Repeat(`\xff\xfe`, 8)+"\"\n", "")
}

// What waits for more input ends with Ctrl-C.
func TestInspectInterrupted(t *testing.T) {
	p := ws.StartIn(t, command.Environment{Typed: true}, "inspect")
	p.Stderr.Wait(t, "Ctrl-D")
	p.Signals <- os.Interrupt
	p.Want(command.ExitInterrupt, "", "ws: paste bytes in hex, then press Ctrl-D on a line of its own\n")
}
