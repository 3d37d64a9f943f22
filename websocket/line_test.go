package websocket_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// toAStuckPeer runs f with a connection one of whose goroutines is writing 70,000 bytes to a peer that reads nothing.
// At the end the peer reads all, which has to be the lengths that f returns behind the first, in their order.
func toAStuckPeer(t *testing.T, o Options, f func(s *Conn) (lengths []int)) {
	synctest.Test(t, func(t *testing.T) {
		o.Keepalive, o.WriteTimeout = -1, -1
		s, c := inMemory(t, o, Options{Keepalive: -1})
		go s.Write(background, Binary, make([]byte, 70_000))
		synctest.Wait()
		for i, want := range append([]int{70_000}, f(s)...) {
			_, p, err := c.Read(expire(t))
			if err != nil || len(p) != want {
				t.Errorf("message %d has %d bytes, want %d: %v", i, len(p), want, err)
			}
		}
		if _, p, err := c.Read(expire(t)); err != context.DeadlineExceeded {
			t.Errorf("then %d bytes, %v", len(p), err)
		}
	})
}

// writeBeside has a goroutine write n bytes, and returns when it waits.
func writeBeside(s *Conn, n int) (written <-chan error, leave func()) {
	ctx, cancel := context.WithCancel(background)
	told := make(chan error, 1)
	go func() { told <- s.Write(ctx, Binary, make([]byte, n)) }()
	synctest.Wait()
	return told, func() { cancel(); synctest.Wait() }
}

// A message for which there would be room waits behind one for which there is none.
func TestLineKeepsItsOrder(t *testing.T) {
	toAStuckPeer(t, Options{MaxQueued: 100_000}, func(s *Conn) []int {
		writeBeside(s, 50_000)
		writeBeside(s, 10)
		return []int{50_000, 10}
	})
}

// When the first of the line has left, the next gets its place.
func TestLineGoesOnWhenOneLeaves(t *testing.T) {
	toAStuckPeer(t, Options{MaxQueued: 100_000}, func(s *Conn) []int {
		first, leave := writeBeside(s, 50_000)
		second, leaveToo := writeBeside(s, 10)
		leave()
		notSent(t, <-first, context.Canceled)
		leaveToo()
		if err := <-second; err != context.Canceled {
			t.Errorf("got %v, want %v: the message has its place", err, context.Canceled)
		}
		return []int{10}
	})
}

// A message with its place is sent though its caller has left, and nobody else writes.
func TestMessageOfACallerWhoHasLeft(t *testing.T) {
	toAStuckPeer(t, Options{}, func(s *Conn) []int {
		written, leave := writeBeside(s, 10)
		leave()
		if err := <-written; err != context.Canceled {
			t.Errorf("got %v, want %v: the message has its place", err, context.Canceled)
		}
		return []int{10}
	})
}

// Without a bound any number of bytes waits.
func TestNoBoundForWhatWaits(t *testing.T) {
	toAStuckPeer(t, Options{MaxQueued: -1}, func(s *Conn) (lengths []int) {
		for range 100 {
			written, leave := writeBeside(s, 10_000)
			leave()
			if err := <-written; err != context.Canceled {
				t.Fatalf("got %v, want %v: the message has its place", err, context.Canceled)
			}
			lengths = append(lengths, 10_000)
		}
		return lengths
	})
}

// What is put into a batch beside a write leaves behind it, with nobody else's help.
func TestBatchBesideAWrite(t *testing.T) {
	toAStuckPeer(t, Options{}, func(s *Conn) []int {
		if err := s.Batch().Write(background, Binary, make([]byte, 10)); err != nil {
			t.Error(err)
		}
		return []int{10}
	})
}

// Flush beside a write returns when that has ended.
func TestFlushBesideAWrite(t *testing.T) {
	flushed := make(chan error, 1)
	toAStuckPeer(t, Options{}, func(s *Conn) []int {
		go func() { flushed <- s.Batch().Flush(background) }()
		synctest.Wait()
		if len(flushed) > 0 {
			t.Error("nothing was waited for")
		}
		return nil
	})
	if err := <-flushed; err != nil {
		t.Error(err)
	}
}

// A batch that fills the room leaves when a message waits for it.
func TestWriteBehindABatchThatFillsTheRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := inMemory(t, Options{MaxQueued: 10_000}, Options{})
		s.Batch().Write(background, Binary, make([]byte, 9000))
		go s.Write(background, Binary, make([]byte, 5000))
		for _, want := range []int{9000, 5000} {
			if _, p, err := c.Read(expire(t)); err != nil || len(p) != want {
				t.Errorf("%d bytes, want %d: %v", len(p), want, err)
			}
		}
	})
}

// A large message takes along all that waits before it, however much that is.
func TestLargeMessageBehindMany(t *testing.T) {
	s, c := overTCP(t, Options{MaxQueued: -1}, Options{MaxMessage: -1})
	go s.Write(background, Binary, make([]byte, 8<<20)) // more than sockets hold
	_, r, err := c.Reader(background)
	if err != nil {
		t.Fatal(err)
	}
	const many = 20
	for range many {
		go s.Write(background, Binary, pattern(15_000))
	}
	until(t, "places in the order", func() bool { return s.Stats().MessagesWritten == 1+many })
	go s.Write(background, Binary, pattern(100_000))
	until(t, "the large message in the line", func() bool { return s.Waiting() == 1 })
	if _, err := io.Copy(io.Discard, r); err != nil {
		t.Fatal(err)
	}
	for range many + 1 {
		if _, p, err := c.Read(aMinute(t)); err != nil || !bytes.Equal(p, pattern(len(p))) {
			t.Fatalf("%d bytes, not what was sent, %v", len(p), err)
		}
	}
}

// Who waits for a place is told when the peer closes, not when the transport is closed.
func TestWhoWaitsIsToldOfThePeersClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, peer := withPeer(t, Client, Options{})
		if _, err := c.Writer(background, Text); err != nil {
			t.Fatal(err)
		}
		told := waitIn(map[string]func() error{"Write": func() error { return c.WriteText(background, "text") }})
		peer.Write([]byte{0x88, 0})
		if _, _, err := c.Read(background); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		synctest.Wait()
		select {
		case err := <-told["Write"]:
			closedWith(t, err, CloseNoStatus, "")
		default:
			t.Error("it waits while the server has yet to close TCP")
		}
	})
}

// A message in several frames whose context has ended is sent whole before the connection closes.
func TestCloseKeepsAPromise(t *testing.T) {
	for name, end := range map[string]func(s, c *Conn){
		"Close":            func(s, c *Conn) { s.Close(background, CloseNormal, "") },
		"the peer's Close": func(s, c *Conn) { s.Read(background) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				window := protocol.DeflateWindow{Bits: 15}
				x, y := deflates(window, window)
				a, b := StreamPair()
				s := NewConn(a, Server, Setup{Deflate: x}, Options{MaxQueued: 60_000})
				c := NewConn(b, Client, Setup{Deflate: y}, Options{MaxMessage: -1})
				defer s.CloseNow()
				defer c.CloseNow()
				go s.Write(background, Binary|Plain, make([]byte, 70_000)) // what comes behind it waits in the line
				synctest.Wait()
				p := pattern(500_000)
				ctx, cancel := context.WithCancel(background)
				written := make(chan error, 1)
				go func() { written <- s.Write(ctx, Binary, p) }()
				synctest.Wait()
				cancel()
				if err := <-written; err != context.Canceled {
					t.Fatal(err)
				}
				go end(s, c)
				synctest.Wait()
				c.Read(background)
				_, r, err := c.Reader(background)
				if err != nil {
					t.Fatal(err)
				}
				if name == "the peer's Close" {
					go c.Close(background, CloseNormal, "")
					synctest.Wait()
				}
				if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, p) {
					t.Errorf("%d bytes of %d, %v", len(got), len(p), err)
				}
				_, _, err = c.Read(background)
				endedByClose(t, err, CloseNormal)
			})
		})
	}
}

// Long text that is not UTF-8 is not begun.
func TestLongTextNotUTF8(t *testing.T) {
	window := protocol.DeflateWindow{Bits: 15}
	x, y := deflates(window, window)
	s, c := overTCPCompressed(t, x, y, Options{}, Options{})
	var refused *SendError
	if err := s.Write(background, Text, append(jsonText(200_000, 1), 0xff)); !errors.As(err, &refused) {
		t.Error(err)
	}
	s.WriteText(background, "next")
	if _, p, err := c.Read(background); err != nil || string(p) != "next" {
		t.Errorf("%.10q of %d bytes, %v", p, len(p), err)
	}
}

// What a net.Conn has sent is not sent again because its deadline was changed meanwhile.
func TestNetConnSendsOnce(t *testing.T) {
	toAStuckPeer(t, Options{}, func(s *Conn) []int {
		n := s.NetConn(background, Binary)
		written := make(chan error, 1)
		go func() {
			_, err := n.Write(make([]byte, 10))
			written <- err
		}()
		synctest.Wait()
		n.SetWriteDeadline(time.Now().Add(time.Hour))
		synctest.Wait()
		if err := <-written; err != nil {
			t.Error(err)
		}
		return []int{10}
	})
}

// A message without payload is not seen through a net.Conn.
func TestNetConnOfEmptyMessages(t *testing.T) {
	s, c := inMemory(t, Options{}, Options{})
	go func() {
		c.Write(background, Binary, nil)
		c.Write(background, Binary, []byte("a"))
	}()
	p := make([]byte, 10)
	if n, err := s.NetConn(background, Binary).Read(p); n != 1 || err != nil {
		t.Error(n, err)
	}
}

// A message in several frames that was sent holds up nobody.
func TestCloseAfterAMessageInFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		window := protocol.DeflateWindow{Bits: 15}
		x, y := deflates(window, window)
		a, b := StreamPair()
		s, c := NewConn(a, Server, Setup{Deflate: x}, Options{}), NewConn(b, Client, Setup{Deflate: y}, Options{})
		defer s.CloseNow()
		defer c.CloseNow()
		go func() {
			for range c.Messages(background) {
			}
		}()
		if err := s.Write(background, Text, jsonText(200_000, 1)); err != nil {
			t.Error(err)
		}
		start := time.Now()
		if err := s.Close(background, CloseNormal, ""); err != nil || time.Since(start) != 0 {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

// What was written makes room for what comes.
func TestRoomComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := inMemory(t, Options{MaxQueued: 10_000}, Options{})
		for range 3 {
			if err := s.Write(expire(t), Binary, make([]byte, 9000)); err != nil {
				t.Fatal(err)
			}
			c.Read(background)
		}
	})
}

// Pings whose answers have left do not count, though there was no room for them at first.
func TestPingsAfterAWriteThatWasStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{MaxPings: 10})
		go s.Read(background)
		for range 5 {
			go s.Write(background, Binary, make([]byte, 70_000))
			synctest.Wait()
			for range 6 {
				peer.Write(maskedFrame(protocol.OpPing, true, "ping"))
				synctest.Wait()
			}
			if _, err := io.ReadFull(peer, make([]byte, 10+70_000+6*(2+4))); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
	})
}

// A message that ends within a character is ended before it, wherever that is cut.
func TestStreamEndsWithinACharacter(t *testing.T) {
	for _, character := range []string{"é", "世", "😀"} {
		for cut := 1; cut < len(character); cut++ {
			for _, n := range []int{1, 4096 - cut, 10_000} {
				s, c := inMemory(t, Options{}, Options{})
				begun := strings.Repeat("a", n)
				go func() {
					w, err := s.Writer(background, Text)
					if err != nil {
						t.Error(err)
						return
					}
					io.WriteString(w, begun+character[:cut])
					var refused *SendError
					if err := w.Close(); !errors.As(err, &refused) {
						t.Error(err)
					}
					s.WriteText(background, "next")
				}()
				for _, want := range []string{begun, "next"} {
					if _, p, err := c.Read(aMinute(t)); err != nil || string(p) != want {
						t.Errorf("%d bytes, %v", len(p), err)
					}
				}
			}
		}
	}
}

// Write of a MessageWriter says how much it has taken when text does not go on, and takes no other messages than text
// and binary ones.
func TestWriterRefuses(t *testing.T) {
	s, c := inMemory(t, Options{}, Options{})
	var refused *SendError
	if _, err := s.Writer(background, Type(protocol.OpPing)); !errors.As(err, &refused) {
		t.Error(err)
	}
	go func() {
		w, _ := s.Writer(background, Text)
		if n, err := io.WriteString(w, "good\xff"); n != 4 || !errors.As(err, &refused) {
			t.Error(n, err)
		}
		w.Close()
	}()
	if _, p, err := c.Read(background); err != nil || string(p) != "good" {
		t.Errorf("%q %v", p, err)
	}
}

// A Close that has no time left does not tell the peer of an end where the rest of a
// message is missing that is said to be sent.
func TestCloseDoesNotBreakAPromise(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, y := deflates(protocol.DeflateWindow{Bits: 15}, protocol.DeflateWindow{Bits: 15})
		a, b := StreamPair()
		told := func(*Conn, bool, CloseCode, string) { t.Error("a Close frame was put out") }
		s := NewConn(a, Server, Setup{Deflate: x}, Options{Trace: &Trace{Close: told}})
		c := NewConn(b, Client, Setup{Deflate: y}, Options{MaxMessage: -1})
		ctx, cancel := context.WithCancel(background)
		written := make(chan error)
		go func() { written <- s.Write(ctx, Binary, randomBytes(3<<20)) }()
		synctest.Wait() // it is stuck
		cancel()
		if err := <-written; err != context.Canceled {
			t.Fatal(err)
		}
		if err := s.Close(ctx, CloseNormal, ""); err != context.Canceled {
			t.Error(err)
		}
		if err := <-reading(c); CloseStatus(err) != CloseAbnormal {
			t.Errorf("the peer was told %v", err)
		}
		c.CloseNow()
	})
}

// A message in pieces whose context ends after the peer's Close has come is sent to its end all the same: it must not
// end early, which the peer would take for all of it.
func TestPromiseAfterThePeersClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, y := deflates(protocol.DeflateWindow{Bits: 15}, protocol.DeflateWindow{Bits: 15})
		a, b := StreamPair()
		s := NewConn(a, Server, Setup{Deflate: x}, Options{})
		c := NewConn(b, Client, Setup{Deflate: y}, Options{MaxMessage: -1})
		want := randomBytes(3 << 20) // more than Close keeps
		ctx, cancel := context.WithCancel(background)
		written, closed := make(chan error), make(chan error, 1)
		go func() { written <- s.Write(ctx, Binary, want) }()
		s.Discard(background)
		synctest.Wait() // the write is stuck
		_, r, err := c.Reader(background)
		if err != nil {
			t.Fatal(err)
		}
		go func() { closed <- c.Close(background, CloseNormal, "") }()
		synctest.Wait() // the Close frame is there
		cancel()
		if err := <-written; err != context.Canceled {
			t.Fatal(err)
		}
		synctest.Wait()
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		if err := <-closed; err != nil {
			t.Error(err)
		}
	})
}
