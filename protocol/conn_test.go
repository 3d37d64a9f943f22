package protocol_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	. "github.com/seed372fb791/rfc6455/protocol"
)

var background = context.Background()

// transports are the kinds of streams that most tests run over.
var transports = map[string]func(testing.TB) (server, client io.ReadWriteCloser){
	"tcp":          func(t testing.TB) (a, b io.ReadWriteCloser) { return tcpPair(t) },
	"tls":          tlsPair,
	"memory":       func(testing.TB) (a, b io.ReadWriteCloser) { return StreamPair() },
	"no deadlines": barePair,
}

// overEach runs f over each kind of stream.
func overEach(t *testing.T, server, client Options, f func(t *testing.T, s, c *Conn)) {
	for name, pair := range transports {
		t.Run(name, func(t *testing.T) {
			a, b := pair(t)
			s, c := NewConn(a, Server, Setup{}, server), NewConn(b, Client, Setup{}, client)
			defer s.CloseNow()
			defer c.CloseNow()
			f(t, s, c)
		})
	}
}

// overTCP returns the two ends of a connection over TCP.
func overTCP(t testing.TB, server, client Options) (s, c *Conn) {
	t.Helper()
	a, b := tcpPair(t)
	s, c = NewConn(a, Server, Setup{}, server), NewConn(b, Client, Setup{}, client)
	t.Cleanup(func() { s.CloseNow(); c.CloseNow() })
	return s, c
}

// inMemory returns the two ends of a connection in memory.
func inMemory(t testing.TB, server, client Options) (s, c *Conn) {
	s, c = Pipe(server, client)
	t.Cleanup(func() { s.CloseNow(); c.CloseNow() })
	return s, c
}

// serverWithPeer returns a server in memory and the stream of its peer, which
// the test plays byte by byte.
func serverWithPeer(t testing.TB, o Options) (*Conn, io.ReadWriteCloser) {
	return withPeer(t, Server, o)
}

func withPeer(t testing.TB, role Role, o Options) (*Conn, io.ReadWriteCloser) {
	a, b := StreamPair()
	c := NewConn(a, role, Setup{}, o)
	t.Cleanup(func() { c.CloseNow(); b.Close() })
	return c, b
}

func tcpPair(t testing.TB) (a, b *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	accepted := make(chan net.Conn, 1)
	go func() {
		defer close(accepted)
		if a, err := l.Accept(); err == nil {
			accepted <- a
		}
	}()
	dialed, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	a, _ = (<-accepted).(*net.TCPConn)
	if a == nil {
		t.Fatal("not accepted")
	}
	return a, dialed.(*net.TCPConn)
}

func tlsPair(t testing.TB) (server, client io.ReadWriteCloser) {
	a, b := tcpPair(t)
	s := tls.Server(a, &tls.Config{Certificates: []tls.Certificate{certificate(t)}})
	c := tls.Client(b, &tls.Config{InsecureSkipVerify: true})
	shaken := make(chan error, 1)
	go func() { shaken <- s.Handshake() }()
	if err := errors.Join(c.Handshake(), <-shaken); err != nil {
		t.Fatal(err)
	}
	return s, c
}

// barePair returns streams that can be read, written and closed, and no more.
func barePair(testing.TB) (a, b io.ReadWriteCloser) {
	x, y := StreamPair()
	return struct{ io.ReadWriteCloser }{x}, struct{ io.ReadWriteCloser }{y}
}

// echo answers every message until the connection ends, and returns how.
func echo(c *Conn) error { return echoUnder(background, c) }

func echoUnder(ctx context.Context, c *Conn) error {
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

// expire returns a context that ends before long.
func expire(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(background, 20*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

// closedWith checks that err is the peer's Close with code and reason.
func closedWith(t testing.TB, err error, code CloseCode, reason string) {
	t.Helper()
	var end *CloseError
	if !errors.As(err, &end) || end.Code != code || end.Reason != reason || !errors.Is(err, ErrClosed) {
		t.Errorf("got %v, want the peer's close code %d with reason %q", err, code, reason)
	}
}

//rfc:6455-5.2-12 6455-5.4-13 6455-6.1-9 6455-6.2-4 6455-7.1.2-1 6455-7.1.5-1 6455-7.1.6-1
func TestEcho(t *testing.T) {
	big := Options{Limits: Limits{MaxMessage: 8 << 20}}
	overEach(t, big, big, func(t *testing.T, s, c *Conn) {
		ended := make(chan error, 1)
		go func() { ended <- echo(s) }()
		for _, n := range []int{0, 1, 125, 126, 4000, 4096, 10000, 65535, 65536, 70000, 1 << 20, 5 << 20} {
			p := bytes.Repeat([]byte("0123456789"), n/10+1)[:n]
			go c.Write(background, Binary, p)
			typ, got, err := c.Read(background)
			if err != nil || typ != Binary || !bytes.Equal(got, p) {
				t.Fatalf("%d bytes: %v, %d bytes, %v", n, typ, len(got), err)
			}
		}
		if err := c.Close(background, CloseNormal, "bye"); err != nil {
			t.Error(err)
		}
		closedWith(t, <-ended, CloseNormal, "bye")
		<-s.Done()
	})
}

func TestReceivedWithTheHandshake(t *testing.T) {
	frame := []byte{0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}
	for cut := range len(frame) + 1 {
		a, b := StreamPair()
		b.Write(frame[cut:])
		s := NewConn(a, Server, Setup{Received: bytes.Clone(frame[:cut])}, Options{})
		if typ, p, err := s.Read(background); err != nil || typ != Text || string(p) != "Hello" {
			t.Errorf("%d bytes with the handshake: %v %q %v", cut, typ, p, err)
		}
		s.CloseNow()
		b.Close()
	}
}

func TestSetup(t *testing.T) {
	a, b := StreamPair()
	defer b.Close()
	told := 0
	c := NewConn(a, Server, Setup{Subprotocol: "chat", Closed: func() { told++ }}, Options{})
	if c.Subprotocol() != "chat" {
		t.Error(c.Subprotocol())
	}
	if err := c.CloseNow(); err != nil || told != 1 {
		t.Error(err, told)
	}
	if err := c.CloseNow(); err != ErrClosed || told != 1 {
		t.Error(err, told)
	}
	<-c.Done()
}
