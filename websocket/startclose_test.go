package websocket_test

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// closeFrame is what a server sends for code and reason.
func closeFrame(code CloseCode, reason string) string {
	return string([]byte{0x88, byte(2 + len(reason)), byte(code >> 8), byte(code)}) + reason
}

// reading starts to read from c, and returns how that ends.
func reading(c *Conn) <-chan error {
	read := make(chan error, 1)
	go func() {
		_, _, err := c.Read(background)
		read <- err
	}()
	return read
}

// The Close frame leaves, whoever reads goes on, and no goroutine waits besides.
//
//rfc:6455-7.1.2-1 6455-7.3-1
func TestStartClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{})
		read := reading(s)
		synctest.Wait()
		before := runtime.NumGoroutine()
		if err := s.StartClose(CloseGoingAway, "bye"); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if n := runtime.NumGoroutine(); n > before {
			t.Errorf("%d goroutines, %d before", n, before)
		}
		got := make([]byte, len(closeFrame(CloseGoingAway, "bye")))
		if _, err := io.ReadFull(peer, got); err != nil || string(got) != closeFrame(CloseGoingAway, "bye") {
			t.Errorf("%q, %v", got, err)
		}
		peer.Write(maskedFrame(protocol.OpClose, true, "\x03\xe8"))
		closedWith(t, <-read, CloseNormal, "")
		peer.Close()
		if err := s.Close(background, CloseNormal, ""); err != nil {
			t.Error(err)
		}
		if err := s.StartClose(CloseNormal, ""); err != nil {
			t.Error("once more:", err)
		}
	})
}

// A peer that does not answer has as long as with Close.
func TestStartCloseOfASilentPeer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, reads := range []bool{true, false} {
			s, _ := serverWithPeer(t, Options{CloseTimeout: 3 * time.Second})
			var read <-chan error
			if reads {
				read = reading(s)
				synctest.Wait()
			}
			began := time.Now()
			s.StartClose(CloseGoingAway, "")
			<-s.Done()
			if took := time.Since(began); took != 3*time.Second {
				t.Errorf("closed after %v", took)
			}
			if reads {
				var late *TimeoutError
				if err := <-read; !errors.As(err, &late) || late.Option != "Options.CloseTimeout" {
					t.Error(err)
				}
			}
		}
	})
}

// The handler looks at a message while the server closes, and returns: the Close of
// that reads on, up to the peer's.
func TestCloseAfterStartClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{})
		read := reading(s)
		synctest.Wait()
		s.StartClose(CloseGoingAway, "")
		peer.Write(maskedFrame(protocol.OpText, true, "on its way"))
		if err := <-read; err != nil {
			t.Error(err)
		}
		closed := make(chan error, 2)
		for range 2 { // the second one waits for the first
			go func() { closed <- s.Close(background, CloseNormal, "") }()
		}
		synctest.Wait()
		peer.Write(maskedFrame(protocol.OpText, true, "dropped"))
		peer.Write(maskedFrame(protocol.OpClose, true, ""))
		peer.Close()
		if err := errors.Join(<-closed, <-closed); err != nil {
			t.Error(err)
		}
	})
}

// Whoever was reading stops: a goroutine of the connection reads on, at once.
func TestStartCloseWhenTheReaderStops(t *testing.T) {
	for name, stop := range map[string]func(*Conn, io.Writer, context.CancelFunc){
		"context": func(_ *Conn, _ io.Writer, cancel context.CancelFunc) { cancel() },
		"message": func(_ *Conn, peer io.Writer, _ context.CancelFunc) {
			peer.Write(maskedFrame(protocol.OpText, true, "the last one"))
		},
	} {
		for way, read := range map[string]func(*Conn, context.Context){
			"Read":    func(c *Conn, ctx context.Context) { c.Read(ctx) },
			"Discard": func(c *Conn, ctx context.Context) { <-c.Discard(ctx).Done() },
			"Messages": func(c *Conn, ctx context.Context) {
				for range c.Messages(ctx) {
					break
				}
			},
			"Reader": func(c *Conn, ctx context.Context) {
				if _, r, err := c.Reader(ctx); err == nil {
					io.ReadAll(r)
				}
			},
		} {
			t.Run(name+" "+way, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s, peer := serverWithPeer(t, Options{})
					ctx, cancel := context.WithCancel(background)
					defer cancel()
					go read(s, ctx)
					synctest.Wait()
					s.StartClose(CloseGoingAway, "")
					stop(s, peer, cancel)
					synctest.Wait()
					began := time.Now()
					peer.Write(maskedFrame(protocol.OpClose, true, "\x03\xe8"))
					peer.Close()
					<-s.Done()
					if took := time.Since(began); took > 0 {
						t.Errorf("closed after %v", took)
					}
					if err := s.Close(background, CloseNormal, ""); err != nil {
						t.Error(err)
					}
				})
			})
		}
	}
}

// The first call decides what the peer is told, also while a message that was
// promised has yet to leave before.
func TestFirstCloseDecides(t *testing.T) {
	for _, start := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			x, y := deflates(protocol.DeflateWindow{Bits: 15}, protocol.DeflateWindow{Bits: 15})
			a, b := StreamPair()
			s := NewConn(a, Server, Setup{Deflate: x}, Options{})
			c := NewConn(b, Client, Setup{Deflate: y}, Options{MaxMessage: -1})
			ctx, cancel := context.WithCancel(background)
			written := make(chan error)
			go func() { written <- s.Write(ctx, Binary, randomBytes(3<<20)) }()
			synctest.Wait() // the write is stuck
			cancel()
			if err := <-written; err != context.Canceled {
				t.Fatal(err)
			}
			if start {
				s.StartClose(4001, "first")
			} else {
				go s.Close(background, 4001, "first")
			}
			synctest.Wait()
			s.StartClose(4002, "second")
			over := c.Discard(background)
			<-over.Done()
			closedWith(t, context.Cause(over), 4001, "first")
			<-s.Done()
		})
	}
}

// Nobody reads: a goroutine of the connection does, up to the peer's Close.
func TestStartCloseWithoutAReader(t *testing.T) {
	overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
		c.WriteText(background, "dropped")
		s.StartClose(CloseNormal, "done")
		_, _, err := c.Read(background)
		closedWith(t, err, CloseNormal, "done")
		await(t, "Done", s.Done())
		if err := s.Close(background, CloseNormal, ""); err != nil {
			t.Error(err)
		}
	})
}

// A message that is half written keeps its place.
func TestStartCloseBehindAMessage(t *testing.T) {
	overEach(t, Options{CloseTimeout: time.Minute}, Options{MaxMessage: 8 << 20}, func(t *testing.T, s, c *Conn) {
		read := reading(s)
		ctx, cancel := context.WithCancel(background)
		written := make(chan error, 1)
		go func() { written <- s.Write(ctx, Binary, make([]byte, 6<<20)) }()
		until(t, "the write waits", func() bool { return s.Stats().BytesWritten > 0 })
		s.StartClose(CloseGoingAway, "")
		cancel()
		<-written
		_, p, err := c.Read(background)
		if err != nil || len(p) != 6<<20 {
			t.Errorf("%d bytes, %v", len(p), err)
		}
		_, _, err = c.Read(background)
		closedWith(t, err, CloseGoingAway, "")
		closedWith(t, <-read, CloseGoingAway, "")
		await(t, "Done", s.Done())
	})
}

// What may not be sent is changed, as by Close.
func TestStartCloseArguments(t *testing.T) {
	s, c := overTCP(t, Options{}, Options{})
	read := reading(c)
	var changed *CloseArgumentError
	if err := s.StartClose(CloseNormal, strings.Repeat("x", 200)); !errors.As(err, &changed) {
		t.Error(err)
	}
	closedWith(t, <-read, CloseNormal, strings.Repeat("x", 123))
}
