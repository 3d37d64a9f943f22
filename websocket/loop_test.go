package websocket_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// The end of the stream is noticed though it came together with a message.
func TestEndWithTheLastMessage(t *testing.T) {
	overEachLoop(t, func(t *testing.T, messages loop) {
		var wg sync.WaitGroup
		for i := range 100 {
			s, peer := serverOverTCP(t, Options{})
			wg.Go(func() {
				peer.Write(hello)
				if i%2 == 0 {
					peer.CloseWrite()
				} else {
					peer.Close()
				}
				n := 0
				for _, err := range messages(s, aMinute(t)) {
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
	})
}

// A loop that has waited for hours gets the next message at once, and keeps nothing of its time.
func TestMessageAfterSilence(t *testing.T) {
	overEachLoop(t, func(t *testing.T, messages loop) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := serverWithPeer(t, Options{Keepalive: -1})
			got := make(chan string, 1)
			go func() {
				for m := range messages(s, background) {
					got <- string(m.Data)
				}
			}()
			for range 3 {
				time.Sleep(time.Hour)
				peer.Write(hello)
				synctest.Wait()
				select {
				case m := <-got:
					if m != "Hello" {
						t.Errorf("%q", m)
					}
				default:
					t.Error("the message has not come at once")
				}
			}
			s.CloseNow()
			<-got // the end
		})
	})
}

// Close in the body of the loop makes the whole closing handshake, and so does
// Close by another goroutine while the body runs. What came before the peer's
// Close is still the loop's.
func TestCloseInLoop(t *testing.T) {
	overEachLoop(t, func(t *testing.T, messages loop) {
		for _, elsewhere := range []bool{false, true} {
			overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
				texts := []string{"Hello", "a second one", "and a third"}
				for _, text := range texts {
					if err := c.WriteText(background, text); err != nil {
						t.Fatal(err)
					}
				}
				ended := make(chan error, 1)
				go func() {
					_, _, err := c.Read(background)
					ended <- err
				}()
				turn := 0
				for m, err := range messages(s, aMinute(t)) {
					if err != nil {
						endedByClose(t, err, CloseNormal)
						break
					}
					if turn == 0 {
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
					}
					if turn >= len(texts) || string(m.Data) != texts[turn] {
						t.Errorf("message %d is %q", turn, m.Data)
					}
					turn++
				}
				if turn != len(texts) {
					t.Errorf("elsewhere %v: %d messages", elsewhere, turn)
				}
				closedWith(t, <-ended, CloseNormal, "bye")
				<-s.Done()
			})
		}
	})
}

// numberedTexts writes so many messages that get longer and longer, and closes.
func numberedTexts(c *Conn, n int) {
	for i := range n {
		c.WriteText(background, numberedText(i))
	}
	c.Close(background, CloseNormal, "")
}

func numberedText(i int) string {
	return fmt.Sprint("message ", i, " ", string(bytes.Repeat([]byte("x"), i*500)))
}

// The body of the loop may read, in any way.
func TestReadInLoop(t *testing.T) {
	overEachLoop(t, func(t *testing.T, messages loop) {
		overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) { readInLoop(t, s, c, messages) })
	})
}

func readInLoop(t *testing.T, s, c *Conn, messages loop) {
	go numberedTexts(c, 40)
	i := 0
	check := func(p []byte, err error) {
		t.Helper()
		if err != nil || string(p) != numberedText(i) {
			t.Fatalf("message %d: %.20q of %d bytes, %v", i, p, len(p), err)
		}
		i++
	}
	for m, err := range messages(s, aMinute(t)) {
		if err != nil {
			closedWith(t, err, CloseNormal, "")
			break
		}
		check(m.Data, nil)
		if i%3 == 0 && i < 39 {
			_, p, err := s.Read(background)
			check(p, err)
		}
		if i == 20 {
			for m, err := range messages(s, background) {
				if check(m.Data, err); i > 25 {
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
			check(p, err)
		}
	}
	if i != 40 {
		t.Errorf("%d messages", i)
	}
}

// CloseNow does not wait for the body of the loop, and the peer notices.
func TestCloseNowWhileBodyRuns(t *testing.T) {
	overEachLoop(t, func(t *testing.T, messages loop) {
		s, peer := serverOverTCP(t, Options{})
		peer.Write(hello)
		inBody, leave, left := make(chan struct{}), make(chan struct{}), make(chan error, 1)
		go func() {
			for _, err := range messages(s, background) {
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
		await(t, "Done", s.Done())
		if _, err := io.ReadAll(peer); err != nil {
			t.Log(err) // a reset tells it as well
		}
		close(leave)
		closedHere(t, await(t, "the loop", left))
	})
}

// A context that ends while the loop waits, or while its body runs, ends the
// loop and nothing else.
func TestCancelLoop(t *testing.T) {
	overEachLoop(t, func(t *testing.T, messages loop) {
		s, peer := serverOverTCP(t, Options{})
		for i := range 50 {
			ctx, cancel := context.WithCancel(background)
			defer cancel()
			if i%2 == 0 {
				peer.Write(hello)
			} else {
				go cancel()
			}
			n := 0
			for _, err := range messages(s, ctx) {
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
	})
}

// A panic in the loop's body passes through, and lets go of the right to read.
func TestPanicInLoop(t *testing.T) {
	overEachLoop(t, func(t *testing.T, messages loop) {
		s, peer := serverOverTCP(t, Options{})
		peer.Write(append(bytes.Clone(hello), hello...))
		func() {
			defer func() {
				if v := recover(); v != "oops" {
					t.Error(v)
				}
			}()
			for range messages(s, background) {
				panic("oops")
			}
		}()
		for range 2 {
			if _, p, err := s.Read(background); err != nil || string(p) != "Hello" {
				t.Errorf("%q, %v", p, err)
			}
			peer.Write(hello)
		}
	})
}

// Leaving the loop leaves the rest of what has arrived.
func TestLeaveLoop(t *testing.T) {
	overEachLoop(t, func(t *testing.T, messages loop) {
		s, peer := serverOverTCP(t, Options{})
		peer.Write(bytes.Repeat(hello, 10))
		for i := range 5 {
			for m, err := range messages(s, background) {
				if err != nil || string(m.Data) != "Hello" {
					t.Fatalf("%d: %q, %v", i, m.Data, err)
				}
				break
			}
			if _, p, err := s.Read(background); err != nil || string(p) != "Hello" {
				t.Fatalf("%d: %q, %v", i, p, err)
			}
		}
	})
}

// Two goroutines in the loop: the second one is told.
func TestTwoLoops(t *testing.T) {
	overEachLoop(t, func(t *testing.T, messages loop) {
		s, c := overTCP(t, Options{}, Options{})
		waits := make(chan error, 1)
		go func() {
			for _, err := range messages(s, background) {
				if err != nil {
					waits <- err
					return
				}
			}
		}()
		c.WriteText(background, "Hello")
		go c.Read(background)
		if _, err := c.Ping(background, nil); err != nil { // which s has answered, so it reads
			t.Fatal(err)
		}
		for _, err := range messages(s, background) {
			if err != ErrConcurrentRead {
				t.Error(err)
			}
		}
		c.CloseNow()
		if err := <-waits; !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
	})
}

// What BorrowMessages lends stays as it is until the next turn, whatever the body reads.
func TestBorrowMessagesUntilTheNextTurn(t *testing.T) {
	overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
		go numberedTexts(c, 30)
		for i := 0; i < 30; i += 3 {
			for m, err := range s.BorrowMessages(background) {
				if err != nil {
					t.Fatal(err)
				}
				for range 2 {
					if _, _, err := s.Read(background); err != nil {
						t.Fatal(err)
					}
				}
				if string(m.Data) != numberedText(i) {
					t.Fatalf("message %d has become %.20q of %d bytes", i, m.Data, len(m.Data))
				}
				break
			}
		}
	})
}

// Loops of the body's own calls of Close end with the peer's Close.
func TestCloseInTheBodyOfMessages(t *testing.T) {
	overEachLoop(t, func(t *testing.T, messages loop) {
		overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
			go c.WriteText(background, "close, please")
			go func() { // the client answers the Close
				for {
					if _, _, err := c.Read(background); err != nil {
						return
					}
				}
			}()
			turns := 0
			for m, err := range messages(s, background) {
				if turns++; turns == 1 {
					if err := s.Close(background, CloseGoingAway, ""); err != nil {
						t.Error(err)
					}
					if string(m.Data) != "close, please" {
						t.Errorf("%q", m.Data)
					}
				} else {
					endedByClose(t, err, CloseGoingAway)
				}
			}
			if turns != 2 {
				t.Errorf("%d turns", turns)
			}
		})
	})
}

// Close in the body keeps what arrives meanwhile for the loop, but no more than 1 MiB of it: then the time is up in which
// the peer has to answer.
func TestCloseInLoopKeepsNoMoreThanAMebibyte(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{})
		const messages, size = 64, 64 << 10
		go io.Copy(io.Discard, peer)
		go func() {
			peer.Write(maskedFrame(protocol.OpText, true, "close, please"))
			for range messages {
				peer.Write(maskedFrame(protocol.OpBinary, true, string(make([]byte, size))))
			}
			peer.Write(maskedFrame(protocol.OpClose, true, "\x03\xe8"))
		}()
		n := 0
		for m, err := range s.Messages(background) {
			if err != nil {
				if !errors.Is(err, ErrClosed) {
					t.Error(err)
				}
				break
			}
			if len(m.Data) == size {
				n += size
				continue
			}
			timedOut(t, s.Close(background, CloseNormal, ""), "Options.CloseTimeout", 5*time.Second)
		}
		if n < 1<<20 || n > 1<<20+size {
			t.Errorf("%d bytes kept of what came while Close waited", n)
		}
	})
}

// CloseNow ends a Close that waits for a loop to take what was kept, at once.
func TestCloseNowEndsACloseThatWaitsForALoop(t *testing.T) {
	overEachLoop(t, func(t *testing.T, messages loop) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := serverWithPeer(t, Options{})
			defer peer.Close()
			go func() {
				for range 32 {
					peer.Write(maskedFrame(protocol.OpBinary, true, string(make([]byte, 64<<10))))
				}
			}()
			for _, err := range messages(s, background) {
				if err != nil {
					break
				}
				closed := make(chan error, 1)
				go func() { closed <- s.Close(background, CloseNormal, "") }()
				synctest.Wait() // until it has kept all that it keeps
				start := time.Now()
				s.CloseNow()
				<-s.Done()
				if took := time.Since(start); took != 0 {
					t.Errorf("closed after %v", took)
				}
				if err := <-closed; !errors.Is(err, net.ErrClosed) {
					t.Errorf("Close: %v", err)
				}
				break
			}
		})
	})
}
