package websocket_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/internal/race"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// live returns how many bytes are in use.
func live() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// Hundreds of writes whose contexts ended, to a peer that does not read, had all their messages held. Right is a bound
// for what is held and an error that names it; what it was said of is not sent, and all the rest is.
func TestFaultQueueWithoutBound(t *testing.T) {
	messages, size := 120, race.Fewer(1<<20) // so few that their numbers are UTF-8
	writes := map[string]func(*Conn, context.Context, []byte) error{
		"Write":     func(c *Conn, ctx context.Context, p []byte) error { return c.Write(ctx, Binary, p) },
		"WriteText": func(c *Conn, ctx context.Context, p []byte) error { return c.WriteText(ctx, string(p)) },
		"WritePrepared": func(c *Conn, ctx context.Context, p []byte) error {
			m, err := Prepare(Binary, p)
			return errors.Join(err, c.WritePrepared(ctx, m))
		},
		"Batch": func(c *Conn, ctx context.Context, p []byte) error { return c.Batch().Write(ctx, Binary, p) },
	}
	for name, write := range writes {
		t.Run(name, func(t *testing.T) {
			overEach(t, Options{}, Options{MaxMessage: int64(2 * size)}, func(t *testing.T, s, c *Conn) {
				before := live()
				var sent []uint32
				refused := 0
				for i := range uint32(messages) {
					ctx, cancel := context.WithTimeout(background, time.Millisecond)
					err := write(s, ctx, binary.BigEndian.AppendUint32(make([]byte, 0, size), i)[:size])
					cancel()
					if errors.Is(err, ErrNotSent) {
						refused++
						notSent(t, err, context.DeadlineExceeded)
						continue
					}
					if err != nil && !errors.Is(err, context.DeadlineExceeded) {
						t.Fatal(err)
					}
					sent = append(sent, i)
				}
				if held := int64(live()) - int64(before); held > 8<<20 {
					t.Errorf("%d messages are said to be sent, %d MiB are held", len(sent), held>>20)
				}
				if refused < messages/2 {
					t.Errorf("%d of %d messages are said not to be sent", refused, messages)
				}
				go s.WriteText(background, "last")
				for _, want := range sent {
					_, p, err := c.Read(aMinute(t))
					if err != nil || len(p) != size || binary.BigEndian.Uint32(p) != want {
						t.Fatalf("%.4x of %d bytes, %v, want message %d of %d", p, len(p), err, want, len(sent))
					}
				}
				if _, p, err := c.Read(aMinute(t)); err != nil || string(p) != "last" {
					t.Errorf("then %.10q of %d bytes, %v", p, len(p), err)
				}
			})
		})
	}
}

// Small messages too had no bound. Right is that as many wait as Options.MaxQueued says.
func TestFaultQueueOfSmallMessagesWithoutBound(t *testing.T) {
	const bound = 10_000
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{MaxQueued: bound, Keepalive: -1, WriteTimeout: -1})
		placed := 0
		var err error
		for ; !errors.Is(err, ErrNotSent); placed++ {
			ctx, cancel := context.WithTimeout(background, time.Second)
			err = s.Write(ctx, Binary, make([]byte, 100-2))
			cancel()
			if placed > 1<<20 {
				t.Fatal("no bound")
			}
		}
		notSent(t, err, context.DeadlineExceeded)
		const stream = 64 << 10
		if held := 100*(placed-1) - stream; held < bound/2 || held > 2*bound+4096 {
			t.Errorf("%d bytes wait", held)
		}
		for _, err := range []error{
			s.Batch().WriteText(expire(t), strings.Repeat("x", 1000)),
			s.Batch().WritePrepared(expire(t), prepared(t, 1, 1000)),
			s.WritePrepared(expire(t), prepared(t, 1, 1000)),
		} {
			notSent(t, err, context.DeadlineExceeded)
		}
		peer.Close()
	})
}

// After bad UTF-8 in the middle of a MessageWriter Close failed too, and other writers waited for ever. Right is a
// SendError, and all else as before: the message goes on and ends, and the others go.
func TestFaultBadUTF8InAMessageWriter(t *testing.T) {
	good := strings.Repeat("good", 2000)
	overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
		w, err := s.Writer(background, Text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, good); err != nil {
			t.Fatal(err)
		}
		other := make(chan error, 1)
		go func() { other <- s.WriteText(aMinute(t), "other") }()
		var refused *SendError
		if n, err := io.WriteString(w, good+"\xff"); !errors.As(err, &refused) || errors.Is(err, ErrClosed) {
			t.Errorf("%d bytes taken, %v", n, err)
		}
		go func() {
			io.WriteString(w, "end")
			if err := w.Close(); err != nil {
				t.Error(err)
			}
		}()
		_, p, err := c.Read(aMinute(t))
		if err != nil || !strings.HasPrefix(string(p), good) || !strings.HasSuffix(string(p), "end") {
			t.Errorf("%d bytes, %v", len(p), err)
		}
		if _, p, err := c.Read(aMinute(t)); err != nil || string(p) != "other" {
			t.Errorf("%.10q %v", p, err)
		}
		if err := await(t, "the other writer", other); err != nil {
			t.Error(err)
		}
		go c.Read(background)
		if err := s.Close(aMinute(t), CloseNormal, ""); err != nil {
			t.Error(err)
		}
	})
}

// The same when the bad bytes come at once or leave with Close.
func TestFaultBadUTF8AtTheEndOfAMessageWriter(t *testing.T) {
	for _, begun := range []string{"", strings.Repeat("good", 2000)} {
		for _, bad := range []string{"\xff", "bad\xc3"} {
			s, c := inMemory(t, Options{}, Options{})
			w, err := s.Writer(background, Text)
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				_, err := io.WriteString(w, begun+bad)
				if err == nil {
					err = w.Close()
				}
				var refused *SendError
				if !errors.As(err, &refused) {
					t.Errorf("%d good bytes and %q: %v", len(begun), bad, err)
				}
				w.Close()
				if err := s.WriteText(aMinute(t), "other"); err != nil {
					t.Errorf("%d good bytes and %q, then another message: %v", len(begun), bad, err)
				}
				s.Close(background, CloseNormal, "")
			}()
			var last string
			for m, err := range c.Messages(aMinute(t)) {
				if err != nil {
					closedWith(t, err, CloseNormal, "")
					break
				}
				last = string(m.Data)
			}
			if last != "other" {
				t.Errorf("the last message has %d bytes", len(last))
			}
		}
	}
}

// broken is a stream whose writes fail once it breaks.
type broken struct {
	io.ReadWriteCloser
	breaks atomic.Bool
}

var errBroken = errors.New("broken")

func (s *broken) Write(p []byte) (int, error) {
	if s.breaks.Load() {
		return 0, errBroken
	}
	return s.ReadWriteCloser.Write(p)
}

// writers are calls that write, in all ways, and wait when they cannot.
func writers(s *Conn, m *PreparedMessage) map[string]func() error {
	return map[string]func() error{
		"Write":         func() error { return s.Write(background, Binary, make([]byte, 100_000)) },
		"WriteText":     func() error { return s.WriteText(background, "text") },
		"WritePrepared": func() error { return s.WritePrepared(background, m) },
		"Batch":         func() error { return s.Batch().WriteText(background, "text") },
		"WriteJSON":     func() error { return s.WriteJSON(background, "text") },
		"Writer": func() error {
			_, err := s.Writer(background, Text)
			return err
		},
	}
}

// toldOf checks that all calls that waited have been told of the loss.
func toldOf(t *testing.T, told map[string]chan error, loss error) {
	t.Helper()
	synctest.Wait()
	for name, told := range told {
		select {
		case err := <-told:
			closedWith(t, err, CloseAbnormal, "")
			if loss != nil && !errors.Is(err, loss) {
				t.Errorf("%s: %v, want %v", name, err, loss)
			}
		default:
			t.Errorf("%s waits for ever", name)
		}
	}
}

func waitIn(calls map[string]func() error) map[string]chan error {
	told := map[string]chan error{}
	for name, call := range calls {
		told[name] = make(chan error, 1)
		go func() { told[name] <- call() }()
		synctest.Wait()
	}
	return told
}

// When a write failed, those who waited for a MessageWriter to end waited for ever. Right is that all are told.
func TestFaultWaitersOfAFailedWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, peer := StreamPair()
		stream := &broken{ReadWriteCloser: a}
		s := NewConn(stream, Server, Setup{}, Options{Keepalive: -1, WriteTimeout: -1})
		defer peer.Close()
		defer s.CloseNow()
		w, err := s.Writer(background, Text)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(make([]byte, 5000))
		told := waitIn(writers(s, prepared(t, 0, 10)))
		stream.breaks.Store(true)
		if _, err := w.Write(make([]byte, 5000)); !errors.Is(err, errBroken) {
			t.Error(err)
		}
		toldOf(t, told, errBroken)
		if err := w.Close(); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
	})
}

// The same for those who wait behind a write that fails.
func TestFaultWaitersBehindAFailedWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, role := range []Role{Server, Client} {
			a, peer := StreamPair()
			c := NewConn(a, role, Setup{}, Options{Keepalive: -1, WriteTimeout: -1})
			calls := writers(c, prepared(t, 0, 10))
			calls["a large one"] = func() error { return c.Write(background, Binary, make([]byte, 1<<20)) }
			calls["Flush"] = func() error { return c.Batch().Flush(background) }
			delete(calls, "Writer") // may begin
			delete(calls, "Batch")
			first := waitIn(map[string]func() error{"the first": func() error {
				return c.Write(background, Binary, make([]byte, 1<<20))
			}})
			told := waitIn(calls)
			peer.Close()
			toldOf(t, told, nil)
			toldOf(t, first, nil)
			c.CloseNow()
		}
	})
}

// Those who waited for a connection that reading found lost were not told. Right is that all are.
func TestFaultWaitersOfALostConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{Keepalive: -1, WriteTimeout: -1})
		w, err := s.Writer(background, Text)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(make([]byte, 5000))
		calls := writers(s, prepared(t, 0, 10))
		calls["Ping"] = func() error {
			_, err := s.Ping(background, nil)
			return err
		}
		calls["Ping with data"] = func() error {
			_, err := s.Ping(background, []byte("data"))
			return err
		}
		calls["Read"] = func() error {
			_, _, err := s.Read(background)
			return err
		}
		told := waitIn(calls)
		done := make(chan struct{})
		go func() { <-s.Done(); close(done) }()
		peer.(interface{ CloseWrite() error }).CloseWrite()
		toldOf(t, told, io.ErrUnexpectedEOF)
		await(t, "Done", done)
		if _, err := w.Write(make([]byte, 5000)); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		closedWith(t, s.Close(background, CloseNormal, ""), CloseAbnormal, "")
	})
}

// A compressed string of many bytes left as one frame, and nothing else went meanwhile. Right is that a string goes the
// way of bytes.
func TestFaultTextInOneFrame(t *testing.T) {
	var mu sync.Mutex
	var frames []uint64
	trace := &Trace{FrameWritten: func(_ *Conn, h Header) {
		mu.Lock()
		defer mu.Unlock()
		frames = append(frames, h.Length)
	}}
	window := protocol.DeflateWindow{Bits: 15}
	x, y := deflates(window, window)
	s, c := overTCPCompressed(t, x, y, Options{Trace: trace}, Options{MaxMessage: -1})
	text := jsonText(1<<20, 1)
	count := func(write func() error) []uint64 {
		written := make(chan error, 1)
		go func() { written <- write() }()
		if _, p, err := c.Read(background); err != nil || !bytes.Equal(p, text) {
			t.Fatalf("%d bytes, %v", len(p), err)
		}
		if err := <-written; err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		defer mu.Unlock()
		defer func() { frames = nil }()
		return frames
	}
	asBytes := count(func() error { return s.Write(background, Text, text) })
	asString := count(func() error { return s.WriteText(background, string(text)) })
	if len(asString) < 5 || len(asString) != len(asBytes) {
		t.Errorf("frames of %d bytes, want such as %d", asString, asBytes)
	}
}

// What was written to a Batch while the reader waited already did not leave. Right is that it leaves as documented: at
// the latest when the goroutine that reads has to wait for the peer.
func TestFaultBatchBesideAWaitingReader(t *testing.T) {
	for _, transport := range []string{"memory", "no deadlines"} {
		for name, read := range ways {
			t.Run(transport+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s, peer := rawPeer(t, transport, Setup{}, Options{Keepalive: -1})
					go read(s, background)
					synctest.Wait()
					if err := s.Batch().WriteText(background, "Hello"); err != nil {
						t.Fatal(err)
					}
					got := make(chan string, 1)
					go func() {
						p := make([]byte, 7)
						io.ReadFull(peer, p)
						got <- string(p)
					}()
					synctest.Wait()
					select {
					case p := <-got:
						if p != "\x81\x05Hello" {
							t.Errorf("%q", p)
						}
					default:
						t.Error("it has not left")
					}
					s.CloseNow()
					peer.Close()
				})
			})
		}
	}
}

// pattern is n bytes of which no part is like another one.
func pattern(n int) []byte {
	p := make([]byte, 0, n+8)
	for i := uint64(0); len(p) < n; i++ {
		p = binary.LittleEndian.AppendUint64(p, i*0x9e3779b97f4a7c15)
	}
	return p[:n]
}

// A WritePrepared that was interrupted sent its beginning once more. Right is that the message goes out whole and once,
// whatever was written of it when the context ended.
func TestFaultInterruptedPreparedMessageRepeats(t *testing.T) {
	p := pattern(race.Fewer(9 << 20)) // more than sockets hold
	m, err := Prepare(Binary, p)
	if err != nil {
		t.Fatal(err)
	}
	overEachWay(t, func(t *testing.T, from, to *Conn) {
		ctx, cancel := context.WithCancel(aMinute(t))
		written := make(chan error, 1)
		go func() { written <- from.WritePrepared(ctx, m) }()
		_, r, err := to.Reader(aMinute(t))
		if err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(p))
		if _, err := io.ReadFull(r, got[:100_001]); err != nil {
			t.Fatal(err)
		}
		cancel()
		if err := await(t, "WritePrepared", written); err != context.Canceled {
			t.Fatalf("got %v, want %v: the message has its place", err, context.Canceled)
		}
		go from.WriteText(background, "next")
		if _, err := io.ReadFull(r, got[100_001:]); err != nil || !bytes.Equal(got, p) {
			t.Fatalf("not what was sent, %v", err)
		}
		if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF {
			t.Fatalf("then %d bytes, %v", n, err)
		}
		if _, p, err := to.Read(aMinute(t)); err != nil || string(p) != "next" {
			t.Fatalf("then %.10q, %v", p, err)
		}
	})
}

// A masked write that was interrupted when an odd number of bytes was written went on with the wrong byte of the key.
// Right is that the message arrives as it was, wherever its writing was interrupted.
func TestFaultMaskGoesOnAtTheWrongByte(t *testing.T) {
	p := pattern(300_000)
	writes := map[string]func(*Conn, context.Context) error{
		"Write": func(c *Conn, ctx context.Context) error { return c.Write(ctx, Binary, p) },
		"prepared": func(c *Conn, ctx context.Context) error {
			m, _ := Prepare(Binary, p)
			return c.WritePrepared(ctx, m)
		},
		"Writer": func(c *Conn, ctx context.Context) error {
			w, err := c.Writer(ctx, Binary)
			if err != nil {
				return err
			}
			_, err = w.Write(p)
			w.SetContext(background)
			go w.Close()
			return err
		},
	}
	for name, write := range writes {
		for taken := range 18 {
			taken += 20 * taken * taken // up to some 6000
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c, peer := withPeer(t, Client, Options{Keepalive: -1, WriteTimeout: -1})
					ctx, cancel := context.WithCancel(background)
					written := make(chan error, 1)
					go func() { written <- write(c, ctx) }()
					var wire bytes.Buffer
					io.CopyN(&wire, peer, int64(taken))
					synctest.Wait() // the stream has no room
					cancel()
					if err := await(t, "the write", written); err != context.Canceled {
						t.Error(err)
					}
					go func() {
						c.WriteText(background, "next")
						c.CloseNow()
					}()
					io.Copy(&wire, peer)
					e := protocol.NewEndpoint(Server, &protocol.Config{MaxMessage: -1}, nil, nil)
					e.Receive(wire.Bytes())
					var got [][]byte
					var message []byte
					for ev := (protocol.Event{}); e.Next(&ev); {
						if ev.Kind != protocol.DataEvent {
							t.Fatalf("%+v", ev)
						}
						if message = append(message, ev.Data...); ev.Fin {
							got, message = append(got, message), nil
						}
					}
					if len(got) != 2 || !bytes.Equal(got[0], p) || string(got[1]) != "next" {
						t.Errorf("interrupted when the peer had taken %d bytes: %d messages, not those sent", taken, len(got))
					}
				})
			})
		}
	}
}
