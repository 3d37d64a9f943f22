package websocket_test

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/synctest"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// After a hook that has panicked in the middle of a frame nothing is read or written any more: it would be torn.
func TestNothingGoesOnAfterAPanic(t *testing.T) {
	oops := func(*Conn, Header) { panic("oops") }
	ping := maskedFrame(protocol.OpPing, true, "ping")
	for name, test := range map[string]struct {
		trace *Trace
		wire  []byte
		again func(*Conn) error
	}{
		"read": {&Trace{FrameRead: oops}, hello, func(c *Conn) error {
			_, _, err := c.Read(background)
			return err
		}},
		"answered": {&Trace{FrameWritten: oops}, ping, func(c *Conn) error { return c.WriteText(background, "text") }},
	} {
		t.Run(name, func(t *testing.T) {
			s, peer := serverWithPeer(t, Options{Trace: test.trace})
			peer.Write(append(bytes.Clone(test.wire), hello...))
			func() {
				defer func() { recover() }()
				s.Read(background)
			}()
			closedWith(t, test.again(s), CloseAbnormal, "")
		})
	}
}

// A write that has failed is the last one, though the stream is well again and a Ping was answered.
func TestNothingIsWrittenAfterALoss(t *testing.T) {
	a, peer := StreamPair()
	stream := &broken{ReadWriteCloser: a}
	s := NewConn(stream, Server, Setup{}, Options{})
	defer peer.Close()
	defer s.CloseNow()
	stream.breaks.Store(true)
	first := s.WriteText(background, "lost")
	stream.breaks.Store(false)
	peer.Write(append(maskedFrame(protocol.OpPing, true, "ping"), hello...))
	if _, p, err := s.Read(background); err != nil || string(p) != "Hello" {
		t.Errorf("%q %v", p, err)
	}
	if err := s.WriteText(background, "late"); !errors.Is(err, first) || !errors.Is(first, errBroken) ||
		errors.Is(first, ErrNotSent) || !errors.Is(err, ErrNotSent) {
		t.Errorf("first %v, then %v", first, err)
	}
}

// A Ping before a message is answered when the message is read, not when the application reads again.
func TestPongLeavesWithTheMessageBehindIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{})
		peer.Write(append(maskedFrame(protocol.OpPing, true, "ping"), hello...))
		if _, _, err := s.Read(background); err != nil {
			t.Fatal(err)
		}
		pong := make([]byte, 2+4)
		if _, err := io.ReadFull(peer, pong); err != nil || string(pong) != "\x8a\x04ping" {
			t.Errorf("%q %v", pong, err)
		}
	})
}

// What lies behind a payload does not get to where the payload is read to.
func TestReadOfAPayloadEndsWithIt(t *testing.T) {
	for name, pair := range transports {
		t.Run(name, func(t *testing.T) {
			a, peer := pair(t)
			s := NewConn(a, Server, Setup{}, Options{})
			defer peer.Close()
			defer s.CloseNow()
			wire := maskedFrame(protocol.OpBinary, true, string(make([]byte, 10_000)))
			peer.Write(wire[:100])
			_, r, err := s.Reader(background)
			if err != nil {
				t.Fatal(err)
			}
			p := make([]byte, 64<<10)
			for n := 0; n < 10_000; {
				m, err := r.Read(p)
				if err != nil {
					t.Fatal(err)
				}
				if n == 0 {
					peer.Write(append(bytes.Clone(wire[100:]), hello...))
				}
				n += m
				clear(p)
			}
			if n, err := r.Read(p); n != 0 || err != io.EOF {
				t.Error(n, err)
			}
			if _, p, err := s.Read(background); err != nil || string(p) != "Hello" {
				t.Errorf("%q %v", p, err)
			}
		})
	}
}

// Without a limit a message may be longer than the default allows.
func TestSetMaxMessageToNone(t *testing.T) {
	s, peer := serverWithPeer(t, Options{})
	s.SetMaxMessage(-1)
	go peer.Write(maskedFrame(protocol.OpBinary, true, string(make([]byte, 2<<20))))
	if _, p, err := s.Read(background); err != nil || len(p) != 2<<20 {
		t.Errorf("%d bytes, %v", len(p), err)
	}
}

// What came together with the opening handshake counts.
func TestStatsOfReceived(t *testing.T) {
	a, peer := StreamPair()
	s := NewConn(a, Server, Setup{Received: bytes.Clone(hello[:5])}, Options{})
	defer peer.Close()
	defer s.CloseNow()
	peer.Write(hello[5:])
	s.Read(background)
	if n := s.Stats().BytesRead; n != int64(len(hello)) {
		t.Errorf("%d bytes of %d", n, len(hello))
	}
}

// What a loop has lent is overwritten in its next turn, so that whoever keeps it finds out.
func TestLentDataIsOverwritten(t *testing.T) {
	s, peer := serverWithPeer(t, Options{})
	peer.Write(bytes.Repeat(hello, 3))
	var before []byte
	n := 0
	for m := range s.BorrowMessages(background) {
		if bytes.Equal(before, []byte("Hello")) {
			t.Error("it is as it was")
		}
		if before = m.Data; string(m.Data) != "Hello" {
			t.Errorf("%q", m.Data)
		}
		if n++; n == 3 {
			break
		}
	}
	if bytes.Equal(before, []byte("Hello")) {
		t.Error("it is as it was behind the loop")
	}
}

// A message in frames is one message.
func TestStatsOfFrames(t *testing.T) {
	s, c := inMemory(t, Options{}, Options{})
	go func() {
		w, _ := s.Writer(background, Binary)
		for range 3 {
			w.Write(make([]byte, 5000))
		}
		w.Close()
	}()
	c.Read(background)
	if n := s.Stats().MessagesWritten; n != 1 {
		t.Errorf("%d messages", n)
	}
}
