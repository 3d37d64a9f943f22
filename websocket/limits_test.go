package websocket_test

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// cut checks that err says that a limit was passed: which option, with what
// close code.
func cut(t *testing.T, err error, code CloseCode, option string) {
	t.Helper()
	var failed *ProtocolError
	if !errors.As(err, &failed) || failed.Code != code || failed.Option != option ||
		!strings.Contains(err.Error(), option) || !errors.Is(err, ErrClosed) {
		t.Errorf("got %v, want close code %d and the name of %s", err, code, option)
	}
}

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// A header announces 2^62 bytes. It is refused before a byte is allocated for
// it, and without the limit no more is allocated than arrives.
//
//rfc:6455-10.4-1 6455-10.4-3 6455-7.4.1-13
func TestHugeMessageAnnounced(t *testing.T) {
	header := protocol.AppendHeader(nil, Header{Fin: true, Opcode: protocol.OpBinary, Masked: true, Length: 1 << 62})
	for name, limit := range map[string]int64{"limited": 0, "not limited": -1} {
		t.Run(name, func(t *testing.T) {
			s, peer := serverWithPeer(t, Options{MaxMessage: limit})
			peer.Write(append(header, make([]byte, 1000)...))
			peer.(interface{ CloseWrite() error }).CloseWrite()
			n := allocated(func() {
				_, _, err := s.Read(background)
				if limit == 0 {
					cut(t, err, CloseMessageTooBig, "Options.MaxMessage")
				} else {
					closedWith(t, err, CloseAbnormal, "")
				}
			})
			if n > 1<<20 {
				t.Errorf("%d bytes allocated", n)
			}
		})
	}
}

// A peer sends its message a byte a second. That costs the memory of what has
// arrived, and the time that the option allows.
//
//rfc:6455-10.4-1
func TestDrip(t *testing.T) {
	for name, wire := range map[string][]byte{
		"payload": maskedFrame(protocol.OpText, true, strings.Repeat("x", 1000)),
		"header":  protocol.AppendHeader(nil, Header{Fin: true, Opcode: protocol.OpBinary, Masked: true, Length: 1 << 17}),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := serverWithPeer(t, Options{FrameTimeout: 10 * time.Second})
				var dripping sync.WaitGroup
				defer dripping.Wait()
				dripping.Go(func() { drip(peer, wire) })
				if _, _, err := s.Read(expire(t)); err == nil {
					t.Error("read")
				}
				start := time.Now()
				_, _, err := s.Read(background)
				var timeout *TimeoutError
				if !errors.As(err, &timeout) || !strings.Contains(err.Error(), "Options.FrameTimeout") {
					t.Error(err)
				}
				if took := time.Since(start); took < 10*time.Second || took > 12*time.Second {
					t.Error(took)
				}
			})
		})
	}
}

// drip writes a byte a second.
func drip(w io.Writer, p []byte) {
	for i := range p {
		time.Sleep(time.Second)
		if _, err := w.Write(p[i : i+1]); err != nil {
			return
		}
	}
}

// Each frame has the time for itself, and the time in which the application
// does not read is its own.
func TestSlowButInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{FrameTimeout: 15 * time.Second})
		go func() {
			drip(peer, maskedFrame(protocol.OpText, false, "14 bytes"))
			time.Sleep(time.Minute)
			drip(peer, maskedFrame(protocol.OpContinuation, true, ", twice "))
		}()
		_, r, err := s.Reader(background)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if p, err := io.ReadAll(r); err != nil || string(p) != "14 bytes, twice " {
			t.Errorf("%q %v", p, err)
		}
	})
}

// A peer floods Pings and reads no Pongs.
//
//rfc:6455-10.4-1 6455-5.5.3-3
func TestPingFloodOfAPeerThatDoesNotRead(t *testing.T) {
	a, peer := tcpPair(t)
	s := NewConn(a, Server, Setup{}, Options{CloseTimeout: 100 * time.Millisecond})
	defer s.CloseNow()
	defer peer.Close()
	go func() {
		flood := bytes.Repeat(maskedFrame(protocol.OpPing, true, strings.Repeat("p", 125)), 1000)
		for {
			if _, err := peer.Write(flood); err != nil {
				return
			}
		}
	}()
	n := allocated(func() {
		_, _, err := s.Read(background)
		cut(t, err, ClosePolicyViolation, "Options.MaxPings")
	})
	if n > 32<<20 { // some of it by the race detector's pools
		t.Errorf("%d bytes allocated", n)
	}
}

// Pings of a peer that reads are answered, however many.
func TestPingsOfAPeerThatReads(t *testing.T) {
	s, peer := serverWithPeer(t, Options{MaxPings: 64})
	go s.Read(background)
	one := maskedFrame(protocol.OpPing, true, "ping")
	pong := make([]byte, 2+4)
	for range 1000 {
		peer.Write(one)
		if _, err := io.ReadFull(peer, pong); err != nil || string(pong) != "\x8a\x04ping" {
			t.Fatalf("%q %v", pong, err)
		}
	}
}

// A million empty fragments.
//
//rfc:6455-10.4-3
func TestEmptyFragmentsWithoutEnd(t *testing.T) {
	a, peer := tcpPair(t) // which allocates nothing by itself
	s := NewConn(a, Server, Setup{}, Options{})
	defer s.CloseNow()
	defer peer.Close()
	go func() {
		peer.Write(maskedFrame(protocol.OpText, false, ""))
		some := bytes.Repeat(maskedFrame(protocol.OpContinuation, false, ""), 1000)
		for range 1000 {
			if _, err := peer.Write(some); err != nil {
				return
			}
		}
	}()
	n := allocated(func() {
		_, _, err := s.Read(background)
		cut(t, err, ClosePolicyViolation, "Options.MaxFragments")
	})
	if n > 8<<20 {
		t.Errorf("%d bytes allocated", n)
	}
	s.CloseNow()
}

// The limit holds for a stream too, and counts what comes in fragments.
func TestStreamLimit(t *testing.T) {
	s, peer := serverWithPeer(t, Options{MaxMessage: 100})
	go io.Copy(io.Discard, peer)
	peer.Write(maskedFrame(protocol.OpText, false, strings.Repeat("a", 60)))
	peer.Write(maskedFrame(protocol.OpContinuation, true, strings.Repeat("b", 41)))
	_, r, err := s.Reader(background)
	if err != nil {
		t.Fatal(err)
	}
	p, err := io.ReadAll(r)
	if string(p) != strings.Repeat("a", 60) {
		t.Errorf("%q", p)
	}
	cut(t, err, CloseMessageTooBig, "Options.MaxMessage")
	peer.Close()
}
