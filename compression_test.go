package rfc6455_test

import (
	"bytes"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Whatever client and server wish for, messages arrive, compressed if both want that, and what was reserved for
// them is given back in the end.
//
//rfc:7692-5-6 7692-5-21 7692-5-23
func TestCompressionOfBothSides(t *testing.T) {
	budget := websocket.NewBudget(1 << 20)
	options := []websocket.Compression{
		{},
		{Mode: websocket.NoContextTakeover},
		{Mode: websocket.ContextTakeover},
		{Mode: websocket.ContextTakeover, WindowBits: 8, PeerWindowBits: 9},
		{Mode: websocket.NoContextTakeover, WindowBits: 10, PeerWindowBits: 15, Level: 9},
		{Mode: websocket.ContextTakeover, Budget: budget},
		{Mode: websocket.ContextTakeover, WindowBits: 12, PeerWindowBits: 11, Budget: budget},
		{Mode: websocket.ContextTakeover, Budget: websocket.NewBudget(1)},
		{Mode: websocket.ContextTakeover, Budget: websocket.NewBudget(0)},
	}
	for i, ours := range options {
		raw, throughHTTP := serveBothWays(t, &server.Options{Compression: ours})
		for j, theirs := range options {
			compressed := i%8 != 0 && j%8 != 0 // neither off nor without a budget
			for _, url := range []string{raw, throughHTTP} {
				t.Run(fmt.Sprintf("server %d client %d", i, j), func(t *testing.T) {
					exchange(t, url, &client.Options{Compression: theirs}, compressed)
				})
			}
		}
	}
	eventually(t, "the budget is not given back", func() bool { return budget.Used() == 0 })
}

// serveBothWays serves a server that answers, and returns its URLs: that of a listener of its own and that of
// net/http.
func serveBothWays(t *testing.T, o *server.Options) (raw, throughHTTP string) {
	srv := server.Handler(answer, o)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error)
	go func() { served <- srv.Serve(l) }()
	hs := httptest.NewServer(srv)
	t.Cleanup(func() {
		srv.Close()
		<-served
		hs.Close()
	})
	return "ws://" + l.Addr().String(), "ws" + strings.TrimPrefix(hs.URL, "http")
}

// exchange sends messages that compress well and wants them back.
func exchange(t *testing.T, url string, o *client.Options, compressed bool) {
	c, resp, err := client.Dial(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	agreed := resp.Header.Get("Sec-WebSocket-Extensions")
	if (agreed != "") != compressed {
		t.Errorf("agreed on %q", agreed)
	}
	const size, count = 1000, 10
	for i := range count {
		message := bytes.Repeat([]byte{byte('a' + i), ' '}, size/2)
		if err := c.Write(t.Context(), websocket.Text, message); err != nil {
			t.Fatal(err)
		}
		if _, got, err := c.Read(t.Context()); !bytes.Equal(got, message) || err != nil {
			t.Fatalf("got %d bytes, %v", len(got), err)
		}
	}
	s := c.Stats()
	if (s.BytesWritten < count*size/2) != compressed || (s.BytesRead < count*size/2) != compressed {
		t.Errorf("%q: %d bytes written and %d read for %d messages of %d", agreed, s.BytesWritten, s.BytesRead, count, size)
	}
	if err := c.Close(t.Context(), websocket.CloseNormal, ""); err != nil {
		t.Error(err)
	}
}
