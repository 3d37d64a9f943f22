package websocket_test

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/seed372fb791/rfc6455/websocket"
)

// Pings and Pongs under contexts that end piled up without a bound while the peer read nothing. Right is that 64 wait,
// and that others are refused.
func TestFaultPingsPileUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{Keepalive: -1, WriteTimeout: -1})
		defer peer.Close()
		refused := 0
		for range 5000 {
			ctx, cancel := context.WithTimeout(background, time.Millisecond)
			err := s.Pong(ctx, make([]byte, 125))
			cancel()
			var full *QueueError
			switch {
			case errors.As(err, &full) && errors.Is(err, ErrNotSent):
				refused++
			case err != nil && err != context.DeadlineExceeded:
				t.Fatal(err)
			}
		}
		if sent := 5000 - refused; sent > (64<<10)/127+2*64+1 {
			t.Errorf("%d Pongs have their place", sent)
		}
		s.CloseNow()
		<-s.Done()
	})
}

// badWriter is a stream whose Write does what no Write may.
type badWriter struct {
	io.ReadWriteCloser
	n   func(p []byte) int
	err error
}

func (w badWriter) Write(p []byte) (int, error) { return w.n(p), w.err }

// A stream whose Write returned 0 and no error was asked for ever, and an impossible count was a panic. Right is that the
// write fails.
func TestFaultBadWriterIsTrusted(t *testing.T) {
	for name, w := range map[string]badWriter{
		"nothing":  {n: func([]byte) int { return 0 }},
		"some":     {n: func(p []byte) int { return len(p) - 1 }},
		"too much": {n: func(p []byte) int { return len(p) + 1 }},
		"negative": {n: func([]byte) int { return -1 }, err: io.ErrUnexpectedEOF},
	} {
		a, b := StreamPair()
		w.ReadWriteCloser = a
		s := NewConn(w, Server, Setup{}, Options{})
		closedWith(t, s.WriteText(background, "text"), CloseAbnormal, "")
		if err := s.WriteText(background, "more"); !errors.Is(err, ErrClosed) {
			t.Errorf("%s: then %v", name, err)
		}
		s.CloseNow()
		b.Close()
		<-s.Done()
	}
}

// Flush of a batch on a connection that was over said nothing. Right are the errors of Write.
func TestFaultFlushAfterTheEnd(t *testing.T) {
	s, c := inMemory(t, Options{}, Options{})
	go c.Read(background)
	if err := s.Close(background, CloseNormal, ""); err != nil {
		t.Fatal(err)
	}
	if err := s.Batch().Flush(background); !errors.Is(err, net.ErrClosed) {
		t.Errorf("after one's own Close: %v", err)
	}
	<-c.Done()
	if err := c.Batch().Flush(background); !errors.Is(err, ErrClosed) || errors.Is(err, net.ErrClosed) {
		t.Errorf("after the peer's Close: %v", err)
	}
}

// After a Close that had ended a message within a character, Write complained of the text. Right is io.ErrClosedPipe.
func TestFaultWriteAfterAnUnfinishedCharacter(t *testing.T) {
	s, c := inMemory(t, Options{}, Options{})
	go c.Read(background)
	w, err := s.Writer(background, Text)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, "euro: \xe2\x82")
	var refused *SendError
	if err := w.Close(); !errors.As(err, &refused) {
		t.Errorf("Close: %v", err)
	}
	if _, err := io.WriteString(w, "x"); err != io.ErrClosedPipe {
		t.Errorf("Write: %v", err)
	}
	if err := w.Close(); err != io.ErrClosedPipe {
		t.Errorf("Close again: %v", err)
	}
}
