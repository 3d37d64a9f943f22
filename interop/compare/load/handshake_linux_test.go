package load

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
)

// answering listens for opening handshakes, each of which it answers with what
// answer makes of the key before it ends the connection.
func answering(t *testing.T, answer func(key string) string) (addr string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if r, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
				io.WriteString(c, answer(r.Header.Get("Sec-WebSocket-Key")))
				c.(*net.TCPConn).CloseWrite()
				io.Copy(io.Discard, c) // until it is reset
			}
			c.Close()
		}
	}()
	return l.Addr().String()
}

func accept(key string) string {
	p, _ := handshake.AppendResponse(nil, handshake.Response{Key: key})
	return string(p)
}

func TestHandshake(t *testing.T) {
	h := Handshake{Conns: 3, Warmup: time.Millisecond, Duration: 20 * time.Millisecond}
	r, err := h.Run(answering(t, accept), os.Getpid())
	if err != nil || r.Messages < h.Conns || r.CPU <= 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// A server that answers otherwise is found out.
func TestHandshakeRefused(t *testing.T) {
	h := Handshake{Conns: 2, Warmup: time.Millisecond, Duration: time.Millisecond}
	for name, tt := range map[string]struct {
		answer func(key string) string
		want   error // nil for any
	}{
		"refusal":     {func(string) string { return "HTTP/1.1 403 Forbidden\r\n\r\n" }, nil},
		"another key": {func(string) string { return accept(handshake.NewKey()) }, nil},
		"no HTTP":     {func(string) string { return "SSH-2.0\r\n\r\n" }, nil},
		"more behind": {func(key string) string { return accept(key) + "\x81\x00" }, errExcess},
	} {
		if _, err := h.Run(answering(t, tt.answer), os.Getpid()); err == nil || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
