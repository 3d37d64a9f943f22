package protocol_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/seed372fb791/rfc6455/protocol"
)

// overTCP returns the two ends of a connection over TCP.
func overTCP(t testing.TB, server, client Options) (s, c *Conn) {
	t.Helper()
	a, b := tcpPair(t)
	s = NewConn(a, Server, Setup{}, server)
	c = NewConn(b, Client, Setup{}, client)
	t.Cleanup(func() { s.CloseNow(); c.CloseNow() })
	return s, c
}

func tcpPair(t testing.TB) (a, b net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	accepted := make(chan net.Conn, 1)
	go func() {
		a, err := l.Accept()
		if err != nil {
			close(accepted)
			return
		}
		accepted <- a
	}()
	if b, err = net.Dial("tcp", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if a = <-accepted; a == nil {
		t.Fatal("not accepted")
	}
	return a, b
}

// echo answers every message until the connection ends, and returns how.
func echo(c *Conn) error {
	ctx := context.Background()
	b := c.Batch()
	for m, err := range c.Messages(ctx) {
		if err != nil {
			return err
		}
		if err := b.Write(ctx, m.Type, m.Data); err != nil {
			return err
		}
	}
	return nil
}

func TestEchoEverySize(t *testing.T) {
	big := Options{Limits: Limits{MaxMessage: 8 << 20}}
	for name, pair := range map[string]func(testing.TB, Options, Options) (*Conn, *Conn){"tcp": overTCP, "memory": inMemory} {
		t.Run(name, func(t *testing.T) {
			s, c := pair(t, big, big)
			ended := make(chan error, 1)
			go func() { ended <- echo(s) }()
			ctx := context.Background()
			for _, n := range []int{0, 1, 125, 126, 4000, 4096, 10000, 65535, 65536, 70000, 1 << 20, 5 << 20} {
				p := bytes.Repeat([]byte("0123456789"), n/10+1)[:n]
				go c.Write(ctx, Binary, p)
				typ, got, err := c.Read(ctx)
				if err != nil || typ != Binary || !bytes.Equal(got, p) {
					t.Fatalf("%d bytes: %v, %d bytes, %v", n, typ, len(got), err)
				}
			}
			if err := c.Close(ctx, CloseNormal, "bye"); err != nil {
				t.Error(err)
			}
			var end *CloseError
			if err := <-ended; !errors.As(err, &end) || end.Code != CloseNormal || end.Reason != "bye" {
				t.Error(err)
			}
			<-s.Done()
		})
	}
}

func inMemory(t testing.TB, server, client Options) (s, c *Conn) {
	s, c = Pipe(server, client)
	t.Cleanup(func() { s.CloseNow(); c.CloseNow() })
	return s, c
}

func BenchmarkEcho(b *testing.B) {
	s, c := overTCP(b, Options{}, Options{})
	go echo(s)
	p := make([]byte, 128)
	buf := make([]byte, 256)
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		c.Write(ctx, Binary, p)
		if _, _, err := c.ReadInto(ctx, buf); err != nil {
			b.Fatal(err)
		}
	}
}

var _ = io.EOF
var _ = synctest.Test
var _ = time.Now
