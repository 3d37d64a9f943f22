package websocket_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/synctest"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

func TestReadEndsWithItsContext(t *testing.T) {
	overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
		for range 3 {
			if _, _, err := s.Read(expire(t)); err != context.DeadlineExceeded {
				t.Fatal(err)
			}
			ended, cancel := context.WithCancel(background)
			cancel()
			if _, _, err := s.Read(ended); err != context.Canceled {
				t.Fatal(err)
			}
			if err := c.WriteText(background, "still here"); err != nil {
				t.Fatal(err)
			}
			if _, p, err := s.Read(background); err != nil || string(p) != "still here" {
				t.Fatalf("%q %v", p, err)
			}
		}
	})
}

// A message arrives byte by byte, and after each byte a read is given up.
func TestReadLosesNothing(t *testing.T) {
	reads := map[string]func(*Conn, context.Context) ([]byte, error){
		"Read": func(c *Conn, ctx context.Context) ([]byte, error) {
			_, p, err := c.Read(ctx)
			return p, err
		},
		"ReadInto": func(c *Conn, ctx context.Context) ([]byte, error) {
			buf := []byte("garbage of the call before")
			_, p, err := c.ReadInto(ctx, buf)
			p = bytes.Clone(p)
			copy(buf[:cap(buf)], "the caller's to write over")
			return p, err
		},
		"Messages": func(c *Conn, ctx context.Context) ([]byte, error) {
			for m, err := range c.Messages(ctx) {
				return m.Data, err
			}
			panic("no turn of the loop")
		},
		"BorrowMessages": func(c *Conn, ctx context.Context) ([]byte, error) {
			for m, err := range c.BorrowMessages(ctx) {
				return bytes.Clone(m.Data), err
			}
			panic("no turn of the loop")
		},
	}
	wire := append(maskedFrame(protocol.OpText, false, "Hel"), maskedFrame(protocol.OpPing, true, "ping")...)
	wire = append(wire, maskedFrame(protocol.OpContinuation, true, "lo, world")...)
	for name, read := range reads {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := serverWithPeer(t, Options{Keepalive: -1})
				for _, b := range wire[:len(wire)-1] {
					peer.Write([]byte{b})
					ctx, cancel := context.WithCancel(background)
					go func() { synctest.Wait(); cancel() }()
					if _, err := read(s, ctx); err != context.Canceled {
						t.Fatal(err)
					}
				}
				peer.Write(wire[len(wire)-1:])
				if p, err := read(s, background); err != nil || string(p) != "Hello, world" {
					t.Errorf("%q %v", p, err)
				}
			})
		})
	}
}

// Reads are given up at random while messages of random sizes arrive.
func TestReadLosesNothingAtRandom(t *testing.T) {
	overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
		r := rand.New(rand.NewPCG(1, 2))
		const messages = 200
		sizes := make([]int, messages)
		for i := range sizes {
			sizes[i] = 1 << r.IntN(17)
		}
		go func() {
			for i, n := range sizes {
				if c.Write(background, Binary, bytes.Repeat([]byte{byte(i)}, n)) != nil {
					return
				}
			}
		}()
		for i, n := range sizes {
			var p []byte
			for err := error(context.Canceled); err == context.Canceled; {
				ctx, cancel := context.WithCancel(background)
				go cancel()
				if _, p, err = s.Read(ctx); err != nil && err != context.Canceled {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(p, bytes.Repeat([]byte{byte(i)}, n)) {
				t.Fatalf("message %d is not what was sent", i)
			}
		}
	})
}

func TestSecondReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := inMemory(t, Options{}, Options{})
		first := make(chan error)
		go func() {
			_, _, err := s.Read(background)
			first <- err
		}()
		synctest.Wait()
		if _, _, err := s.Read(background); err != ErrConcurrentRead {
			t.Error(err)
		}
		if _, _, err := s.Reader(background); err != ErrConcurrentRead {
			t.Error(err)
		}
		for _, messages := range loops {
			for _, err := range messages(s, background) {
				if err != ErrConcurrentRead {
					t.Error(err)
				}
			}
		}
		c.WriteText(background, "for the first")
		if err := <-first; err != nil {
			t.Error(err)
		}
	})
}

func TestReadInto(t *testing.T) {
	overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
		buf := make([]byte, 0, 10)
		for _, text := range []string{"short", "", "too long for ten"} {
			go c.WriteText(background, text)
			_, p, err := s.ReadInto(background, buf)
			if err != nil || string(p) != text {
				t.Fatalf("%q %v", p, err)
			}
			if inside := cap(p) == cap(buf); inside != (len(text) <= 10) {
				t.Errorf("%q: in the caller's memory: %v", text, inside)
			}
		}
	})
}

func TestReadTheLossOfTheTransport(t *testing.T) {
	for name, sent := range map[string][]byte{
		"between frames": nil,
		"in a header":    {0x81},
		"in a payload":   maskedFrame(protocol.OpText, true, "Hello")[:8],
		"in a message":   maskedFrame(protocol.OpText, false, "Hello"),
	} {
		t.Run(name, func(t *testing.T) { //rfc:6455-7.1.5-3 6455-7.2.1-2 6455-7.4.1-10
			s, peer := serverWithPeer(t, Options{})
			peer.Write(sent)
			peer.Close()
			for range 2 {
				_, _, err := s.Read(background)
				closedWith(t, err, CloseAbnormal, "")
				if !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Error(err)
				}
			}
			<-s.Done()
			closedWith(t, s.Write(background, Text, nil), CloseAbnormal, "")
		})
	}
}

// Buffered tells that more messages came with the same read.
func TestBuffered(t *testing.T) {
	s, peer := serverWithPeer(t, Options{})
	peer.Write(append(maskedFrame(protocol.OpText, true, "one"), maskedFrame(protocol.OpText, true, "two")...))
	s.Read(background)
	if n := s.Buffered(); n != 9 {
		t.Errorf("%d bytes buffered, want the 9 of the second message", n)
	}
	s.Read(background)
	if n := s.Buffered(); n != 0 {
		t.Errorf("%d bytes buffered after the last message", n)
	}
}
