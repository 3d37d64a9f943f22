package websocket_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

//rfc:6455-5.4-4 6455-5.4-6 6455-5.4-12 6455-6.1-4
func TestStream(t *testing.T) {
	text := strings.Repeat("Grüße, 世界! ", 20000)
	limits := Options{MaxMessage: 1 << 20}
	overEach(t, limits, limits, func(t *testing.T, s, c *Conn) {
		for from, to := range map[*Conn]*Conn{s: c, c: s} {
			go func() {
				w, _ := from.Writer(background, Text)
				io.Copy(w, iotest.HalfReader(strings.NewReader(text)))
				w.Close()
			}()
			typ, r, err := to.Reader(background)
			if err != nil || typ != Text {
				t.Fatal(typ, err)
			}
			if got, err := io.ReadAll(r); err != nil || string(got) != text {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF {
				t.Error(n, err)
			}
		}
	})
}

func TestEmptyStream(t *testing.T) {
	s, c := inMemory(t, Options{}, Options{})
	go func() {
		w, _ := c.Writer(background, Binary)
		w.Close()
		if _, err := w.Write([]byte("late")); err != io.ErrClosedPipe {
			t.Error(err)
		}
		if err := w.Close(); err != io.ErrClosedPipe {
			t.Error(err)
		}
		c.WriteText(background, "next")
	}()
	_, r, _ := s.Reader(background)
	if p, err := io.ReadAll(r); err != nil || len(p) > 0 {
		t.Errorf("%q %v", p, err)
	}
	if _, p, err := s.Read(background); err != nil || string(p) != "next" {
		t.Errorf("%q %v", p, err)
	}
}

// While a message is on its way in frames, other messages wait and control
// frames do not.
//
//rfc:6455-5.4-7 6455-5.4-10 6455-5.4-11
func TestOthersWaitForTheStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := inMemory(t, Options{}, Options{})
		go s.Read(background) // sees the Pong
		w, err := s.Writer(background, Text)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(bytes.Repeat([]byte("a"), 5000))
		wrote := make(chan error)
		go func() { wrote <- s.WriteText(background, "b") }()
		synctest.Wait()
		notSent(t, s.WriteText(expire(t), "never"), context.DeadlineExceeded)
		if _, err := s.Writer(expire(t), Text); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		read := make(chan string, 2)
		go func() {
			for range 2 {
				_, p, _ := c.Read(background)
				read <- string(p[:1])
			}
		}()
		if _, err := s.Ping(background, nil); err != nil {
			t.Error(err)
		}
		w.Close()
		if err := <-wrote; err != nil {
			t.Error(err)
		}
		if first, second := <-read, <-read; first != "a" || second != "b" {
			t.Error(first, second)
		}
	})
}

func TestSkipTheRest(t *testing.T) {
	s, c := inMemory(t, Options{}, Options{})
	go func() {
		w, _ := c.Writer(background, Text)
		io.WriteString(w, strings.Repeat("skipped ", 5000))
		w.Close()
		c.WriteText(background, "one")
		c.WriteText(background, "two")
	}()
	_, long, err := s.Reader(background)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(long, make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Reader(background); err != nil { // "one", unread
		t.Fatal(err)
	}
	if _, err := long.Read(make([]byte, 1)); err != ErrSkipped {
		t.Error(err)
	}
	if _, p, err := s.Read(background); err != nil || string(p) != "two" {
		t.Errorf("%q %v", p, err)
	}
}

// A reader and a writer whose context has ended go on under another.
func TestStreamGoesOn(t *testing.T) {
	overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
		w, err := c.Writer(background, Text)
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(strings.Repeat("a", 4096)))
		_, r, err := s.Reader(background)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(r, make([]byte, 4096)); err != nil {
			t.Fatal(err)
		}
		r.SetContext(expire(t))
		if n, err := r.Read(make([]byte, 1)); n != 0 || err != context.DeadlineExceeded {
			t.Fatal(n, err)
		}
		ended, cancel := context.WithCancel(background)
		cancel()
		w.SetContext(ended)
		n, err := w.Write(bytes.Repeat([]byte("b"), 5000))
		if n != 0 || !errors.Is(err, context.Canceled) {
			t.Fatal(n, err)
		}
		if err := w.Close(); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		w.SetContext(background)
		go func() { w.Write([]byte("b")); w.Close() }()
		r.SetContext(background)
		if p, err := io.ReadAll(r); err != nil || string(p) != "b" {
			t.Errorf("%q %v", p, err)
		}
	})
}

// A message that Read has begun and given up can be gone on with as a stream.
func TestReaderAfterRead(t *testing.T) {
	s, peer := serverWithPeer(t, Options{})
	peer.Write(maskedFrame(protocol.OpText, false, "Hel"))
	if _, _, err := s.Read(expire(t)); err != context.DeadlineExceeded {
		t.Fatal(err)
	}
	go peer.Write(maskedFrame(protocol.OpContinuation, true, "lo"))
	typ, r, err := s.Reader(background)
	if err != nil || typ != Text {
		t.Fatal(typ, err)
	}
	if p, err := io.ReadAll(r); err != nil || string(p) != "Hello" {
		t.Errorf("%q %v", p, err)
	}
}

// The peer closes in the middle of a message.
func TestStreamCutByClose(t *testing.T) {
	s, peer := serverWithPeer(t, Options{})
	peer.Write(maskedFrame(protocol.OpBinary, false, "half"))
	peer.Write(maskedFrame(protocol.OpClose, true, "\x03\xe9"))
	_, r, err := s.Reader(background)
	if err != nil {
		t.Fatal(err)
	}
	p, err := io.ReadAll(r)
	if string(p) != "half" {
		t.Errorf("%q", p)
	}
	closedWith(t, err, CloseGoingAway, "")
}
