package server_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/mask"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/websocket"
)

// peer is a client that says what it is told to.
type peer struct {
	t testing.TB
	net.Conn
	in *bufio.Reader
}

// patience bounds everything that a test waits for, against hanging.
const patience = 10 * time.Minute

// dial connects without a word, but for TLS.
func (a address) dial(t testing.TB) *peer {
	t.Helper()
	nc, err := net.Dial(a.Network(), a.String())
	if err != nil {
		t.Fatal(err)
	}
	if a.tls {
		nc = tls.Client(nc, &tls.Config{InsecureSkipVerify: true}) // the certificate is the test's own
	}
	t.Cleanup(func() { nc.Close() })
	nc.SetDeadline(time.Now().Add(patience))
	return newPeer(t, nc)
}

func newPeer(t testing.TB, nc net.Conn) *peer { return &peer{t, nc, bufio.NewReader(nc)} }

// connect completes the opening handshake.
func (a address) connect(t testing.TB, fields ...string) *peer {
	t.Helper()
	p := a.dial(t)
	p.say(request(fields...))
	if r := p.response(); r.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("refused: %v", r.Status)
	}
	return p
}

// sampleKey is the key of the RFC's example, sampleAccept its answer.
const (
	sampleKey    = "dGhlIHNhbXBsZSBub25jZQ=="
	sampleAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
)

// request returns the request of section 1.3 with other fields: "Name: value" replaces or adds a field,
// "Name" leaves it out, "GET / HTTP/1.1" replaces the first line.
func request(fields ...string) string {
	lines := []string{
		"GET /chat HTTP/1.1",
		"Host: server.example.com",
		"Upgrade: websocket",
		"Connection: Upgrade",
		"Sec-WebSocket-Key: " + sampleKey,
		"Sec-WebSocket-Version: 13",
	}
	for _, f := range fields {
		if strings.Contains(f, " HTTP/") {
			lines[0] = f
			continue
		}
		name, _, valued := strings.Cut(f, ":")
		lines = slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, name+":") })
		if valued {
			lines = append(lines, f)
		}
	}
	return strings.Join(lines, "\r\n") + "\r\n\r\n"
}

// page returns a request that has nothing to do with WebSocket, with other fields as in request.
func page(fields ...string) string {
	plain := []string{"Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"}
	return request(append(plain, fields...)...)
}

// say sends text as it is.
func (p *peer) say(text string) {
	p.t.Helper()
	if _, err := io.WriteString(p, text); err != nil {
		p.t.Fatal(err)
	}
}

// response reads a response as it is on the wire, with its body.
func (p *peer) response() *http.Response {
	p.t.Helper()
	var head []byte
	for !bytes.HasSuffix(head, []byte("\r\n\r\n")) {
		line, err := p.in.ReadBytes('\n')
		if head = append(head, line...); err != nil {
			p.t.Fatalf("%v after %q", err, head)
		}
	}
	r, _, err := handshake.ParseResponse(head, handshake.Limits{})
	if err != nil {
		p.t.Fatalf("%v: %q", err, head)
	}
	length, _ := strconv.Atoi(r.Header.Get("Content-Length"))
	body := make([]byte, length)
	if _, err := io.ReadFull(p.in, body); err != nil {
		p.t.Fatal(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return r
}

// frame returns a client's frame.
func frame(op protocol.Opcode, payload string) string {
	key := mask.Key{1, 2, 3, 4}
	b := protocol.AppendHeader(nil, websocket.Header{
		Fin: true, Opcode: op, Masked: true, Key: key, Length: uint64(len(payload)),
	})
	n := len(b)
	b = append(b, payload...)
	mask.XOR(b[n:], key, 0)
	return string(b)
}

// wantFrame reads a server's frame.
func (p *peer) wantFrame(op protocol.Opcode, payload string) {
	p.t.Helper()
	b := protocol.AppendHeader(nil, websocket.Header{Fin: true, Opcode: op, Length: uint64(len(payload))})
	want := string(b) + payload
	got := make([]byte, len(want))
	n, err := io.ReadFull(p.in, got)
	if string(got[:n]) != want {
		p.t.Fatalf("got % x (%v), want the %v frame %q", got[:n], err, op, payload)
	}
}

// wantClose reads a Close frame.
func (p *peer) wantClose(code websocket.CloseCode, reason string) {
	p.t.Helper()
	p.wantFrame(protocol.OpClose, closeCode(code)+reason)
}

// wantEnd expects the server to close the connection without another byte.
func (p *peer) wantEnd() {
	p.t.Helper()
	if rest, err := io.ReadAll(p.in); err != nil || len(rest) > 0 {
		p.t.Fatalf("got % x (%v), want the end of the connection", rest, err)
	}
}

// wantCut expects the server to end the connection in whatever way.
func (p *peer) wantCut() {
	p.t.Helper()
	if _, err := io.Copy(io.Discard, p.in); err != nil {
		if e, ok := err.(net.Error); ok && e.Timeout() {
			p.t.Fatal("the connection stays open")
		}
	}
}

// echo answers each message with itself.
func echo(ctx context.Context, c *websocket.Conn) error {
	for m, err := range c.Messages(ctx) {
		if err != nil {
			return err
		}
		if err := c.Write(ctx, m.Type, m.Data); err != nil {
			return err
		}
	}
	return nil
}

// closeCode returns the payload of a Close frame with code.
func closeCode(code websocket.CloseCode) string { return string([]byte{byte(code >> 8), byte(code)}) }
