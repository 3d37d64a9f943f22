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

// flood has a peer send n messages and then its Close.
func flood(peer io.ReadWriteCloser, n, size int) {
	for range n {
		peer.Write(maskedFrame(protocol.OpBinary, true, string(make([]byte, size))))
	}
	peer.Write(maskedFrame(protocol.OpClose, true, "\x03\xe8"))
}

// closeAfter closes a peer's end when the other one has been closed.
func closeAfter(peer io.ReadWriteCloser) {
	io.Copy(io.Discard, peer)
	peer.Close()
}

// What a Read waits for beside Close that reads is kept for it.
func TestReadBesideClose(t *testing.T) {
	for name, read := range ways {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, c := inMemory(t, Options{}, Options{})
				closed, got := make(chan error, 1), make(chan string, 1)
				go func() { closed <- s.Close(background, CloseNormal, "") }()
				synctest.Wait()
				go func() {
					text, _ := read(s, background)
					got <- text
				}()
				synctest.Wait()
				c.WriteText(background, "Hello")
				synctest.Wait()
				c.Read(background)
				if err := await(t, "Close", closed); err != nil {
					t.Error(err)
				}
				if text := await(t, name, got); text != "Hello" {
					t.Errorf("%q", text)
				}
			})
		})
	}
}

// Who has left a loop, or has come to the end of a MessageReader, has no claim any more: Close drops what comes.
func TestCloseDropsWhatNobodyClaims(t *testing.T) {
	turns := func(messages loop) func(*testing.T, *Conn) {
		return func(t *testing.T, s *Conn) {
			n := 0
			for range messages(s, background) {
				if n++; n == 2 {
					break
				}
			}
		}
	}
	for name, use := range map[string]func(t *testing.T, s *Conn){
		"Messages":       turns((*Conn).Messages),
		"BorrowMessages": turns((*Conn).BorrowMessages),
		"Reader": func(t *testing.T, s *Conn) {
			for range 2 {
				_, r, _ := s.Reader(background)
				io.ReadAll(r)
			}
		},
		"a Reader that is skipped": func(t *testing.T, s *Conn) {
			s.Reader(background)
			s.Read(background)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := serverWithPeer(t, Options{})
				peer.Write(append(bytes.Clone(hello), hello...))
				use(t, s)
				go closeAfter(peer)
				go flood(peer, 40, 64<<10) // more than Close keeps
				if err := s.Close(background, CloseNormal, ""); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// Close that waits for a loop to take what was kept goes on when the loop is left.
func TestCloseGoesOnWhenALoopIsLeft(t *testing.T) {
	overEachLoop(t, func(t *testing.T, messages loop) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := serverWithPeer(t, Options{})
			peer.Write(hello)
			closed := make(chan error, 1)
			for range messages(s, background) {
				go func() { closed <- s.Close(background, CloseNormal, "") }()
				go closeAfter(peer)
				go flood(peer, 40, 64<<10) // more than Close keeps
				synctest.Wait()
				break
			}
			if err := await(t, "Close", closed); err != nil {
				t.Error(err)
			}
		})
	})
}

// It goes on as well while the loop takes what was kept, be it a message that is longer than what Close keeps.
func TestCloseGoesOnWhenALoopTakes(t *testing.T) {
	for size, want := range map[int]int{64 << 10: 40, 3 << 20: 2} {
		overEachLoop(t, func(t *testing.T, messages loop) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := serverWithPeer(t, Options{MaxMessage: -1})
				peer.Write(hello)
				closed := make(chan error, 1)
				n := 0
				for _, err := range messages(s, background) {
					if err != nil {
						endedByClose(t, err, CloseNormal)
						break
					}
					if n++; n == 1 {
						go func() { closed <- s.Close(background, CloseNormal, "") }()
						go closeAfter(peer)
						go flood(peer, want, size)
					}
					synctest.Wait()
				}
				if err := await(t, "Close", closed); err != nil || n != 1+want {
					t.Errorf("%d messages, %v", n, err)
				}
			})
		})
	}
}

// What Close has kept for a loop that was left is there for whoever reads.
func TestReadOfWhatALoopHasLeft(t *testing.T) {
	overEachLoop(t, func(t *testing.T, messages loop) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := serverWithPeer(t, Options{})
			peer.Write(append(bytes.Clone(hello), maskedFrame(protocol.OpText, true, "kept")...))
			peer.Write(maskedFrame(protocol.OpClose, true, "\x03\xe8"))
			go closeAfter(peer)
			for range messages(s, background) {
				if err := s.Close(background, CloseNormal, ""); err != nil {
					t.Error(err)
				}
				break
			}
			if _, p, err := s.Read(background); err != nil || string(p) != "kept" {
				t.Errorf("%q %v", p, err)
			}
			_, _, err := s.Read(background)
			closedHere(t, err)
		})
	})
}

// A context that ends with the connection takes nothing from a loop that goes on.
func TestContextThatEndsWithTheConnection(t *testing.T) {
	overEachLoop(t, func(t *testing.T, messages loop) {
		synctest.Test(t, func(t *testing.T) {
			a, peer := StreamPair()
			ctx, cancel := context.WithCancel(background)
			s := NewConn(a, Server, Setup{Closed: cancel}, Options{})
			peer.Write(append(bytes.Clone(hello), maskedFrame(protocol.OpText, true, "kept")...))
			peer.Write(maskedFrame(protocol.OpClose, true, "\x03\xe8"))
			go closeAfter(peer)
			var got []string
			for m, err := range messages(s, ctx) {
				if err != nil {
					endedByClose(t, err, CloseNormal)
					break
				}
				if got = append(got, string(m.Data)); len(got) == 1 {
					s.Close(background, CloseNormal, "")
					<-ctx.Done()
				}
			}
			if len(got) != 2 || got[1] != "kept" {
				t.Errorf("%q", got)
			}
		})
	})
}

// Whoever waits when the connection ends, and its context with it, is told how the connection has ended.
func TestEndComesBeforeTheContext(t *testing.T) {
	run := func(name string, wire []byte, closing bool) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(background)
				hook := func(*Conn, error) {
					cancel()
					time.Sleep(time.Second)
				}
				s, peer := serverWithPeer(t, Options{Trace: &Trace{Error: hook}})
				if closing {
					go s.Close(background, CloseNormal, "")
					synctest.Wait()
				}
				ended := make(chan error, 1)
				go func() {
					_, _, err := s.Read(ctx)
					ended <- err
				}()
				synctest.Wait()
				peer.Write(wire)
				go closeAfter(peer)
				if err := await(t, "Read", ended); !errors.Is(err, ErrClosed) {
					t.Error(err)
				}
				<-s.Done()
				time.Sleep(time.Second) // the hook too comes to its end
			})
		})
	}
	run("waits for the peer", nil, false)
	run("waits for Close", []byte{0x81, 0}, true)
}

// A MessageReader keeps what it has of its message, whatever happens meanwhile.
func TestReaderKeepsWhatItHas(t *testing.T) {
	for name, meanwhile := range map[string]func(*Conn){
		"CloseNow": func(s *Conn) { s.CloseNow(); <-s.Done() },
		"Close":    func(s *Conn) { s.Close(background, CloseNormal, "") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := serverWithPeer(t, Options{})
				peer.Write(hello)
				_, r, err := s.Reader(background)
				if err != nil {
					t.Fatal(err)
				}
				r.Read(make([]byte, 1))
				go closeAfter(peer)
				peer.Write(maskedFrame(protocol.OpBinary, true, string(make([]byte, 3000))))
				peer.Write(maskedFrame(protocol.OpClose, true, "\x03\xe8"))
				meanwhile(s)
				if p, err := io.ReadAll(r); err != nil || string(p) != "ello" {
					t.Errorf("%q %v", p, err)
				}
			})
		})
	}
}

// Once Close has dropped a message it keeps none: nobody gets messages with a gap before them.
func TestNothingIsKeptBehindAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{})
		go closeAfter(peer)
		go s.Close(background, CloseNormal, "")
		synctest.Wait()
		peer.Write(hello) // nobody waits for it
		synctest.Wait()
		ended := make(chan error, 1)
		go func() {
			_, _, err := s.Read(background)
			ended <- err
		}()
		synctest.Wait()
		peer.Write(hello)
		peer.Write(maskedFrame(protocol.OpClose, true, "\x03\xe8"))
		endedByClose(t, await(t, "Read", ended), CloseNormal)
	})
}

// The error of Close says that the application has not read, if that was it.
func TestCloseSaysThatNobodyReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{})
		peer.Write(hello)
		go closeAfter(peer)
		go flood(peer, 40, 64<<10) // more than Close keeps
		for range s.Messages(background) {
			if err := s.Close(background, CloseNormal, ""); err == nil || !strings.Contains(err.Error(), "was not read") {
				t.Error(err)
			}
			break
		}
	})
}
