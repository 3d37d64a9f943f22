package websocket_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/seed372fb791/rfc6455/internal/race"

	. "github.com/seed372fb791/rfc6455/websocket"
)

// prepared returns a binary message of n bytes and more that begins with i.
func prepared(t testing.TB, i, n int) *PreparedMessage {
	t.Helper()
	m, err := Prepare(Binary, append(binary.BigEndian.AppendUint32(nil, uint32(i)), make([]byte, n)...))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// overEachWay runs f over each kind of stream, and over unix sockets, with the
// server and with the client as the sender.
func overEachWay(t *testing.T, f func(t *testing.T, from, to *Conn)) {
	o := Options{MaxMessage: -1}
	run := func(t *testing.T, fromServer bool) {
		each := func(t *testing.T, s, c *Conn) {
			if fromServer {
				f(t, s, c)
			} else {
				f(t, c, s)
			}
		}
		overEach(t, o, o, each)
		t.Run("unix", func(t *testing.T) {
			a, b := unixPair(t)
			s, c := NewConn(a, Server, Setup{}, o), NewConn(b, Client, Setup{}, o)
			defer s.CloseNow()
			defer c.CloseNow()
			each(t, s, c)
		})
	}
	t.Run("server", func(t *testing.T) { run(t, true) })
	t.Run("client", func(t *testing.T) { run(t, false) })
}

// To a peer that does not read, messages are taken until there is no room. All
// that were taken arrive whole and in order, none of the others does.
func TestTryWritePrepared(t *testing.T) {
	for _, size := range []int{1000, 100_000} {
		overEachWay(t, func(t *testing.T, from, to *Conn) {
			var sent []int
			for i, refused := 0, 0; refused < 3 && i < 1<<20; i++ {
				taken, err := from.TryWritePrepared(prepared(t, i, size))
				if err != nil {
					t.Fatal(err)
				}
				if taken {
					sent = append(sent, i)
				} else {
					refused++
				}
			}
			last := make(chan error, 1)
			go func() { last <- from.WritePrepared(background, prepared(t, 1<<30, 0)) }()
			for n, want := range append(sent, 1<<30) {
				_, p, err := to.Read(background)
				if err != nil {
					t.Fatal(err)
				}
				if got := int(binary.BigEndian.Uint32(p)); got != want || bytes.IndexFunc(p[4:], notZero) >= 0 {
					t.Fatalf("message %d of %d is %d, want %d", n, len(sent), got, want)
				}
			}
			if err := <-last; err != nil {
				t.Fatal(err)
			}
			if taken, err := from.TryWritePrepared(prepared(t, 0, 0)); !taken || err != nil {
				t.Errorf("%v %v when nothing is in the way any more", taken, err)
			}
			go from.Close(background, CloseNormal, "")
			to.Read(background)
			_, _, err := to.Read(background)
			closedWith(t, err, CloseNormal, "")
			<-from.Done()
			s, r := from.Stats(), to.Stats()
			if s.MessagesWritten != r.MessagesRead || s.BytesWritten != r.BytesRead {
				t.Errorf("%+v written, %+v read", s, r)
			}
		})
	}
}

func notZero(r rune) bool { return r != 0 }

// What a context that has ended leaves behind, an expired deadline and the rest
// of a message, does not get into the way of what comes later.
func TestTryWritePreparedAfterAnInterruptedWrite(t *testing.T) {
	big := make([]byte, race.Fewer(8<<20)) // more than sockets hold
	overEachWay(t, func(t *testing.T, from, to *Conn) {
		if err := from.Write(expire(t), Binary, big); err != context.DeadlineExceeded {
			t.Fatal(err)
		}
		if taken, err := from.TryWritePrepared(prepared(t, 0, 0)); taken || err != nil {
			t.Fatalf("%v %v behind a message on its way", taken, err)
		}
		if _, p, err := to.Read(background); err != nil || len(p) != len(big) {
			t.Fatalf("%d bytes, %v", len(p), err)
		}
		if err := from.Batch().Flush(background); err != nil {
			t.Fatal(err)
		}
		if taken, err := from.TryWritePrepared(prepared(t, 0, 0)); !taken || err != nil {
			t.Fatalf("%v %v", taken, err)
		}
		if _, p, err := to.Read(background); err != nil || len(p) != 4 {
			t.Fatalf("%d bytes, %v", len(p), err)
		}
	})
}

// What waits in a Batch leaves with the message, before it.
func TestTryWritePreparedBehindABatch(t *testing.T) {
	overEachWay(t, func(t *testing.T, from, to *Conn) {
		m := prepared(t, 0, 0)
		from.Batch().WriteText(background, "first")
		if taken, err := from.TryWritePrepared(m); !taken || err != nil {
			t.Fatal(taken, err)
		}
		for _, want := range []string{"first", "\x00\x00\x00\x00"} {
			if _, p, err := to.Read(background); err != nil || string(p) != want {
				t.Errorf("%q %v", p, err)
			}
		}
	})
}

// Several messages leave in their order, all or none of them.
func TestTryWritePreparedTogether(t *testing.T) {
	overEachWay(t, func(t *testing.T, from, to *Conn) {
		var messages []*PreparedMessage
		for i := range 5 {
			messages = append(messages, prepared(t, i, 1000*i))
		}
		w, err := from.Writer(background, Text)
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte("in"))
		if taken, err := from.TryWritePrepared(messages...); taken || err != nil {
			t.Fatal(taken, err)
		}
		w.Close()
		if taken, err := from.TryWritePrepared(messages...); !taken || err != nil {
			t.Fatal(taken, err)
		}
		if taken, err := from.TryWritePrepared(); !taken || err != nil {
			t.Error(taken, err)
		}
		to.Read(background)
		for i := range messages {
			_, p, err := to.Read(background)
			if err != nil || binary.BigEndian.Uint32(p) != uint32(i) {
				t.Fatalf("message %d: %.4x %v", i, p, err)
			}
		}
		if n := from.Stats().MessagesWritten; n != 6 {
			t.Errorf("%d messages written", n)
		}
	})
}

//rfc:6455-5.4-10 6455-5.5.1-8
func TestTryWritePreparedRefused(t *testing.T) {
	s, c := inMemory(t, Options{}, Options{})
	m := prepared(t, 0, 0)
	try := func(when string, want bool, wantErr error) {
		t.Helper()
		if taken, err := s.TryWritePrepared(m); taken != want || !errors.Is(err, wantErr) {
			t.Errorf("%s: %v %v", when, taken, err)
		}
	}
	w, err := s.Writer(background, Text)
	if err != nil {
		t.Fatal(err)
	}
	try("before the first frame of a message", false, nil)
	w.Write(bytes.Repeat([]byte("a"), 5000))
	try("within a message", false, nil)
	w.Close()
	try("behind it", true, nil)
	go s.Close(background, CloseNormal, "")
	for err == nil {
		_, _, err = c.Read(background)
	}
	closedWith(t, err, CloseNormal, "")
	try("after Close", false, ErrClosed)
	<-s.Done()
	try("when all is over", false, ErrClosed)
}

// A socket that is lost tells who writes next, as Write does.
func TestTryWritePreparedToALostPeer(t *testing.T) {
	overEachWay(t, func(t *testing.T, from, to *Conn) {
		to.CloseNow()
		var err error
		for taken := true; err == nil; {
			if taken, err = from.TryWritePrepared(prepared(t, 0, 1000)); taken && err != nil {
				t.Error("taken", err)
			}
		}
		if !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		if again := from.WriteText(background, "a"); !errors.Is(again, err) {
			t.Errorf("first %v, then %v", err, again)
		}
	})
}

// Traces see the frames of a server, which are not encoded for it.
func TestTraceOfPreparedMessages(t *testing.T) {
	trace, lines := record()
	s, _ := overTCP(t, Options{Trace: trace}, Options{})
	m := prepared(t, 0, 1000)
	s.TryWritePrepared(m)
	s.WritePrepared(background, m)
	frame := "> binary fin=true masked=false 1004"
	if got := lines(); !slices.Equal(got, []string{frame, frame}) {
		t.Errorf("%q", got)
	}
}

// Many goroutines send one message to many connections, some of which end.
func TestTryWritePreparedConcurrently(t *testing.T) {
	const senders, each = 8, 100
	m := prepared(t, 0, 1000)
	var conns, readers []*Conn
	var reading, sending sync.WaitGroup
	for range 4 {
		s, c := overTCP(t, Options{}, Options{})
		conns, readers = append(conns, s), append(readers, c)
		reading.Go(func() {
			for p, err := range c.Messages(background) {
				if err != nil {
					return
				}
				if len(p.Data) != 1004 {
					t.Errorf("%d bytes", len(p.Data))
				}
			}
		})
	}
	for range senders {
		sending.Go(func() {
			for range each {
				for i, s := range conns {
					taken, err := s.TryWritePrepared(m)
					if err == nil && !taken {
						err = s.WritePrepared(background, m)
					}
					if err != nil && (i > 0 || !errors.Is(err, ErrClosed)) {
						t.Error(err)
					}
				}
			}
		})
	}
	conns[0].Close(background, CloseNormal, "")
	sending.Wait()
	for i, s := range conns {
		s.Close(background, CloseNormal, "")
		if i > 0 && s.Stats().MessagesWritten != senders*each {
			t.Errorf("%d messages of %d", s.Stats().MessagesWritten, senders*each)
		}
	}
	reading.Wait()
	for i, c := range readers[1:] {
		if n := c.Stats().MessagesRead; n != senders*each {
			t.Errorf("reader %d: %d messages of %d", i+1, n, senders*each)
		}
	}
}
