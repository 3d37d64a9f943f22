package websocket_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"iter"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/internal/race"
	"github.com/seed372fb791/rfc6455/mask"
	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
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

const smallSocket = 64 << 10

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
	b = dialed.(*net.TCPConn)
	if race.Less() { // less is more than they hold then
		for _, socket := range []*net.TCPConn{a, b} {
			socket.SetReadBuffer(smallSocket)
			socket.SetWriteBuffer(smallSocket)
		}
	}
	return a, b
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
	for m, err := range c.BorrowMessages(ctx) {
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

// serverOverTCP returns a server over TCP and its peer's socket.
func serverOverTCP(t testing.TB, o Options) (*Conn, *net.TCPConn) {
	t.Helper()
	a, b := tcpPair(t)
	s := NewConn(a, Server, Setup{}, o)
	t.Cleanup(func() { s.CloseNow(); b.Close() })
	return s, b
}

// hello is a masked text message.
var hello = []byte{0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}

func unixPair(t testing.TB) (a, b net.Conn) {
	t.Helper()
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if b, err = net.Dial("unix", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if a, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	return a, b
}

// maskedFrame returns a frame as a client sends it.
func maskedFrame(op protocol.Opcode, fin bool, payload string) []byte {
	h := Header{Fin: fin, Opcode: op, Masked: true, Key: mask.NewKey(), Length: uint64(len(payload))}
	frame := append(protocol.AppendHeader(nil, h), payload...)
	mask.XOR(frame[h.Size():], h.Key, 0)
	return frame
}

// aMinute bounds what must come to an end: a test that waits for it longer has found a fault.
func aMinute(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(background, time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// await returns what comes through ch, or fails the test.
func await[T any](t testing.TB, what string, ch <-chan T) (v T) {
	t.Helper()
	timer := time.NewTimer(time.Minute)
	defer timer.Stop()
	select {
	case v = <-ch:
	case <-timer.C:
		t.Fatalf("%s: nothing in a minute", what)
	}
	return v
}

// until returns when come reports true, or fails the test.
func until(t testing.TB, what string, come func() bool) {
	t.Helper()
	for ctx := aMinute(t); !come(); {
		select {
		case <-ctx.Done():
			t.Fatalf("%s: not in a minute", what)
		case <-time.After(time.Millisecond):
		}
	}
}

// notSent checks that err says that a message has found no place before its context ended.
func notSent(t testing.TB, err, why error) {
	t.Helper()
	var full *QueueError
	if !errors.As(err, &full) || full.Option != "Options.MaxQueued" || !errors.Is(err, ErrNotSent) || !errors.Is(err, why) ||
		errors.Is(err, ErrClosed) {
		t.Errorf("got %v, want a *QueueError for %v", err, why)
	}
}

// closedHere checks that err is the one for use after one's own Close or CloseNow.
func closedHere(t testing.TB, err error) {
	t.Helper()
	if !errors.Is(err, ErrClosed) || !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v, want an error that matches ErrClosed and net.ErrClosed", err)
	}
}

// endedByClose checks that err is the end that a reader finds beside its own side's Close: the peer's answer, or the
// error for use after Close.
func endedByClose(t testing.TB, err error, code CloseCode) {
	t.Helper()
	if !errors.Is(err, ErrClosed) || CloseStatus(err) != code && !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v, want the end by one's own Close with code %d", err, code)
	}
}

// loop is one of the ways to loop over messages.
type loop = func(*Conn, context.Context) iter.Seq2[Message, error]

var loops = map[string]loop{"Messages": (*Conn).Messages, "BorrowMessages": (*Conn).BorrowMessages}

// overEachLoop runs f for each of them.
func overEachLoop(t *testing.T, f func(t *testing.T, messages loop)) {
	for name, messages := range loops {
		t.Run(name, func(t *testing.T) { f(t, messages) })
	}
}
