package server_test

import (
	"context"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// BenchmarkAccept is an opening handshake on a raw connection, and the connection's end.
func BenchmarkAccept(b *testing.B) {
	b.Run("memory", func(b *testing.B) {
		l := newPipeListener()
		startEnding(b, l)
		b.ReportAllocs()
		for b.Loop() {
			acceptInMemory(l)
		}
	})
	b.Run("tcp", func(b *testing.B) {
		l := listen(b)
		startEnding(b, l)
		say, hear := []byte(browserRequest), make([]byte, 1024)
		for b.Loop() {
			nc, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				b.Fatal(err)
			}
			nc.Write(say)
			if _, err := nc.Read(hear); err != nil {
				b.Fatal(err)
			}
			nc.Close()
		}
	})
}

// browserRequest has the fields of a browser's.
var browserRequest = request("Origin: http://server.example.com", "Accept-Encoding: gzip, deflate, br, zstd",
	"Accept-Language: en-US,en;q=0.9", "Cache-Control: no-cache", "Pragma: no-cache",
	"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36")

// startEnding serves l with a server whose connections end at once.
func startEnding(t testing.TB, l net.Listener) {
	way{}.startOn(t, server.Handler(func(_ context.Context, c *websocket.Conn) error { return c.CloseNow() }, nil), l)
}

// acceptInMemory returns when l's server has conducted an opening handshake and the connection has ended.
func acceptInMemory(l *pipeListener) {
	nc := &memoryConn{closed: make(chan struct{}), in: browserRequest}
	l.accepted <- nc
	<-nc.closed
}

// memoryConn is a connection whose peer has sent in and takes everything.
type memoryConn struct {
	in     string
	closed chan struct{}
}

func (c *memoryConn) Read(p []byte) (int, error) {
	if c.in == "" {
		<-c.closed
		return 0, io.EOF
	}
	n := copy(p, c.in)
	c.in = c.in[n:]
	return n, nil
}

func (c *memoryConn) Write(p []byte) (int, error)      { return len(p), nil }
func (c *memoryConn) Close() error                     { close(c.closed); return nil }
func (c *memoryConn) LocalAddr() net.Addr              { return pipeAddr{} }
func (c *memoryConn) RemoteAddr() net.Addr             { return pipeAddr{} }
func (c *memoryConn) SetDeadline(time.Time) error      { return nil }
func (c *memoryConn) SetReadDeadline(time.Time) error  { return os.ErrNoDeadline }
func (c *memoryConn) SetWriteDeadline(time.Time) error { return os.ErrNoDeadline }

// What an operator's look at a server with 100,000 connections takes.
func BenchmarkStats(b *testing.B) {
	const conns = 100_000
	l := newPipeListener()
	s := server.Handler(echo, nil)
	go s.Serve(l)
	defer s.Close()
	for range conns {
		l.accepted <- &memoryConn{closed: make(chan struct{}), in: browserRequest}
	}
	for s.Stats().Accepted < conns {
		time.Sleep(time.Millisecond)
	}
	for b.Loop() {
		s.Stats()
	}
}
