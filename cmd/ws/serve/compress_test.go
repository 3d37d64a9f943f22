package serve

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
)

// -compress alone has the server promise to keep no window, whatever it is
// offered.
func TestServeCompressPromisesNoContextTakeover(t *testing.T) {
	_, address := ws.Serve(t, "-compress")
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

// Broadcast messages reach those who agreed on compression and those who did
// not.
func TestBroadcastCompressed(t *testing.T) {
	_, address := ws.Serve(t, "-compress", "-context-takeover")
	url := "ws://" + address + "/broadcast"
	var members []*wstest.Process
	for _, flags := range []string{"", "-compress", "-compress -context-takeover"} {
		p := ws.Start(t, append(strings.Fields("connect "+flags), url)...)
		p.Say("here\n")
		p.Stdout.Wait(t, "here\n")
		members = append(members, p)
	}
	for n, from := range members {
		text := strings.Repeat(wstest.LongLine, n+1)
		from.Say(text + "\n")
		for _, to := range members {
			to.Stdout.Wait(t, "\n"+text+"\n")
		}
	}
}
