package connect

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
)

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
			_, address := ws.Serve(t, strings.Fields(c.serve)...)
			url, greeting := "ws://"+address+"/", ""
			if c.agreed != "" {
				greeting = "ws: connected to " + url + c.agreed + "\n"
			}
			ws.Connect(t, wstest.LongLine+"\n\nshort\n", append(strings.Fields(c.connect), url)...).
				Want(0, wstest.LongLine+"\n\nshort\n", greeting)
		})
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
			_, address := ws.Serve(t, strings.Fields(c.serve)...)
			p := ws.Start(t, append(strings.Fields("connect -frames "+c.connect), "ws://"+address+"/")...)
			for _, text := range []string{wstest.LongLine, short} {
				p.Say(text + "\n")
				p.Stdout.Wait(t, text+"\n")
			}
			p.Stdin.Close()
			<-p.Ended
			var got []string
			for text := range strings.Lines(p.Stderr.String()) {
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
