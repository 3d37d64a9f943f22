package websocket_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

func TestAddresses(t *testing.T) {
	a, b := tcpPair(t)
	s := NewConn(a, Server, Setup{}, Options{})
	defer b.Close()
	if s.LocalAddr() != a.LocalAddr() || s.RemoteAddr() != a.RemoteAddr() {
		t.Error(s.LocalAddr(), s.RemoteAddr())
	}
	s.CloseNow()
	if s.LocalAddr() == nil || s.RemoteAddr() == nil {
		t.Error("no address when the connection is closed")
	}
	x, y := inMemory(t, Options{}, Options{})
	for _, addr := range []net.Addr{x.LocalAddr(), x.RemoteAddr(), y.LocalAddr(), y.RemoteAddr()} {
		if addr.Network() != "websocket" || addr.String() != "websocket" {
			t.Error(addr.Network(), addr)
		}
	}
}

// A value goes there as one text message, without a newline, and comes back.
func TestJSON(t *testing.T) {
	type value struct {
		Text string
		List []int
	}
	overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
		want := value{"<Grüße>", []int{1, 2, 3}}
		go func() {
			if err := c.WriteJSON(background, want); err != nil {
				t.Error(err)
			}
			c.WriteJSON(background, want)
			c.WriteText(background, "{")
			c.Write(background, Binary, []byte(`"binary"`))
		}()
		typ, p, err := s.Read(background)
		if encoded, _ := json.Marshal(want); err != nil || typ != Text || string(p) != string(encoded) {
			t.Errorf("%v %q %v, want %q", typ, p, err, encoded)
		}
		var got value
		if err := s.ReadJSON(background, &got); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Error(got, err)
		}
		var bad *json.SyntaxError
		if err := s.ReadJSON(background, &got); !errors.As(err, &bad) || errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		var text string
		if err := s.ReadJSON(background, &text); err != nil || text != "binary" {
			t.Errorf("%q %v", text, err)
		}
	})
}

// A value that cannot be encoded sends nothing, and spoils nothing.
func TestWriteJSONOfWhatIsNone(t *testing.T) {
	s, c := inMemory(t, Options{}, Options{})
	for _, v := range []any{make(chan int), []any{strings.Repeat("x", 5000), math.NaN()}} {
		err := s.WriteJSON(background, v)
		if err == nil || errors.Is(err, ErrClosed) || errors.Is(err, ErrNotSent) {
			t.Error(err)
		}
	}
	go s.WriteJSON(background, 1)
	if _, p, err := c.Read(background); err != nil || string(p) != "1" {
		t.Errorf("%q %v", p, err)
	}
}

// The limit can be raised when the peer has signed in, and lowered.
func TestSetMaxMessage(t *testing.T) {
	overEach(t, Options{MaxMessage: 10}, Options{}, func(t *testing.T, s, c *Conn) {
		for _, limit := range []int64{100_000, -1, 0, 10} {
			s.SetMaxMessage(limit)
			size := min(uint64(limit), 1<<20) // 1 MiB is the default, and -1 is none
			if limit == 0 {
				size = 1 << 20
			}
			go c.Write(background, Binary, make([]byte, size))
			if _, p, err := s.Read(background); err != nil || uint64(len(p)) != size {
				t.Fatalf("limit %d: %d bytes, %v", limit, len(p), err)
			}
		}
		go c.Write(background, Binary, make([]byte, 11))
		_, _, err := s.Read(background)
		cut(t, err, CloseMessageTooBig, "Options.MaxMessage")
	})
}

// Discard reads for a program that only writes: Pings are answered and messages counted, other reads are refused, and
// its context ends with the connection.
func TestDiscard(t *testing.T) {
	overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
		go c.Read(background)
		ctx := s.Discard(background)
		for n := range 20 {
			if err := c.Write(background, Binary, make([]byte, n*5000)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := c.Ping(background, nil); err != nil {
			t.Error(err)
		}
		if n := s.Stats().MessagesRead; n != 20 {
			t.Errorf("%d messages counted", n)
		}
		for name, read := range ways {
			if _, err := read(s, background); err != ErrConcurrentRead {
				t.Errorf("%s: %v", name, err)
			}
		}
		if ctx.Err() != nil {
			t.Error(ctx.Err())
		}
		go c.Close(background, CloseGoingAway, "bye")
		await(t, "the context of Discard", ctx.Done())
		closedWith(t, context.Cause(ctx), CloseGoingAway, "bye")
	})
}

// A context ends Discard, within a message too: who reads then gets the next message, whole.
func TestDiscardEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{Keepalive: -1})
		wire := append(maskedFrame(protocol.OpText, false, "one "), maskedFrame(protocol.OpContinuation, true, "message")...)
		for cut := range wire {
			ctx, cancel := context.WithCancel(background)
			discarding := s.Discard(ctx)
			peer.Write(wire[:cut])
			synctest.Wait()
			cancel()
			<-discarding.Done()
			synctest.Wait()
			peer.Write(wire[cut:])
			peer.Write(hello)
			for {
				_, p, err := s.Read(background)
				if err != nil {
					t.Fatal(err)
				}
				if string(p) == "Hello" {
					break
				}
				if cut > 6 || string(p) != "one message" {
					t.Errorf("cut at %d: %q", cut, p)
				}
			}
		}
	})
}

func TestCloseStatus(t *testing.T) {
	for want, err := range map[CloseCode]error{
		0:             nil,
		4000:          &CloseError{Code: 4000},
		CloseAbnormal: fmt.Errorf("reading: %w", &CloseError{Code: CloseAbnormal, Err: io.ErrUnexpectedEOF}),
	} {
		if got := CloseStatus(err); got != want {
			t.Errorf("%v: %d, want %d", err, got, want)
		}
	}
	if got := CloseStatus(&ProtocolError{Code: CloseProtocolError}); got != 0 {
		t.Errorf("%d of an error of ours", got)
	}
}

// The data of Pings and Pongs goes there and back, and the hooks see what was received.
//
//rfc:6455-5.5.3-4
func TestPingAndPongWithData(t *testing.T) {
	type seen struct {
		c    *Conn
		what string
	}
	var mu sync.Mutex
	var all []seen
	hook := func(what string) func(*Conn, []byte) {
		return func(c *Conn, data []byte) {
			mu.Lock()
			defer mu.Unlock()
			all = append(all, seen{c, what + string(data)})
		}
	}
	trace := &Trace{Ping: hook("ping "), Pong: hook("pong ")} // of both ends
	s, c := inMemory(t, Options{Trace: trace}, Options{Trace: trace})
	go s.Read(background)
	go c.Read(background)
	long := strings.Repeat("x", 125)
	for _, data := range []string{"data", "", long} {
		if _, err := s.Ping(background, []byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Pong(background, []byte("unasked")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Ping(background, []byte("last")); err != nil {
		t.Fatal(err)
	}
	until(t, "all hooks", func() bool { // Ping may return before that for its Pong
		mu.Lock()
		defer mu.Unlock()
		return len(all) == 9
	})
	want := []seen{
		{c, "ping data"}, {s, "pong data"}, {c, "ping "}, {s, "pong "}, {c, "ping " + long}, {s, "pong " + long},
		{c, "pong unasked"}, {c, "ping last"}, {s, "pong last"},
	}
	for _, w := range want {
		if !slices.Contains(all, w) {
			t.Errorf("got %v, and not %v", all, w)
		}
	}
	var refused *SendError
	if err := s.Pong(background, make([]byte, 126)); !errors.As(err, &refused) {
		t.Error(err)
	}
	if _, err := s.Ping(background, make([]byte, 126)); !errors.As(err, &refused) {
		t.Error(err)
	}
}
