package websocket_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/seed372fb791/rfc6455/internal/race"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// Many writers send messages of all sizes, whole and in frames. Each arrives
// whole, and those of one writer in order.
//
//rfc:6455-5.4-9 6455-5.4-10 6455-6.1-5 6455-6.1-6
func TestConcurrentWriters(t *testing.T) {
	const writers, each = 8, 40
	overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
		for w := range writers {
			go func() {
				for i := range each {
					if err := writeSomehow(c, w, i); err != nil {
						t.Error(err)
						return
					}
				}
			}()
		}
		var next [writers]int
		for range writers * each {
			_, p, err := s.Read(background)
			if err != nil {
				t.Fatal(err)
			}
			w := int(p[0])
			if !bytes.Equal(p, numbered(w, next[w])) {
				t.Fatalf("message %d of writer %d is torn or out of order", next[w], w)
			}
			next[w]++
		}
	})
}

// numbered returns message i of writer w: each of its words names both.
func numbered(w, i int) []byte {
	size := []int{1, 10, 100, 5000, 40000}[(w+i)%5]
	word := binary.BigEndian.AppendUint32([]byte{byte(w)}, uint32(i))
	return bytes.Repeat(word, size)
}

func writeSomehow(c *Conn, w, i int) error {
	p := numbered(w, i)
	switch i % 4 {
	case 0:
		return c.Write(background, Binary, p)
	case 1:
		return errors.Join(c.Batch().Write(background, Binary, p), c.Batch().Flush(background))
	case 2:
		return writePreparedSomehow(c, p)
	}
	mw, err := c.Writer(background, Binary)
	if err != nil {
		return err
	}
	_, err = mw.Write(p[:len(p)/3])
	_, err2 := mw.Write(p[len(p)/3:])
	return errors.Join(err, err2, mw.Close())
}

func writePreparedSomehow(c *Conn, p []byte) error {
	m, err := Prepare(Binary, p)
	if err != nil {
		return err
	}
	taken, err := c.TryWritePrepared(m)
	if taken || err != nil {
		return err
	}
	return c.WritePrepared(background, m)
}

// counted counts the writes of a stream.
type counted struct {
	io.ReadWriteCloser
	writes atomic.Int32
	hold   chan struct{} // each write takes one first, if not nil
}

func (c *counted) Write(p []byte) (int, error) {
	c.writes.Add(1)
	if c.hold != nil {
		<-c.hold
	}
	return c.ReadWriteCloser.Write(p)
}

//rfc:6455-2.1-3
func TestGroupCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := StreamPair()
		stream := &counted{ReadWriteCloser: a, hold: make(chan struct{})}
		s, c := NewConn(stream, Server, Setup{}, Options{Keepalive: -1}), NewConn(b, Client, Setup{}, Options{Keepalive: -1})
		defer s.CloseNow()
		defer c.CloseNow()
		var writers sync.WaitGroup
		for i := range 100 {
			writers.Go(func() {
				if err := s.WriteText(background, fmt.Sprint(i)); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait() // one writes, 99 wait for it
		close(stream.hold)
		writers.Wait()
		if n := stream.writes.Load(); n != 2 {
			t.Errorf("%d writes for 100 messages, want the first one's and one for the rest", n)
		}
		for range 100 {
			if _, _, err := c.Read(background); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestOneWriteForAMessage(t *testing.T) {
	a, b := StreamPair()
	stream := &counted{ReadWriteCloser: a}
	s, c := NewConn(stream, Server, Setup{}, Options{}), NewConn(b, Client, Setup{}, Options{})
	defer s.CloseNow()
	defer c.CloseNow()
	go echo(c)
	for n, size := range []int{0, 16, 125, 126, 4096, 16000} {
		if err := s.Write(background, Binary, make([]byte, size)); err != nil {
			t.Fatal(err)
		}
		if got := int(stream.writes.Load()); got != n+1 {
			t.Errorf("%d bytes: %d writes", size, got-n)
		}
	}
}

// A write whose context ends before the message has its place is not sent: its
// context had ended before, or there was no room. One that has its place is sent
// to its end, and the connection goes on.
func TestWriteEndsWithItsContext(t *testing.T) {
	big := bytes.Repeat([]byte("0123456789abcdef"), race.Fewer(1<<19)) // 8 MiB, more than sockets hold
	overEach(t, Options{}, Options{MaxMessage: -1}, func(t *testing.T, s, c *Conn) {
		ended, cancel := context.WithCancel(background)
		cancel()
		notSent(t, s.WriteText(ended, "never"), context.Canceled)
		notSent(t, s.Write(ended, Binary, big), context.Canceled)
		mine := bytes.Clone(big)
		if err := s.Write(expire(t), Binary, mine); err != context.DeadlineExceeded {
			t.Fatal(err)
		}
		clear(mine) // the caller's again
		notSent(t, s.WriteText(expire(t), "behind it"), context.DeadlineExceeded)
		if _, p, err := c.Read(background); err != nil || !bytes.Equal(p, big) {
			t.Fatalf("%d bytes, %v: not the message whose writing was given up", len(p), err)
		}
		if err := s.WriteText(background, "and on"); err != nil {
			t.Fatal(err)
		}
		if _, p, err := c.Read(background); err != nil || string(p) != "and on" {
			t.Fatalf("%q %v", p, err)
		}
	})
}

// The same from the client, which masks on the way.
func TestMaskedWriteEndsWithItsContext(t *testing.T) {
	big := bytes.Repeat([]byte("0123456789abcdef"), race.Fewer(1<<19))
	overEach(t, Options{MaxMessage: -1}, Options{}, func(t *testing.T, s, c *Conn) {
		if err := c.Write(expire(t), Binary, big); err != context.DeadlineExceeded {
			t.Fatal(err)
		}
		go c.WriteText(background, "and on")
		if _, p, err := s.Read(background); err != nil || !bytes.Equal(p, big) {
			t.Fatalf("%d bytes, %v: not the message whose writing was given up", len(p), err)
		}
		if _, p, err := s.Read(background); err != nil || string(p) != "and on" {
			t.Fatalf("%q %v", p, err)
		}
	})
}

// Writes of the application's mistakes: nothing is sent, the connection stays.
func TestWriteRefused(t *testing.T) {
	s, c := inMemory(t, Options{}, Options{})
	_, prepareErr := Prepare(Text, []byte{0xff})
	for rule, err := range map[string]error{
		"6455-5.6-3":            s.Write(background, Text, []byte("\xff")), //rfc:6455-5.6-3
		"6455-5.6-3 ":           s.WriteText(background, "\xc0\xaf"),
		"6455-5.6-3  ":          prepareErr,
		"6455-6.1-5":            s.Write(background, Type(protocol.OpPing), nil), //rfc:6455-6.1-5
		"6455-5.6-3   a stream": writeAStream(s, "\xff"),
	} {
		var refused *SendError
		if !errors.As(err, &refused) || refused.Rule != rule[:len(refused.Rule)] {
			t.Errorf("%s: %v", rule, err)
		}
	}
	go s.WriteText(background, "fine")
	for _, want := range []string{"", "fine"} { // of the stream nothing was left but its end
		if _, p, err := c.Read(background); err != nil || string(p) != want {
			t.Errorf("%q %v", p, err)
		}
	}
}

func writeAStream(c *Conn, text string) error {
	w, err := c.Writer(background, Text)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, text)
	return errors.Join(err, w.Close())
}

func TestBatch(t *testing.T) {
	a, b := StreamPair()
	stream := &counted{ReadWriteCloser: a}
	s, c := NewConn(stream, Server, Setup{}, Options{}), NewConn(b, Client, Setup{}, Options{})
	defer s.CloseNow()
	defer c.CloseNow()
	prepared, _ := Prepare(Binary, []byte("three"))
	batch := s.Batch()
	err := errors.Join(
		batch.Write(background, Binary, []byte("one")),
		batch.WriteText(background, "two"),
		batch.WritePrepared(background, prepared))
	if err != nil || stream.writes.Load() != 0 {
		t.Errorf("%v, %d writes before Flush", err, stream.writes.Load())
	}
	if err := batch.Flush(background); err != nil || stream.writes.Load() != 1 {
		t.Errorf("%v, %d writes after Flush", err, stream.writes.Load())
	}
	for _, want := range []string{"one", "two", "three"} {
		if _, p, err := c.Read(background); err != nil || string(p) != want {
			t.Errorf("%q %v", p, err)
		}
	}
}

// A batch leaves by itself when it is big, with another write, and before its
// goroutine waits for the peer.
func TestBatchLeavesByItself(t *testing.T) {
	a, b := StreamPair()
	stream := &counted{ReadWriteCloser: a}
	s, c := NewConn(stream, Server, Setup{}, Options{}), NewConn(b, Client, Setup{}, Options{})
	defer s.CloseNow()
	defer c.CloseNow()
	received := make(chan string, 32)
	go func() {
		for m, err := range c.Messages(background) {
			if err != nil {
				close(received)
				return
			}
			received <- string(m.Data[:min(10, len(m.Data))])
		}
	}()
	s.Batch().WriteText(background, "with another")
	s.WriteText(background, "write")
	for _, want := range []string{"with anoth", "write"} {
		if got := <-received; got != want {
			t.Errorf("%q", got)
		}
	}
	s.Batch().WriteText(background, "before waiting")
	if _, _, err := s.Read(expire(t)); err != context.DeadlineExceeded {
		t.Error(err)
	}
	if got := <-received; got != "before wai" {
		t.Errorf("%q", got)
	}
	writes := stream.writes.Load()
	for range 16 {
		s.Batch().Write(background, Binary, make([]byte, 4000))
	}
	if got := stream.writes.Load() - writes; got != 1 {
		t.Errorf("%d writes for 64 kB", got)
	}
}

func TestPreparedMessage(t *testing.T) {
	overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
		for _, size := range []int{0, 5, 100000} {
			p := bytes.Repeat([]byte("é"), size)
			m, err := Prepare(Text, p)
			if err != nil || m.Type() != Text || m.Len() != len(p) {
				t.Fatal(m, err)
			}
			want := string(p)
			clear(p) // the caller's again
			for from, to := range map[*Conn]*Conn{s: c, c: s} {
				go from.WritePrepared(background, m)
				if typ, got, err := to.Read(background); err != nil || typ != Text || string(got) != want {
					t.Errorf("%d: %v, %d bytes, %v", size, typ, len(got), err)
				}
			}
		}
	})
}
