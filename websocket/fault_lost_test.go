package websocket_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/seed372fb791/rfc6455/websocket"
)

// halfDead is a stream that cannot be written any more while a Read goes on waiting.
type halfDead struct{ io.ReadWriteCloser }

var errHalfDead = errors.New("writes fail")

func (halfDead) Write([]byte) (int, error) { return 0, errHalfDead }

// After a write had failed everybody who read went on waiting, without Keepalive for ever. Right is that the connection
// ends a CloseTimeout later, unless the peer has said why before.
func TestFaultReadersWaitAfterAFailedWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := StreamPair()
		var told atomic.Int32
		c := NewConn(halfDead{a}, Client, Setup{}, Options{Keepalive: -1, Trace: &Trace{
			Error: func(_ *Conn, err error) {
				if told.Add(1); !errors.Is(err, errHalfDead) {
					t.Error(err)
				}
			},
		}})
		start := time.Now()
		discarding := c.Discard(background)
		if err := c.WriteText(background, "lost"); !errors.Is(err, errHalfDead) {
			t.Error(err)
		}
		<-discarding.Done()
		if err := context.Cause(discarding); !errors.Is(err, errHalfDead) || !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		<-c.Done()
		if took := time.Since(start); took != 5*time.Second || told.Load() != 1 {
			t.Errorf("ended after %v, told %d times", took, told.Load())
		}
		if err := c.Close(background, CloseNormal, ""); !errors.Is(err, errHalfDead) {
			t.Error(err)
		}
	})
}

// A Read after one's own CloseNow, of a connection that had ended within a message, told of that end for ever. Right is
// net.ErrClosed.
func TestFaultOwnCloseWithinAMessage(t *testing.T) {
	for name, read := range ways {
		s, peer := serverOverTCP(t, Options{})
		peer.Write(maskedPiece)
		peer.CloseWrite()
		if _, err := read(s, background); CloseStatus(err) != CloseAbnormal {
			t.Errorf("%s: %v, want the loss of the connection", name, err)
		}
		s.CloseNow()
		<-s.Done()
		if _, err := read(s, background); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: then %v", name, err)
		}
	}
}

// maskedPiece is the first frame of a text.
var maskedPiece = []byte{0x01, 0x81, 0, 0, 0, 0, 'a'}

// A loop whose body has closed the connection ended with the peer's Close. Right is net.ErrClosed, as for a Read.
func TestFaultLoopAfterItsOwnClose(t *testing.T) {
	overEachLoop(t, func(t *testing.T, messages loop) {
		s, c := inMemory(t, Options{}, Options{})
		c.WriteText(background, "Hello")
		go c.Read(background)
		for _, err := range messages(s, background) {
			if err != nil {
				if !errors.Is(err, net.ErrClosed) {
					t.Error(err)
				}
				break
			}
			if err := s.Close(background, CloseNormal, ""); err != nil {
				t.Error(err)
			}
			<-s.Done()
		}
	})
}

// A MessageReader that was skipped said ctx.Err() when its context had ended too, which means that nothing is lost.
// Right is ErrSkipped.
func TestFaultSkippedReaderWhoseContextHasEnded(t *testing.T) {
	s, c := inMemory(t, Options{}, Options{})
	c.WriteText(background, "one")
	c.WriteText(background, "two")
	ctx, cancel := context.WithCancel(background)
	_, r, err := s.Reader(ctx)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if n, err := r.Read(make([]byte, 1)); n != 0 || err != context.Canceled {
		t.Error(n, err)
	}
	s.Read(background)
	if _, err := r.Read(make([]byte, 1)); err != ErrSkipped {
		t.Error(err)
	}
}

// A MessageWriter took up to 4 KiB after the end of the connection. Right is the error of a Write.
func TestFaultMessageWriterTakesBytesAfterTheEnd(t *testing.T) {
	s, c := inMemory(t, Options{}, Options{})
	w, err := s.Writer(background, Text)
	if err != nil {
		t.Fatal(err)
	}
	c.CloseNow()
	s.Read(background)
	if n, err := w.Write([]byte("x")); n != 0 || CloseStatus(err) != CloseAbnormal {
		t.Error(n, err)
	}
	s.CloseNow()
	<-s.Done()
	if n, err := w.Write([]byte("x")); n != 0 || !errors.Is(err, net.ErrClosed) {
		t.Error(n, err)
	}
}

// badReader is a stream whose Read does what no Read may.
type badReader struct {
	io.ReadWriteCloser
	n func(p []byte) int
}

func (r badReader) Read(p []byte) (int, error) { return r.n(p), nil }

// An impossible count was a panic. Right is that the connection is lost.
func TestFaultBadReaderIsTrusted(t *testing.T) {
	for name, n := range map[string]func([]byte) int{
		"too much": func(p []byte) int { return len(p) + 1 },
		"negative": func([]byte) int { return -1 },
	} {
		a, _ := StreamPair()
		bad := badReader{a, n}
		for what, stream := range map[string]io.ReadWriteCloser{"bare": bad, "with deadlines": patient{bad}} {
			s := NewConn(stream, Server, Setup{}, Options{})
			if _, _, err := s.Read(background); CloseStatus(err) != CloseAbnormal || !errors.Is(err, ErrClosed) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
			s.CloseNow()
			<-s.Done()
		}
	}
}

// patient has a SetReadDeadline.
type patient struct{ io.ReadWriteCloser }

func (patient) SetReadDeadline(time.Time) error { return nil }

// A large Write to a net.Conn was one message, bigger than the other end takes. Right is that a stream has no such bound.
func TestFaultNetConnWritesMoreThanAMessage(t *testing.T) {
	s, c := inMemory(t, Options{}, Options{})
	a, b := s.NetConn(background, Binary), c.NetConn(background, Binary)
	want := randomBytes(5 << 20)
	go func() {
		defer a.Close()
		if n, err := a.Write(want); n != len(want) || err != nil {
			t.Error(n, err)
		}
	}()
	if got, err := io.ReadAll(b); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// When the context of Discard had ended, and the one that it returned with it, a Read was still told that another
// goroutine reads. Right is that the latter ends when others may read.
func TestFaultDiscardStillReadsWhenItHasEnded(t *testing.T) {
	for range 100 {
		s, c := inMemory(t, Options{}, Options{})
		ctx, cancel := context.WithCancelCause(background)
		discarding := s.Discard(ctx)
		enough := errors.New("enough")
		cancel(enough)
		<-discarding.Done()
		if err := context.Cause(discarding); err != enough {
			t.Fatal(err)
		}
		c.WriteText(background, "Hello")
		if _, p, err := s.Read(background); err != nil || string(p) != "Hello" {
			t.Fatal(p, err)
		}
		s.CloseNow()
		c.CloseNow()
	}
}

// Large writes by several goroutines do not mix.
func TestNetConnWritesOneAfterTheOther(t *testing.T) {
	s, c := inMemory(t, Options{}, Options{})
	a, b := s.NetConn(background, Binary), c.NetConn(background, Binary)
	const writers, size = 4, 300_000
	for i := range byte(writers) {
		go a.Write(bytes.Repeat([]byte{i}, size))
	}
	for range writers {
		p := make([]byte, size)
		if _, err := io.ReadFull(b, p); err != nil || bytes.Count(p, p[:1]) != size {
			t.Fatal(bytes.Count(p, p[:1]), err)
		}
	}
}
