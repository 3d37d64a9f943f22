package websocket_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// The peer closes and reads nothing: our Close frame cannot be written, and Close says so.
func TestCloseThatCannotBeAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{WriteTimeout: -1})
		go s.Write(background, Binary, make([]byte, 1<<20))
		synctest.Wait()
		peer.Write(maskedFrame(protocol.OpClose, true, "\x03\xe8"))
		start := time.Now()
		_, _, err := s.Read(background)
		closedWith(t, err, CloseNormal, "")
		<-s.Done()
		if took := time.Since(start); took != 5*time.Second {
			t.Error(took)
		}
		err = s.Close(background, CloseNormal, "")
		timedOut(t, err, "Options.CloseTimeout", 5*time.Second)
		if err == nil || !strings.Contains(err.Error(), "was not written") {
			t.Error(err)
		}
	})
}

// When nothing can be written any more Close has nothing to wait for.
func TestCloseAfterALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, peer := StreamPair()
		stream := &broken{ReadWriteCloser: a}
		s := NewConn(stream, Server, Setup{}, Options{})
		stream.breaks.Store(true)
		s.WriteText(background, "lost")
		start := time.Now()
		if err := s.Close(background, CloseNormal, ""); !errors.Is(err, errBroken) || time.Since(start) != 0 {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		peer.Close()
	})
}

// Who waits for a place is told when this side closes, though the peer does not answer.
func TestWhoWaitsIsToldOfClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := serverWithPeer(t, Options{})
		if _, err := s.Writer(background, Text); err != nil {
			t.Fatal(err)
		}
		told := waitIn(map[string]func() error{"Write": func() error { return s.WriteText(background, "text") }})
		go s.Close(background, CloseNormal, "")
		synctest.Wait()
		select {
		case err := <-told["Write"]:
			closedHere(t, err)
		default:
			t.Error("it waits beside Close")
		}
	})
}

// A negative CloseTimeout is the default: a closing handshake always has an end.
func TestNoCloseTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := serverWithPeer(t, Options{CloseTimeout: -1})
		start := time.Now()
		timedOut(t, s.Close(background, CloseNormal, ""), "Options.CloseTimeout", 5*time.Second)
		if took := time.Since(start); took != 5*time.Second {
			t.Error(took)
		}
	})
}

// One's own CloseNow is no error to be traced.
func TestTraceOfCloseNow(t *testing.T) {
	trace, lines := record()
	s, _ := serverWithPeer(t, Options{Trace: trace})
	s.CloseNow()
	<-s.Done()
	if got := lines(); len(got) > 0 {
		t.Errorf("%q", got)
	}
}

// Done tells when the transport has been closed, and Setup.Closed is called after that.
func TestDoneComesBeforeClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, peer := StreamPair()
		var s *Conn
		told := false
		isDone := func() bool {
			select {
			case <-s.Done():
				return true
			default:
				return false
			}
		}
		stream := stubborn{a, make(chan struct{})}
		s = NewConn(stream, Server, Setup{Closed: func() { told = isDone() }}, Options{})
		s.CloseNow()
		synctest.Wait()
		if isDone() {
			t.Error("Done tells while the transport is open")
		}
		close(stream.closing)
		synctest.Wait()
		if !told || !isDone() {
			t.Error("Setup.Closed is called before Done tells")
		}
		peer.Close()
	})
}

// What the peer has sent before its end comes first, and then the end is one that was not expected.
func TestEndOfEveryTransport(t *testing.T) {
	for name, pair := range transports {
		t.Run(name, func(t *testing.T) {
			a, peer := pair(t)
			s := NewConn(a, Server, Setup{}, Options{})
			defer s.CloseNow()
			peer.Write(hello)
			if h, ok := peer.(interface{ CloseWrite() error }); ok {
				h.CloseWrite()
			} else {
				peer.Close()
			}
			if _, p, err := s.Read(aMinute(t)); err != nil || string(p) != "Hello" {
				t.Errorf("%q %v", p, err)
			}
			_, _, err := s.Read(aMinute(t))
			closedWith(t, err, CloseAbnormal, "")
			if !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Error(err)
			}
		})
	}
}

// Each frame has Options.FrameTimeout for itself, also if the application reads all the time.
func TestFramesHaveTimesOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{FrameTimeout: 15 * time.Second})
		go func() {
			drip(peer, maskedFrame(protocol.OpText, false, "14 bytes"))
			drip(peer, maskedFrame(protocol.OpContinuation, true, ", twice "))
		}()
		if _, p, err := s.Read(background); err != nil || string(p) != "14 bytes, twice " {
			t.Errorf("%q %v", p, err)
		}
	})
}

// Writes over a layer that return at once are no sign of life either.
func TestBufferedWritesOverALayer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, peer := StreamPair()
		s := NewConn(layer{a}, Server, Setup{}, Options{Keepalive: 10 * time.Second, WriteTimeout: -1})
		go s.Read(background)
		start := time.Now()
		var err error
		for err == nil && time.Since(start) < time.Hour {
			err = s.WriteText(background, "a")
			time.Sleep(time.Second)
		}
		timedOut(t, err, "Options.Keepalive", 20*time.Second)
		peer.Close()
	})
}

// CloseNow leaves a connection that is at its end to be closed in order: not before the peer has.
func TestCloseNowWaitsForThePeersEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{})
		peer.Write(maskedFrame(protocol.OpClose, true, "\x03\xe8"))
		s.Read(background)
		if err := s.CloseNow(); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		select {
		case <-s.Done():
			t.Error("closed before the peer has closed")
		default:
		}
		peer.Close()
		<-s.Done()
	})
}
