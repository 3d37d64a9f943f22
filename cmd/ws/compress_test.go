package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// longLine is over the threshold for compression.
var longLine = strings.Repeat("to be compressed ", 20)

// What is offered and what is accepted are the flags' values, whoever has them.
func TestCompressionAgreed(t *testing.T) {
	for _, c := range []struct{ name, serve, connect, agreed string }{
		{"neither", "", "", ""},
		{"serve only", "-compress", "", ""},
		{"connect only", "", "-compress", ", without compression"},
		{"both", "-compress", "-compress",
			", permessage-deflate; server_no_context_takeover; client_no_context_takeover"},
		{"takeover", "-compress -context-takeover", "-compress -context-takeover", ", permessage-deflate"},
		{"no takeover for serve", "-compress", "-compress -context-takeover",
			", permessage-deflate; server_no_context_takeover; client_no_context_takeover"},
		{"windows of serve", "-compress -context-takeover -window-bits 10 -peer-window-bits 11", "-compress -context-takeover",
			", permessage-deflate; server_max_window_bits=10; client_max_window_bits=11"},
		{"windows of connect", "-compress -context-takeover", "-compress -context-takeover -window-bits 10 -peer-window-bits 11",
			", permessage-deflate; server_max_window_bits=11; client_max_window_bits=10"},
		{"a budget for one window", "-compress -context-takeover -compress-budget 1", "-compress -context-takeover",
			", permessage-deflate; server_no_context_takeover; client_no_context_takeover"},
		{"no budget", "-compress -context-takeover -compress-budget 0", "-compress -context-takeover", ", permessage-deflate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, address := serve(t, strings.Fields(c.serve)...)
			url, greeting := "ws://"+address+"/", ""
			if c.agreed != "" {
				greeting = "ws: connected to " + url + c.agreed + "\n"
			}
			connect(t, longLine+"\n\nshort\n", append(strings.Fields(c.connect), url)...).
				want(0, longLine+"\n\nshort\n", greeting)
		})
	}
}

// -compress alone has the server promise to keep no window, whatever it is
// offered.
func TestServeCompressPromisesNoContextTakeover(t *testing.T) {
	_, address := serve(t, "-compress")
	for _, offer := range []string{
		"permessage-deflate",
		"permessage-deflate; client_max_window_bits",
		"permessage-deflate; server_no_context_takeover; client_no_context_takeover",
	} {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		io.WriteString(conn, "GET / HTTP/1.1\r\nHost: "+address+"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"+
			"Sec-WebSocket-Extensions: "+offer+"\r\n\r\n")
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		got := response.Header.Get("Sec-WebSocket-Extensions")
		if want := "permessage-deflate; server_no_context_takeover; client_no_context_takeover"; got != want {
			t.Errorf("offered %s: accepted %s, want %s", offer, got, want)
		}
	}
}

// Compressed frames have RSV1, and messages below the threshold do not.
func TestConnectFramesCompressed(t *testing.T) {
	const short = "aaaaaaaaaaaaaaaaaaaa"
	key := regexp.MustCompile(`mask=[0-9a-f]{8}`)
	length := regexp.MustCompile(`(RSV1 text .*?len)=[0-9]{1,2}\b`)
	for _, c := range []struct {
		name, serve, connect string
		want                 []string
	}{
		{"default", "-compress", "-compress",
			[]string{"> FIN RSV1 text mask=K len=N", "< FIN RSV1 text len=N", "> FIN text mask=K len=20", "< FIN text len=20"}},
		{"all", "-compress -compress-threshold 0", "-compress -compress-threshold 0",
			[]string{"> FIN RSV1 text mask=K len=N", "< FIN RSV1 text len=N", "> FIN RSV1 text mask=K len=N", "< FIN RSV1 text len=N"}},
		{"connect only", "-compress -compress-threshold 1000", "-compress",
			[]string{"> FIN RSV1 text mask=K len=N", "< FIN text len=340", "> FIN text mask=K len=20", "< FIN text len=20"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, address := serve(t, strings.Fields(c.serve)...)
			p := start(t, append(strings.Fields("connect -frames "+c.connect), "ws://"+address+"/")...)
			for _, text := range []string{longLine, short} {
				p.say(text + "\n")
				p.stdout.wait(t, text+"\n")
			}
			p.stdin.Close()
			<-p.ended
			var got []string
			for text := range strings.Lines(p.stderr.String()) {
				if text = strings.TrimSpace(strings.TrimPrefix(text, "ws: ")); strings.Contains(text, " text ") {
					got = append(got, length.ReplaceAllString(key.ReplaceAllString(text, "mask=K"), "$1=N"))
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q\nwant %q", got, c.want)
			}
		})
	}
}

// Broadcast messages reach those who agreed on compression and those who did
// not.
func TestBroadcastCompressed(t *testing.T) {
	_, address := serve(t, "-compress", "-context-takeover")
	url := "ws://" + address + "/broadcast"
	var members []*process
	for _, flags := range []string{"", "-compress", "-compress -context-takeover"} {
		p := start(t, append(strings.Fields("connect "+flags), url)...)
		p.say("here\n")
		p.stdout.wait(t, "here\n")
		members = append(members, p)
	}
	for n, from := range members {
		text := strings.Repeat(longLine, n+1)
		from.say(text + "\n")
		for _, to := range members {
			to.stdout.wait(t, "\n"+text+"\n")
		}
	}
}

func TestAutobahnCompressed(t *testing.T) {
	var accepted []websocket.CompressedStats
	url := listenCompressed(t, &fuzzer{count: "1", cases: map[string]func(context.Context, *websocket.Conn) error{
		"1": func(ctx context.Context, c *websocket.Conn) error {
			err := wantEcho(websocket.Text, []byte(longLine))(ctx, c)
			accepted = append(accepted, c.Stats().Inflated, c.Stats().Deflated)
			return err
		},
	}})
	start(t, "autobahn", "-compress", "-url", url+"base").want(0, "case 1 of 1: 1000 (normal closure)\n", "")
	for _, s := range accepted {
		if s.Messages != 1 || s.Wire >= s.Contents {
			t.Errorf("%+v, want one compressed message", s)
		}
	}
	if len(accepted) != 2 {
		t.Error("the case was not run")
	}
}

// listenCompressed is listen for a server that agrees to compression.
func listenCompressed(t *testing.T, f *fuzzer) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server.Server{Handle: f.serve}
	s.Options.Compression.Mode = websocket.ContextTakeover
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return "ws://" + l.Addr().String() + "/"
}
