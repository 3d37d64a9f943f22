package client_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// testServer runs a function for each connection that it accepts.
type testServer struct {
	addr  string // host:port
	ln    net.Listener
	serve func(net.Conn)
	wg    sync.WaitGroup
	mu    sync.Mutex
	conns map[net.Conn]bool // nil when the server is closed
}

// startServer serves a listener until close is called. A connection is closed when serve returns.
func startServer(ln net.Listener, serve func(net.Conn)) *testServer {
	s := &testServer{addr: ln.Addr().String(), ln: ln, serve: serve, conns: make(map[net.Conn]bool)}
	s.wg.Go(func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return
			}
			s.wg.Go(func() { s.handle(nc) })
		}
	})
	return s
}

func (s *testServer) handle(nc net.Conn) {
	defer nc.Close()
	s.mu.Lock()
	if s.conns == nil {
		s.mu.Unlock()
		return
	}
	s.conns[nc] = true
	s.mu.Unlock()
	s.serve(nc)
	s.mu.Lock()
	delete(s.conns, nc)
	s.mu.Unlock()
}

// close ends everything and waits for it.
func (s *testServer) close() {
	s.ln.Close()
	s.mu.Lock()
	for nc := range s.conns {
		nc.Close()
	}
	s.conns = nil
	s.mu.Unlock()
	s.wg.Wait()
}

// listen is startServer on a free port of 127.0.0.1, for the time of the test.
func listen(t testing.TB, serve func(net.Conn)) *testServer {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := startServer(ln, serve)
	t.Cleanup(s.close)
	return s
}

// readRequest reads an opening handshake and returns it with its bytes and those that came along, nil if the
// connection ended before.
func readRequest(nc net.Conn) (*http.Request, string) {
	var raw []byte
	for buf := make([]byte, 4096); ; {
		r, _, err := handshake.ParseRequest(raw, handshake.Limits{})
		if err == nil {
			return r, string(raw)
		}
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, ""
		}
		n, err := nc.Read(buf)
		if err != nil {
			return nil, ""
		}
		raw = append(raw, buf[:n]...)
	}
}

// accept answers a request with 101 and the given fields besides.
func accept(nc net.Conn, r *http.Request, h http.Header) (*websocket.Conn, error) {
	q, err := handshake.CheckRequest(r)
	if err != nil {
		return nil, err
	}
	chosen := handshake.ChooseSubprotocol(q.Subprotocols, []string{"chat", "superchat"})
	answer, err := handshake.AppendResponse(nil, handshake.Response{Key: q.Key, Subprotocol: chosen, Header: h})
	if err != nil {
		return nil, err
	}
	if _, err := nc.Write(answer); err != nil {
		return nil, err
	}
	return websocket.NewConn(nc, websocket.Server, websocket.Setup{Subprotocol: chosen}, websocket.Options{Keepalive: -1}), nil
}

// echo is a WebSocket server that sends messages back.
func echo(nc net.Conn) {
	if r, _ := readRequest(nc); r != nil {
		echoTo(nc, r, nil)
	}
}

func echoTo(nc net.Conn, r *http.Request, h http.Header) {
	c, err := accept(nc, r, h)
	if err != nil {
		return
	}
	for {
		typ, p, err := c.Read(context.Background())
		if err != nil {
			break
		}
		if err := c.Write(context.Background(), typ, p); err != nil {
			break
		}
	}
	<-c.Done()
}

// answers is a server that gives the same answer to every request, with the right Sec-WebSocket-Accept in place
// of "ACCEPT", and closes the connection.
func answers(text string) func(net.Conn) {
	return func(nc net.Conn) {
		if r, _ := readRequest(nc); r != nil {
			io.WriteString(nc, filled(text, r))
		}
	}
}

func filled(text string, r *http.Request) string {
	return strings.ReplaceAll(text, "ACCEPT", handshake.AcceptKey(r.Header.Get("Sec-WebSocket-Key")))
}

// switching is a valid answer, whose fields tests leave out or replace.
const switching = "HTTP/1.1 101 Switching Protocols\r\n" +
	"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\n\r\n"

// lines joins header lines to a head.
func lines(l ...string) string { return strings.Join(l, "\r\n") + "\r\n\r\n" }

// talk sends a message over an open connection to an echo server, wants it back, and closes.
func talk(t *testing.T, c *websocket.Conn) {
	t.Helper()
	const hello = "Hello, 世界"
	if err := c.WriteText(t.Context(), hello); err != nil {
		t.Fatal(err)
	}
	typ, p, err := c.Read(t.Context())
	if typ != websocket.Text || string(p) != hello || err != nil {
		t.Fatalf("read %v %q, %v", typ, p, err)
	}
	if err := c.Close(t.Context(), websocket.CloseNormal, ""); err != nil {
		t.Fatal(err)
	}
}

// dialFails dials and wants an *Error of the stage whose text contains a string.
func dialFails(
	t *testing.T, url string, o *client.Options, stage client.Stage, text string,
) (*http.Response, *client.Error) {
	t.Helper()
	c, resp, err := client.Dial(t.Context(), url, o)
	if c != nil {
		c.CloseNow()
	}
	var e *client.Error
	if !errors.As(err, &e) || e.Stage != stage || !strings.Contains(err.Error(), text) {
		t.Fatalf("Dial: %v\nwant stage %q and %q", err, stage, text)
	}
	return resp, e
}

// wantRule wants err to be a *handshake.Error about the rule.
func wantRule(t *testing.T, err error, rule string) {
	t.Helper()
	var e *handshake.Error
	if !errors.As(err, &e) || e.Rule != rule {
		t.Errorf("error %v, want rule %s", err, rule)
	}
}

// readAll reads a response's body.
func readAll(t *testing.T, resp *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// join copies bytes between two connections until both directions have ended.
func join(a, b net.Conn, fromA *bufio.Reader) {
	var wg sync.WaitGroup
	pipe := func(dst net.Conn, src io.Reader) {
		// Without what lets the kernel copy, whose pipes are kept open for the next time.
		io.Copy(struct{ io.Writer }{dst}, struct{ io.Reader }{src})
		dst.Close()
	}
	wg.Go(func() { pipe(b, fromA) })
	wg.Go(func() { pipe(a, b) })
	wg.Wait()
}

// drained waits for the end of nc and returns what came before it.
func drained(nc net.Conn) string {
	var b bytes.Buffer
	io.Copy(&b, nc)
	return b.String()
}
