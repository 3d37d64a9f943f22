package client_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/handshake"
)

// with returns the valid answer with one of its lines replaced, left out if it is replaced by nothing.
func with(name, line string) string {
	if line != "" {
		line += "\r\n"
	}
	before, after, _ := strings.Cut(switching, name)
	_, after, _ = strings.Cut(after, "\r\n")
	return before + line + after
}

// A 101 that breaks a rule fails the connection, which the server sees closed.
//
//rfc:6455-4.1-38 6455-4.1-39 6455-4.1-40 6455-4.1-41 6455-4.1-42 6455-4.1-43 6455-4.1-44 6455-4.1-45 6455-4.1-46
//rfc:6455-7.1.7-1 6455-7.1.7-2 6455-7.2.1-1 6455-9.1-1 6455-10.7-1 6455-10.7-2
func TestInvalidResponse(t *testing.T) {
	noLeaks(t)
	for name, test := range map[string]struct{ answer, rule string }{
		"no Upgrade":           {with("Upgrade:", ""), "6455-4.1-38"},
		"other Upgrade":        {with("Upgrade:", "Upgrade: h2c"), "6455-4.1-39"},
		"no Connection":        {with("Connection:", ""), "6455-4.1-40"},
		"other Connection":     {with("Connection:", "Connection: close"), "6455-4.1-41"},
		"no Accept":            {with("Sec-WebSocket-Accept", ""), "6455-4.1-42"},
		"wrong Accept":         {strings.Replace(switching, "ACCEPT", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", 1), "6455-4.1-43"},
		"two Accepts":          {with("Connection:", "Connection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT"), "6455-11.3.3-1"},
		"unasked extension":    {with("Connection:", "Connection: Upgrade\r\nSec-WebSocket-Extensions: foo"), "6455-4.1-44"},
		"malformed extension":  {with("Connection:", "Connection: Upgrade\r\nSec-WebSocket-Extensions: ;"), "6455-9.1-1"},
		"unasked subprotocol":  {with("Connection:", "Connection: Upgrade\r\nSec-WebSocket-Protocol: chat"), "6455-4.1-45"},
		"list of subprotocols": {with("Connection:", "Connection: Upgrade\r\nSec-WebSocket-Protocol: a, b"), "6455-4.2.2-15"},
		"HTTP/1.0":             {with("HTTP/1.1", "HTTP/1.0 101 Switching Protocols"), "6455-4.1-46"},
		"HTTP/2":               {with("HTTP/1.1", "HTTP/2 101 Switching Protocols"), "6455-4.1-46"},
		"no HTTP":              {"220 mail.example.com ESMTP\r\n", "6455-4.1-46"},
		"a TLS alert":          {"\x15\x03\x01\x00\x02\x02\x28", "6455-4.1-46"},
		"bare line feeds":      {strings.ReplaceAll(switching, "\r\n", "\n"), "6455-4.1-46"},
		"folded line":          {with("Connection:", "Connection:\r\n Upgrade"), "6455-4.1-46"},
		"control byte":         {with("Connection:", "Connection: Upgrade\x00"), "6455-4.1-46"},
	} {
		t.Run(name, func(t *testing.T) {
			after := make(chan string, 1)
			s := listen(t, func(nc net.Conn) {
				answers(test.answer)(nc)
				after <- drained(nc)
			})
			_, e := dialFails(t, "ws://"+s.addr, nil, client.StageHandshake, "")
			wantRule(t, e, test.rule)
			if got := <-after; got != "" {
				t.Errorf("the client sent %q before it closed the connection", got)
			}
		})
	}
}

// A response that is cut short at any byte never opens a connection.
//
//rfc:6455-7.2.1-2
func TestTruncatedResponse(t *testing.T) {
	noLeaks(t)
	var n int
	s := listen(t, func(nc net.Conn) {
		if r, _ := readRequest(nc); r != nil {
			io.WriteString(nc, filled(switching, r)[:n])
		}
	})
	for length := len(switching) - len("ACCEPT") + len(handshake.AcceptKey("")); n < length; n++ {
		_, e := dialFails(t, "ws://"+s.addr, nil, client.StageHandshake, "")
		if !errors.Is(e, io.ErrUnexpectedEOF) {
			t.Errorf("%d bytes: %v", n, e)
		}
	}
}

// One that comes byte by byte does, and so does one after interim responses.
func TestSlowResponse(t *testing.T) {
	noLeaks(t)
	for _, before := range []string{"", strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", 5)} {
		s := listen(t, func(nc net.Conn) {
			r, _ := readRequest(nc)
			for _, b := range []byte(filled(before+switching, r)) {
				nc.Write([]byte{b})
			}
			drained(nc)
		})
		c, _, err := client.Dial(t.Context(), "ws://"+s.addr, nil)
		if err != nil {
			t.Fatal(err)
		}
		c.CloseNow()
	}
}

// A head without end is cut off, by a limit whose option the error names.
//
//rfc:6455-10.7-1
func TestResponseLimits(t *testing.T) {
	noLeaks(t)
	endless := func(begin, piece string) func(net.Conn) {
		return func(nc net.Conn) {
			readRequest(nc)
			io.WriteString(nc, begin)
			for {
				if _, err := io.WriteString(nc, piece); err != nil {
					return
				}
			}
		}
	}
	const line = "HTTP/1.1 101 Switching Protocols\r\n"
	large := "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Accept: ACCEPT\r\nX: " + strings.Repeat("x", 10000) + "\r\n\r\n"
	many := with("Connection:", "Connection: Upgrade"+strings.Repeat("\r\nX: y", 150))
	for name, test := range map[string]struct {
		serve func(net.Conn)
		o     client.Options
		want  string
	}{
		"endless field":   {endless(line, "xxxxxxxxxxxxxxxx"), client.Options{}, "16384 bytes, Options.MaxHeaderBytes"},
		"endless fields":  {endless(line, "X: y\r\n"), client.Options{}, "100 fields, Options.MaxHeaderLines"},
		"endless interim": {endless("", "HTTP/1.1 100 Continue\r\n\r\n"), client.Options{}, "interim"},
		"smaller bytes":   {answers(switching), client.Options{MaxHeaderBytes: 100}, "100 bytes, Options.MaxHeaderBytes"},
		"smaller lines":   {answers(switching), client.Options{MaxHeaderLines: 2}, "2 fields, Options.MaxHeaderLines"},
		"six interim":     {answers(strings.Repeat("HTTP/1.1 100 \r\n\r\n", 6) + switching), client.Options{}, "interim"},
		"large":           {answers(large), client.Options{MaxHeaderBytes: 20000}, ""},
		"many":            {answers(many), client.Options{MaxHeaderLines: 200}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := listen(t, test.serve)
			if test.want != "" {
				dialFails(t, "ws://"+s.addr, &test.o, client.StageHandshake, test.want)
				return
			}
			c, _, err := client.Dial(t.Context(), "ws://"+s.addr, &test.o)
			if err != nil {
				t.Fatal(err)
			}
			c.CloseNow()
		})
	}
}

// Field names and the values that section 4.1 says so of are matched in any case.
//
//rfc:6455-4.1-39 6455-4.1-41 6455-4.1-47
func TestResponseInOtherCase(t *testing.T) {
	noLeaks(t)
	s := listen(t, answers("HTTP/1.1 101 \r\nUPGRADE: WebSocket\r\nconnection: keep-alive, upgrade\r\n"+
		"sec-websocket-accept:  ACCEPT \r\n\r\n"))
	c, resp, err := client.Dial(t.Context(), "ws://"+s.addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	if resp.StatusCode != http.StatusSwitchingProtocols || resp.Header.Get("Upgrade") != "WebSocket" {
		t.Errorf("response: %+v", resp)
	}
}
