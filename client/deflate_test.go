package client_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/websocket"
)

// compressing are options that offer permessage-deflate.
func compressing() *client.Options {
	return &client.Options{Compression: websocket.Compression{Mode: websocket.ContextTakeover}}
}

// What is offered is up to the options.
//
//rfc:7692-4-2 7692-5-1 7692-5-7 7692-5-8 7692-7.1.1.1-1 7692-7.1.1.2-1 7692-7.1.2.1-1 7692-7.1.2.2-1 6455-9-1
//rfc:6455-9.2-1
func TestCompressionOffered(t *testing.T) {
	noLeaks(t)
	offered := make(chan string, 1)
	s := listen(t, func(nc net.Conn) {
		if r, _ := readRequest(nc); r != nil {
			offered <- strings.Join(r.Header["Sec-Websocket-Extensions"], " and ")
		}
	})
	for _, c := range []struct {
		options websocket.Compression
		offer   string
	}{
		{websocket.Compression{}, ""},
		{websocket.Compression{WindowBits: 10, Level: 9}, ""},
		{websocket.Compression{Mode: websocket.ContextTakeover, Budget: websocket.NewBudget(0)}, ""},
		{websocket.Compression{Mode: websocket.ContextTakeover}, "permessage-deflate; client_max_window_bits"},
		{
			websocket.Compression{Mode: websocket.ContextTakeover, WindowBits: 10, PeerWindowBits: 11},
			"permessage-deflate; server_max_window_bits=11; client_max_window_bits=10",
		},
		{
			websocket.Compression{Mode: websocket.NoContextTakeover, WindowBits: 15, PeerWindowBits: 15},
			"permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits",
		},
	} {
		o := &client.Options{Compression: c.options}
		dialFails(t, "ws://"+s.addr, o, client.StageHandshake, "unexpected EOF")
		if got := <-offered; got != c.offer {
			t.Errorf("%+v offers %q, want %q", c.options, got, c.offer)
		}
	}
}

// agreeing is a valid answer with a field of extensions.
func agreeing(extensions string) string {
	return with("Connection:", "Connection: Upgrade\r\nSec-WebSocket-Extensions: "+extensions)
}

// A server may decline, which echo does, or agree to what was offered and to less.
//
//rfc:7692-5-21 7692-7.1.1.2-8 7692-7.1.2.2-4
func TestCompressionAnswered(t *testing.T) {
	noLeaks(t)
	c, _, err := client.Dial(t.Context(), "ws://"+listen(t, echo).addr, compressing())
	if err != nil {
		t.Fatal(err)
	}
	talk(t, c)
	for _, extensions := range []string{
		"permessage-deflate",
		"permessage-deflate; client_no_context_takeover; server_no_context_takeover",
		`permessage-deflate; client_max_window_bits="8"; server_max_window_bits=9`,
	} {
		c, _, err := client.Dial(t.Context(), "ws://"+listen(t, answers(agreeing(extensions))).addr, compressing())
		if err != nil {
			t.Errorf("%s: %v", extensions, err)
			continue
		}
		c.CloseNow()
	}
}

// Any other answer fails the connection, with the rule that it breaks, and leaves nothing reserved.
//
//rfc:7692-5-16 7692-5-19 7692-5-22 7692-7-8 7692-7-9 7692-7-10 7692-7-11 6455-9.1-7
func TestCompressionInvalidAnswer(t *testing.T) {
	noLeaks(t)
	budget := websocket.NewBudget(1 << 20)
	for _, c := range []struct {
		options          websocket.Compression
		extensions, rule string
	}{
		{websocket.Compression{}, "permessage-deflate", "6455-4.1-44"},
		{websocket.Compression{Mode: websocket.ContextTakeover}, "permessage-deflate, x-webkit-deflate-frame", "6455-4.1-44"},
		{websocket.Compression{Mode: websocket.ContextTakeover}, "permessage-deflate, permessage-deflate", "7692-5-16"},
		{websocket.Compression{Mode: websocket.ContextTakeover}, "permessage-deflate; unknown", "7692-7-8"},
		{websocket.Compression{Mode: websocket.ContextTakeover}, "permessage-deflate; server_max_window_bits=08", "7692-7.1.2.1-7"},
		{websocket.Compression{Mode: websocket.ContextTakeover}, "permessage-deflate; client_max_window_bits", "7692-7.1.2.2-8"},
		{websocket.Compression{Mode: websocket.ContextTakeover}, "permessage-deflate;", "6455-9.1-1"},
		{websocket.Compression{Mode: websocket.NoContextTakeover, PeerWindowBits: 12}, "permessage-deflate", "7692-7.1.2.1-6"},
		{websocket.Compression{Mode: websocket.ContextTakeover, PeerWindowBits: 12}, "permessage-deflate", "7692-7.1.2.1-6"},
	} {
		c.options.Budget = budget
		s := listen(t, answers(agreeing(c.extensions)))
		_, err := dialFails(t, "ws://"+s.addr, &client.Options{Compression: c.options}, client.StageHandshake, "")
		wantRule(t, err, c.rule)
		const option = "Options.Compression.PeerWindowBits"
		if named := strings.Contains(err.Error(), option); named != (c.rule == "7692-7.1.2.1-6") {
			t.Errorf("%s: %v", c.extensions, err)
		}
		if n := budget.Used(); n != 0 {
			t.Fatalf("%s: %d bytes are in use", c.extensions, n)
		}
	}
}

// A server that keeps its window although it was asked not to, without a word about it: its messages are understood
// if the budget has the window, and otherwise the error names the option.
//
//rfc:7692-7-11
func TestServerKeepsWindow(t *testing.T) {
	noLeaks(t)
	s := listen(t, func(nc net.Conn) {
		r, _ := readRequest(nc)
		io.WriteString(nc, filled(agreeing("permessage-deflate"), r))
		c := websocket.NewConn(nc, websocket.Server, websocket.Setup{Deflate: &protocol.Deflate{
			Send: protocol.DeflateWindow{Takeover: true}, Receive: protocol.DeflateWindow{Takeover: true},
		}}, websocket.Options{})
		for range 3 {
			c.WriteText(context.Background(), strings.Repeat("Hello, 世界 ", 20))
		}
		c.Read(context.Background())
		<-c.Done()
	})
	most := int64(32 << 10)
	for _, c := range []websocket.Compression{
		{Mode: websocket.NoContextTakeover},
		{Mode: websocket.NoContextTakeover, Budget: websocket.NewBudget(most)},
		{Mode: websocket.ContextTakeover, Budget: websocket.NewBudget(most)}, // not enough for both windows
	} {
		conn, _, err := client.Dial(t.Context(), "ws://"+s.addr, &client.Options{Compression: c})
		if err != nil {
			t.Fatal(err)
		}
		if c.Budget != nil && c.Budget.Used() != most {
			t.Errorf("%d bytes are in use", c.Budget.Used())
		}
		for range 3 {
			if _, p, err := conn.Read(t.Context()); string(p) != strings.Repeat("Hello, 世界 ", 20) || err != nil {
				t.Fatalf("%q, %v", p, err)
			}
		}
		conn.CloseNow()
	}
	budget := websocket.NewBudget(most - 1)
	o := &client.Options{Compression: websocket.Compression{Mode: websocket.NoContextTakeover, Budget: budget}}
	_, e := dialFails(t, "ws://"+s.addr, o, client.StageHandshake, "Options.Compression.Budget raises the limit")
	wantRule(t, e, "7692-7-11")
	if n := budget.Used(); n != 0 {
		t.Errorf("%d bytes are in use", n)
	}
}

// Options that mean nothing are found before anything is connected.
func TestCompressionOptions(t *testing.T) {
	for option, c := range map[string]websocket.Compression{
		"Compression.Mode":           {Mode: 7},
		"Compression.Level":          {Level: -1},
		"Compression.WindowBits":     {Mode: websocket.ContextTakeover, WindowBits: 16},
		"Compression.PeerWindowBits": {Mode: websocket.ContextTakeover, PeerWindowBits: 7},
	} {
		o := &client.Options{Compression: c}
		o.DialContext = func(context.Context, string, string) (net.Conn, error) {
			t.Errorf("%s: connected", option)
			return nil, io.EOF
		}
		_, err := dialFails(t, "ws://host/", o, client.StageURL, "Options."+option)
		var e *websocket.OptionError
		if !errors.As(err, &e) || e.Option != option {
			t.Errorf("%s: %v", option, err)
		}
	}
}

// However a dial fails, nothing stays reserved.
func TestBudgetAfterFailedDial(t *testing.T) {
	noLeaks(t)
	budget := websocket.NewBudget(1 << 20)
	refuses := func(context.Context, string, string) (net.Conn, error) { return nil, io.EOF }
	moved := listen(t, answers("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n"))
	for _, c := range []struct {
		url   string
		o     client.Options
		stage client.Stage
	}{
		{"ws://host/", client.Options{Origin: "a\nb"}, client.StageURL},
		{"ws://host/", client.Options{DialContext: refuses}, client.StageConnect},
		{"wss://" + listen(t, answers(switching)).addr, client.Options{}, client.StageTLS},
		{"ws://" + listen(t, answers("HTTP/1.1 403 Forbidden\r\n\r\n")).addr, client.Options{}, client.StageHandshake},
		{"ws://" + moved.addr, client.Options{}, client.StageRedirect},
	} {
		c.o.Compression = websocket.Compression{Mode: websocket.ContextTakeover, Budget: budget}
		dialFails(t, c.url, &c.o, c.stage, "")
		if n := budget.Used(); n != 0 {
			t.Fatalf("%s: %d bytes are in use", c.stage, n)
		}
	}
}
