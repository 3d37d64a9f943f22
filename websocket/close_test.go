package websocket_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

//rfc:6455-5.5.1-9 6455-5.5.1-10 6455-7.1.2-2 6455-7.1.4-2 6455-7.1.5-1 6455-7.1.5-2 6455-7.1.6-1
func TestClose(t *testing.T) {
	for _, with := range []struct {
		code   CloseCode
		reason string
	}{{CloseNormal, ""}, {CloseGoingAway, "bye"}, {CloseNoStatus, ""}, {4999, strings.Repeat("é", 61)}} {
		overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
			for from, to := range map[*Conn]*Conn{s: c} {
				heard := make(chan error)
				go func() {
					_, _, err := to.Read(background)
					heard <- err
				}()
				if err := from.Close(background, with.code, with.reason); err != nil {
					t.Error(err)
				}
				closedWith(t, <-heard, with.code, with.reason)
				<-to.Done()
				for _, c := range []*Conn{from, to} {
					_, _, err := c.Read(background)
					_, pingErr := c.Ping(background, nil)
					for _, err := range []error{err, pingErr, c.WriteText(background, "late"), c.Batch().WriteText(background, "late")} {
						if !errors.Is(err, ErrClosed) {
							t.Error(err)
						}
					}
					if err := c.Close(background, CloseNormal, ""); err != nil {
						t.Error("closing once more:", err)
					}
				}
			}
		})
	}
}

// Both sides start at once: each takes the other's Close for its answer.
//
//rfc:6455-5.5.1-17
func TestCrossingCloses(t *testing.T) {
	overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
		closed := make(chan error)
		go func() { closed <- s.Close(background, CloseGoingAway, "server") }()
		if err := errors.Join(c.Close(background, CloseNormal, "client"), <-closed); err != nil {
			t.Error(err)
		}
	})
}

// Close while another goroutine reads: that one gets what arrives before the
// peer's Close.
//
//rfc:6455-5.5.1-8
func TestCloseBesideAReader(t *testing.T) {
	reads := make(chan bool, 1)
	heard := Options{Trace: &Trace{Pong: func(*Conn, []byte) { reads <- true }}}
	overEach(t, heard, Options{}, func(t *testing.T, s, c *Conn) {
		read := make(chan error, 10)
		go func() {
			for {
				_, _, err := s.Read(background)
				read <- err
				if err != nil {
					return
				}
			}
		}()
		c.WriteText(background, "before the close")
		closed := make(chan error)
		if err := <-read; err != nil {
			t.Error(err)
		}
		c.Pong(background, nil)
		<-reads // so the next call of Read has begun
		go func() { closed <- s.Close(background, CloseNormal, "") }()
		_, _, err := c.Read(background)
		closedWith(t, err, CloseNormal, "")
		if err := <-closed; err != nil {
			t.Error(err)
		}
		closedWith(t, <-read, CloseNormal, "")
	})
}

// The reader that Close relies on gives up: Close reads on by itself.
func TestCloseWhenTheReaderGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{})
		ctx, cancel := context.WithCancel(background)
		read := make(chan error)
		go func() {
			_, _, err := s.Read(ctx)
			read <- err
		}()
		synctest.Wait()
		closed := make(chan error)
		go func() { closed <- s.Close(background, CloseNormal, "") }()
		synctest.Wait()
		cancel()
		if err := <-read; err != context.Canceled {
			t.Error(err)
		}
		peer.Write(maskedFrame(protocol.OpText, true, "dropped"))
		peer.Write(maskedFrame(protocol.OpClose, true, ""))
		peer.Close()
		if err := <-closed; err != nil {
			t.Error(err)
		}
	})
}

// The peer never answers: Close ends in time and names the option.
func TestCloseTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := serverWithPeer(t, Options{CloseTimeout: 3 * time.Second})
		start := time.Now()
		err := s.Close(background, CloseNormal, "")
		var timeout *TimeoutError
		if !errors.As(err, &timeout) || !timeout.Timeout() || !errors.Is(err, ErrClosed) ||
			!strings.Contains(err.Error(), "Options.CloseTimeout") {
			t.Error(err)
		}
		if took := time.Since(start); took != 3*time.Second {
			t.Error(took)
		}
		<-s.Done()
	})
}

// The same with a peer that reads nothing, so that the Close frame cannot leave.
func TestCloseTimeoutWhileWriting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := serverWithPeer(t, Options{})
		wrote := make(chan error)
		go func() { wrote <- s.Write(background, Binary, make([]byte, 1<<20)) }()
		synctest.Wait()
		start := time.Now()
		var timeout *TimeoutError
		if err := s.Close(background, CloseNormal, ""); !errors.As(err, &timeout) {
			t.Error(err)
		}
		if took := time.Since(start); took != 5*time.Second {
			t.Error(took)
		}
		if err := <-wrote; !errors.As(err, &timeout) {
			t.Error(err)
		}
	})
}

func TestCloseEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := serverWithPeer(t, Options{})
		if err := s.Close(expire(t), CloseNormal, ""); err != context.DeadlineExceeded {
			t.Error(err)
		}
		<-s.Done()
	})
}

// A peer that goes on to send while it is to close costs no more time either.
func TestCloseOfAChatteringPeer(t *testing.T) {
	for name, wire := range map[string][]byte{
		"messages":      bytes.Repeat(maskedFrame(protocol.OpText, true, "chatter"), 100),
		"after a Close": append(maskedFrame(protocol.OpClose, true, ""), bytes.Repeat([]byte("garbage"), 100)...),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := serverWithPeer(t, Options{})
				go io.Copy(io.Discard, peer)
				var chatter sync.WaitGroup
				defer chatter.Wait()
				chatter.Go(func() {
					for {
						if _, err := peer.Write(wire); err != nil {
							return
						}
						time.Sleep(time.Millisecond) // of the bubble's clock, so that it moves
					}
				})
				start := time.Now()
				s.Close(background, CloseNormal, "")
				if took := time.Since(start); took > 5*time.Second {
					t.Error(took)
				}
			})
		})
	}
}

// The server closes TCP first, the client waits for it.
//
//rfc:6455-5.5.1-13 6455-5.5.1-14 6455-5.5.1-15 6455-7.1.1-1 6455-7.1.1-4 6455-7.1.1-6 6455-7.1.1-7
func TestWhoClosesTCPFirst(t *testing.T) {
	for _, starter := range []string{"us", "the peer"} {
		for _, role := range []Role{Server, Client} {
			t.Run(role.String()+" closes, started by "+starter, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { closeTCP(t, role, starter == "us") })
			})
		}
	}
}

func closeTCP(t *testing.T, role Role, weStart bool) {
	c, peer := withPeer(t, role, Options{CloseTimeout: time.Hour, Keepalive: -1})
	if weStart {
		go c.Close(background, CloseNormal, "")
	} else {
		go c.Read(background)
	}
	frame := []byte{0x88, 0x00}
	if role == Server {
		frame = maskedFrame(protocol.OpClose, true, "")
	}
	peer.Write(frame)
	got := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, peer)
		got <- err
	}()
	synctest.Wait()
	select {
	case err := <-got:
		if role == Client || err != nil {
			t.Error("the client closed TCP first, or an error:", err)
		}
	default:
		if role == Server {
			t.Error("the server waits for the client to close TCP")
		}
	}
	select {
	case <-c.Done():
		t.Error("closed before the peer has closed")
	default:
	}
	peer.(interface{ CloseWrite() error }).CloseWrite()
	<-c.Done()
}

// The client's patience with a server that does not close TCP has an end.
//
//rfc:6455-5.5.1-16 6455-7.1.1-5
func TestServerThatKeepsTCPOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, peer := withPeer(t, Client, Options{})
		peer.Write([]byte{0x88, 0x00})
		start := time.Now()
		if err := c.Close(background, CloseNormal, ""); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took != 5*time.Second {
			t.Error(took)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		c, peer := withPeer(t, Client, Options{})
		peer.Write([]byte{0x88, 0x00})
		start := time.Now()
		c.Read(background) // to the peer's Close, with nobody who waits in Close
		<-c.Done()
		if took := time.Since(start); took != 5*time.Second {
			t.Error(took)
		}
	})
}

// A client that fails the connection closes TCP at once: it does not wait for
// a server that breaks the rules.
//
//rfc:6455-7.1.7-1
func TestClientThatFailsClosesTCP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, peer := withPeer(t, Client, Options{CloseTimeout: time.Hour, Keepalive: -1})
		peer.Write(maskedFrame(protocol.OpText, true, "masked"))
		if _, _, err := c.Read(background); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		start := time.Now()
		if _, err := io.Copy(io.Discard, peer); err != nil || time.Since(start) != 0 {
			t.Errorf("TCP ended with %v after %v", err, time.Since(start))
		}
		peer.(interface{ CloseWrite() error }).CloseWrite()
		<-c.Done()
	})
}

// The peer breaks a rule and has megabytes more on the way: it still finds the
// Close frame and a proper end of the stream, no reset.
//
//rfc:6455-7.1.1-2 6455-7.1.7-3 6455-7.1.7-5 6455-7.1.7-7 6455-10.7-3
func TestNoResetLosesTheClose(t *testing.T) {
	for name, wire := range map[string][]byte{
		"unmasked frame": append([]byte{0x81, 0x05}, "Hello"...),
		"peer's Close":   maskedFrame(protocol.OpClose, true, "\x03\xe8"),
	} {
		t.Run(name, func(t *testing.T) {
			a, peer := tcpPair(t)
			s := NewConn(a, Server, Setup{}, Options{})
			defer s.CloseNow()
			sent := make(chan error)
			go func() {
				_, err := peer.Write(append(wire, make([]byte, 4<<20)...))
				peer.CloseWrite()
				sent <- err
			}()
			if _, _, err := s.Read(background); !errors.Is(err, ErrClosed) {
				t.Error(err)
			}
			if err := <-sent; err != nil {
				t.Error(err)
			}
			got, err := io.ReadAll(peer)
			if err != nil || len(got) < 4 || got[0] != 0x88 {
				t.Errorf("% x %v", got, err)
			}
			<-s.Done()
			peer.Close()
		})
	}
}

// Over TLS the end is a close_notify.
//
//rfc:6455-7.1.1-2
func TestCloseNotify(t *testing.T) {
	server, client := tlsPair(t)
	s := NewConn(server, Server, Setup{}, Options{CloseTimeout: time.Minute})
	go s.Close(background, CloseNormal, "")
	client.(interface{ SetDeadline(time.Time) error }).SetDeadline(time.Now().Add(time.Minute))
	client.Write(maskedFrame(protocol.OpClose, true, ""))
	if got, err := io.ReadAll(client); err != nil || len(got) < 2 || got[0] != 0x88 {
		t.Errorf("% x %v", got, err) // no end without a close_notify, since TCP is open still
	}
	client.Close()
	<-s.Done()
}

//rfc:6455-7.1.1-3
func TestCloseNow(t *testing.T) {
	overEach(t, Options{}, Options{MaxMessage: -1}, func(t *testing.T, s, c *Conn) {
		read, wrote := make(chan error, 1), make(chan error, 1)
		go func() {
			_, _, err := s.Read(background)
			read <- err
		}()
		go func() { wrote <- s.Write(background, Binary, make([]byte, 8<<20)) }()
		if err := s.CloseNow(); err != nil {
			t.Error(err)
		}
		for _, ended := range []chan error{read, wrote} {
			if err := <-ended; !errors.Is(err, ErrClosed) {
				t.Error(err)
			}
		}
		<-s.Done()
		_, _, err := c.Read(background)
		closedWith(t, err, CloseAbnormal, "")
	})
}

// stubborn is a stream whose Close takes its time.
type stubborn struct {
	io.ReadWriteCloser
	closing chan struct{}
}

func (s stubborn) Close() error { <-s.closing; return s.ReadWriteCloser.Close() }

// Done does.
func TestCloseNowDoesNotWaitForTheStream(t *testing.T) {
	a, b := StreamPair()
	stream := stubborn{a, make(chan struct{})}
	c := NewConn(struct{ io.ReadWriteCloser }{stream}, Server, Setup{}, Options{})
	c.CloseNow()
	close(stream.closing)
	<-c.Done()
	io.Copy(io.Discard, b)
	b.Close()
}

// What the peer sent before it went away is read though a write has failed.
func TestReadAfterAFailedWrite(t *testing.T) {
	a, peer := tcpPair(t)
	s := NewConn(a, Server, Setup{}, Options{})
	defer s.CloseNow()
	peer.Write(maskedFrame(protocol.OpText, true, "last words"))
	peer.Write(maskedFrame(protocol.OpClose, true, "\x03\xe9"))
	a.CloseWrite() // so that writing fails here and now
	err := s.WriteText(background, "too late")
	var lost *CloseError
	if !errors.As(err, &lost) || lost.Code != CloseAbnormal || errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	if _, p, err := s.Read(background); err != nil || string(p) != "last words" {
		t.Errorf("%q %v", p, err)
	}
	_, _, err = s.Read(background)
	closedWith(t, err, CloseGoingAway, "")
	peer.Close()
	<-s.Done()
}

// A program that calls CloseNow as soon as reading ends does not take the
// answer to its Close, or the reason of its failure, from the peer.
//
//rfc:6455-5.5.1-9 6455-7.1.7-5
func TestCloseNowAtTheEnd(t *testing.T) {
	for name, wire := range map[string][]byte{
		"close":   maskedFrame(protocol.OpClose, true, "\x03\xe8"),
		"failure": append([]byte{0x81, 0x05}, make([]byte, 1<<20)...),
	} {
		t.Run(name, func(t *testing.T) {
			a, peer := tcpPair(t)
			s := NewConn(a, Server, Setup{}, Options{})
			go peer.Write(wire)
			s.Read(background)
			if err := s.CloseNow(); err != nil {
				t.Error(err)
			}
			got := make([]byte, 4)
			if _, err := io.ReadFull(peer, got); err != nil || got[0] != 0x88 {
				t.Errorf("% x %v", got, err)
			}
			select {
			case <-s.Done():
				t.Error("closed before the peer has closed, which may reset TCP")
			default:
			}
			peer.Close()
			<-s.Done()
		})
	}
}

// What was put into a batch cannot leave any more: reading still finds the
// Close frame that says why.
func TestReadAfterAFailedBatch(t *testing.T) {
	a, peer := tcpPair(t)
	s := NewConn(a, Server, Setup{}, Options{})
	defer s.CloseNow()
	peer.Write(maskedFrame(protocol.OpClose, true, "\x03\xe9"))
	a.CloseWrite()
	s.Batch().WriteText(background, "too late")
	_, _, err := s.Read(background)
	closedWith(t, err, CloseGoingAway, "")
	peer.Close()
	<-s.Done()
}

// A read that comes while Close waits for the peer ends when the connection
// does: a program that then calls CloseNow breaks nothing off.
func TestReadWhileClosing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := Pipe(Options{}, Options{})
		closed, read := make(chan error, 1), make(chan error, 1)
		go func() { closed <- s.Close(background, 4000, "bye") }()
		synctest.Wait()
		go func() {
			_, _, err := s.Read(background)
			s.CloseNow()
			read <- err
		}()
		synctest.Wait()
		select {
		case err := <-read:
			t.Fatalf("Read did not wait: %v", err)
		default:
		}
		_, _, err := c.Read(background)
		closedWith(t, err, 4000, "bye")
		if err := <-read; !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		if err := <-closed; err != nil {
			t.Error(err)
		}
	})
}

// When Read says that the peer has closed, the answer is on its way: the
// program may exit.
//
//rfc:6455-5.5.1-9
func TestCloseIsAnsweredWhenReadReturns(t *testing.T) {
	overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
		closed := make(chan error, 1)
		go func() { closed <- s.Close(background, 4000, "") }()
		_, _, err := c.Read(background)
		if c.Stats().BytesWritten == 0 {
			t.Error("Read has returned before the answer was written")
		}
		closedWith(t, err, 4000, "")
		if err := <-closed; err != nil {
			t.Error(err)
		}
	})
}
