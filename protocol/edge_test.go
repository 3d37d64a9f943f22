//go:build unix

package protocol_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	. "github.com/seed372fb791/rfc6455/protocol"
)

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

// The end of the stream is noticed though it came together with a message and
// so with the same edge of the poller.
func TestEndWithTheLastMessage(t *testing.T) {
	var wg sync.WaitGroup
	for i := range 200 {
		s, peer := serverOverTCP(t, Options{})
		wg.Go(func() {
			peer.Write(hello)
			if i%2 == 0 {
				peer.CloseWrite()
			} else {
				peer.Close()
			}
			n := 0
			for _, err := range s.Messages(background) {
				if err == nil {
					n++
					continue
				}
				var end *CloseError
				if !errors.As(err, &end) || end.Code != CloseAbnormal || n != 1 {
					t.Errorf("%d messages, then %v", n, err)
				}
			}
		})
	}
	wg.Wait()
}

// What comes after a silence in which the socket was looked at again arrives.
func TestMessageAfterLook(t *testing.T) {
	s, peer := serverOverTCP(t, Options{})
	got := make(chan string)
	go func() {
		defer close(got)
		for m, err := range s.Messages(background) {
			if err != nil {
				return
			}
			got <- string(m.Data)
		}
	}()
	for _, silence := range []time.Duration{0, 1100 * time.Millisecond, 10 * time.Millisecond} {
		timer := time.NewTimer(silence)
		<-timer.C
		peer.Write(hello)
		if m := <-got; m != "Hello" {
			t.Fatalf("%q", m)
		}
	}
	peer.Close()
	<-got
}

// Close in the body of the loop makes the whole closing handshake, and so does
// Close by another goroutine while the body runs.
func TestCloseInLoop(t *testing.T) {
	for _, elsewhere := range []bool{false, true} {
		s, c := overTCP(t, Options{}, Options{})
		if err := c.WriteText(background, "Hello"); err != nil {
			t.Fatal(err)
		}
		if err := c.WriteText(background, "a second one, to be dropped"); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() {
			_, _, err := c.Read(background)
			ended <- err
		}()
		for m, err := range s.Messages(background) {
			if err != nil {
				closed := errors.Is(err, ErrClosed)
				if !closed {
					t.Error(err)
				}
				break
			}
			if string(m.Data) != "Hello" {
				t.Errorf("%q", m.Data)
			}
			result := make(chan error, 1)
			closeIt := func() { result <- s.Close(background, CloseNormal, "bye") }
			if elsewhere {
				go closeIt()
			} else {
				closeIt()
			}
			if err := <-result; err != nil {
				t.Errorf("elsewhere %v: %v", elsewhere, err)
			}
			if string(m.Data) != "Hello" {
				t.Errorf("while the body runs its message becomes %q", m.Data)
			}
		}
		closedWith(t, <-ended, CloseNormal, "bye")
		<-s.Done()
	}
}

// The body of the loop may read, in any way.
func TestReadInLoop(t *testing.T) {
	s, c := overTCP(t, Options{}, Options{})
	go func() {
		for i := range 40 {
			c.WriteText(background, fmt.Sprint("message ", i, " ", string(bytes.Repeat([]byte("x"), i*500))))
		}
		c.Close(background, CloseNormal, "")
	}()
	i := 0
	check := func(p []byte) {
		t.Helper()
		if want := fmt.Sprint("message ", i, " "); !bytes.HasPrefix(p, []byte(want)) || len(p) != len(want)+i*500 {
			t.Fatalf("%.20q of %d bytes, want %q", p, len(p), want)
		}
		i++
	}
	for m, err := range s.Messages(background) {
		if err != nil {
			closedWith(t, err, CloseNormal, "")
			break
		}
		check(m.Data)
		if i%3 == 0 && i < 39 {
			_, p, err := s.Read(background)
			if err != nil {
				t.Fatal(err)
			}
			check(p)
		}
		if i == 20 {
			for m, err := range s.Messages(background) {
				if err != nil {
					t.Fatal(err)
				}
				check(m.Data)
				if i > 25 {
					break
				}
			}
		}
		if i == 30 {
			_, r, err := s.Reader(background)
			if err != nil {
				t.Fatal(err)
			}
			p, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			check(p)
		}
	}
	if i != 40 {
		t.Errorf("%d messages", i)
	}
}

// CloseNow does not wait for the body of the loop, and the peer notices.
func TestCloseNowWhileBodyRuns(t *testing.T) {
	s, peer := serverOverTCP(t, Options{})
	peer.Write(hello)
	inBody, leave, left := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		for _, err := range s.Messages(background) {
			if err != nil {
				left <- err
				return
			}
			close(inBody)
			<-leave
		}
	}()
	<-inBody
	s.CloseNow()
	<-s.Done()
	if _, err := io.ReadAll(peer); err != nil {
		t.Log(err) // a reset tells it as well
	}
	close(leave)
	if err := <-left; !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

// A context that ends while the loop waits, or while its body runs, ends the
// loop and nothing else.
func TestCancelLoop(t *testing.T) {
	s, peer := serverOverTCP(t, Options{})
	for i := range 50 {
		ctx, cancel := context.WithCancel(background)
		defer cancel()
		if i%2 == 0 {
			peer.Write(hello)
		} else {
			time.AfterFunc(time.Duration(i)*100*time.Microsecond, cancel)
		}
		n := 0
		for _, err := range s.Messages(ctx) {
			if err == nil {
				n++
				cancel()
				continue
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
		}
		if n != 1-i%2 {
			t.Fatalf("loop %d has yielded %d messages", i, n)
		}
	}
	if ctx := t.Context(); s.Write(ctx, Text, nil) != nil {
		t.Error("the connection is not as usable as before")
	}
}

// A panic in the loop's body passes through, and lets go of the socket.
func TestPanicInLoop(t *testing.T) {
	s, peer := serverOverTCP(t, Options{})
	peer.Write(append(bytes.Clone(hello), hello...))
	func() {
		defer func() {
			if v := recover(); v != "oops" {
				t.Error(v)
			}
		}()
		for range s.Messages(background) {
			panic("oops")
		}
	}()
	if _, p, err := s.Read(background); err != nil || string(p) != "Hello" {
		t.Errorf("%q, %v", p, err)
	}
	peer.Write(hello)
	if _, p, err := s.Read(background); err != nil || string(p) != "Hello" {
		t.Errorf("%q, %v", p, err)
	}
}

// Leaving the loop leaves the rest of what has arrived.
func TestLeaveLoop(t *testing.T) {
	s, peer := serverOverTCP(t, Options{})
	peer.Write(bytes.Repeat(hello, 10))
	for i := range 5 {
		for m, err := range s.Messages(background) {
			if err != nil || string(m.Data) != "Hello" {
				t.Fatalf("%d: %q, %v", i, m.Data, err)
			}
			break
		}
		if _, p, err := s.Read(background); err != nil || string(p) != "Hello" {
			t.Fatalf("%d: %q, %v", i, p, err)
		}
	}
}

// Two goroutines in the loop: the second one is told.
func TestTwoLoops(t *testing.T) {
	s, c := overTCP(t, Options{}, Options{})
	waits := make(chan error, 1)
	go func() {
		for _, err := range s.Messages(background) {
			if err != nil {
				waits <- err
				return
			}
		}
	}()
	c.WriteText(background, "Hello")
	go c.Read(background)
	if _, err := c.Ping(background); err != nil {
		t.Fatal(err)
	}
	for _, err := range s.Messages(background) {
		if err != ErrConcurrentRead {
			t.Error(err)
		}
	}
	c.CloseNow()
	if err := <-waits; !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}
