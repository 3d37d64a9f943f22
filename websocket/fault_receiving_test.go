package websocket_test

import (
	"bytes"
	"context"
	"errors"
	"io"
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

// A test that begins with TestFault is about a fault that a connection once had. Its comment says what happened
// and what is right.

// ways are the ways to read the next message. The message is the caller's.
var ways = map[string]func(*Conn, context.Context) (string, error){
	"Read": func(c *Conn, ctx context.Context) (string, error) {
		_, p, err := c.Read(ctx)
		return string(p), err
	},
	"ReadInto": func(c *Conn, ctx context.Context) (string, error) {
		_, p, err := c.ReadInto(ctx, make([]byte, 3000))
		return string(p), err
	},
	"Messages":       firstOf((*Conn).Messages),
	"BorrowMessages": firstOf((*Conn).BorrowMessages),
}

func firstOf(messages loop) func(*Conn, context.Context) (string, error) {
	return func(c *Conn, ctx context.Context) (string, error) {
		for m, err := range messages(c, ctx) {
			return string(m.Data), err
		}
		panic("no turn of the loop")
	}
}

// canceledWhen returns a context that is canceled when come reports true.
func canceledWhen(t testing.TB, come func() bool) context.Context {
	ctx, cancel := context.WithCancel(aMinute(t))
	go func() {
		defer cancel()
		for !come() && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
	}()
	return ctx
}

// rawPeer returns a server over a kind of stream, and the other end of the stream.
func rawPeer(t testing.TB, transport string, s Setup, o Options) (*Conn, io.ReadWriteCloser) {
	a, peer := transports[transport](t)
	c := NewConn(a, Server, s, o)
	t.Cleanup(func() { c.CloseNow(); peer.Close() })
	return c, peer
}

// When half a frame had come and the context of the read ended, every later read got ErrConcurrentRead, and Close
// failed. Right is that the next call goes on where the bytes stopped, and that Close closes.
func TestFaultHalfAFrameEndsReading(t *testing.T) {
	for transport := range transports {
		for name, read := range ways {
			t.Run(transport+" "+name, func(t *testing.T) {
				s, peer := rawPeer(t, transport, Setup{}, Options{})
				for _, text := range []string{"Hello", strings.Repeat("0123456789", 1000)} {
					wire := maskedFrame(protocol.OpText, true, text)
					for _, cut := range []int{1, 3, len(wire) - len(text), len(wire) - len(text) + 2, len(wire) - 1} {
						before := s.Stats().BytesRead
						peer.Write(wire[:cut])
						ctx := canceledWhen(t, func() bool { return s.Stats().BytesRead == before+int64(cut) })
						if _, err := read(s, ctx); !errors.Is(err, context.Canceled) {
							t.Fatalf("after %d of %d bytes: %v", cut, len(wire), err)
						}
						peer.Write(wire[cut:])
						if p, err := read(s, aMinute(t)); err != nil || p != text {
							t.Fatalf("cut at %d of %d bytes: %.10q of %d bytes, %v", cut, len(wire), p, len(p), err)
						}
					}
				}
				half := maskedFrame(protocol.OpText, true, "half")
				before := s.Stats().BytesRead
				peer.Write(half[:8])
				read(s, canceledWhen(t, func() bool { return s.Stats().BytesRead == before+8 }))
				go func() {
					peer.Write(half[8:])
					peer.Write(maskedFrame(protocol.OpClose, true, "\x03\xe8"))
					io.Copy(io.Discard, peer)
					peer.Close()
				}()
				if err := s.Close(aMinute(t), CloseNormal, ""); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// stirred is a connection whose messages go through the same pools as those of others.
type stirred struct{ s, c *Conn }

func newStirred(t testing.TB) stirred {
	window := protocol.DeflateWindow{Bits: 15}
	x, y := deflates(window, window)
	s, c := overTCPCompressed(t, x, y, Options{}, Options{})
	go echo(s)
	return stirred{s, c}
}

// stir has messages of several sizes go there and back.
func (s stirred) stir(t testing.TB) {
	t.Helper()
	for i, n := range []int{100, 3000, 70_000} {
		for _, typ := range []Type{Text, Text | Plain} {
			s.c.Write(background, typ, jsonText(n, 100+i))
			if _, _, err := s.c.Read(background); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// While the body of the loop looked at m.Data, Close, a read, or the end of the connection gave the memory under it
// to other connections. Right is that m.Data stays until the next turn of the loop.
func TestFaultDataOfOthersInABorrowedMessage(t *testing.T) {
	for name, f := range meanwhile() {
		for _, takeover := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				others := newStirred(t)
				sizes := []int{20, 3000, 100_000}
				if race.Less() { // which does not find more with more of them
					sizes = sizes[1:2]
				}
				for i, n := range sizes {
					for _, typ := range []Type{Text, Text | Plain} {
						x, y := deflates(protocol.DeflateWindow{Bits: 15, Takeover: takeover}, protocol.DeflateWindow{Bits: 15, Takeover: takeover})
						s, c := overTCPCompressed(t, x, y, Options{}, Options{})
						want := jsonText(n, i)
						go func() {
							c.Write(background, typ, want)
							c.Write(background, typ, jsonText(n, i+50))
							c.Read(background)
						}()
						for m, err := range s.BorrowMessages(aMinute(t)) {
							if err != nil {
								t.Fatal(err)
							}
							f(t, s)
							others.stir(t)
							if !bytes.Equal(m.Data, want) {
								t.Errorf("a message of %d bytes has become %.40q", n, m.Data)
							}
							break
						}
						s.CloseNow()
						c.CloseNow()
					}
				}
			})
		}
	}
}

// meanwhile is what may happen to a connection while a loop's body looks at a message.
func meanwhile() map[string]func(t *testing.T, s *Conn) {
	return map[string]func(t *testing.T, s *Conn){
		"Close": func(t *testing.T, s *Conn) {
			if err := s.Close(background, CloseNormal, ""); err != nil {
				t.Error(err)
			}
		},
		"Close elsewhere": func(t *testing.T, s *Conn) {
			closed := make(chan error, 1)
			go func() { closed <- s.Close(background, CloseNormal, "") }()
			if err := await(t, "Close", closed); err != nil {
				t.Error(err)
			}
		},
		"CloseNow": func(t *testing.T, s *Conn) { s.CloseNow(); await(t, "Done", s.Done()) },
		"Read": func(t *testing.T, s *Conn) {
			if _, _, err := s.Read(background); err != nil {
				t.Error(err)
			}
		},
		"a loop": func(t *testing.T, s *Conn) {
			for _, err := range s.BorrowMessages(background) {
				if err != nil {
					t.Error(err)
				}
				break
			}
		},
		"Read elsewhere": func(t *testing.T, s *Conn) {
			read := make(chan struct{})
			go func() { // which may be told that another one reads
				defer close(read)
				s.Read(background)
			}()
			await(t, "Read", read)
		},
		"Reader": func(t *testing.T, s *Conn) {
			_, r, err := s.Reader(background)
			if err == nil {
				_, err = r.Read(make([]byte, 10))
			}
			if err != nil {
				t.Error(err)
			}
		},
	}
}

// A Reader that the body of the loop had read half had its tail yielded as a message, and a later message was lost.
// Right is ErrSkipped for the reader, and all messages whole.
func TestFaultTailOfAReaderIsYielded(t *testing.T) {
	long := strings.Repeat("0123456789", 2000)
	overEachLoop(t, func(t *testing.T, messages loop) {
		overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
			go func() {
				c.WriteText(background, "one")
				w, _ := c.Writer(background, Text)
				for i := range 4 {
					io.WriteString(w, long[i*5000:][:5000])
				}
				w.Close()
				for _, text := range []string{"three", long, "five"} {
					c.WriteText(background, text)
				}
				c.Close(background, CloseNormal, "")
			}()
			var got []string
			var half *MessageReader
			for m, err := range messages(s, aMinute(t)) {
				if err != nil {
					closedWith(t, err, CloseNormal, "")
					break
				}
				if got = append(got, string(m.Data)); len(got) != 1 && len(got) != 2 {
					continue
				}
				if half != nil {
					if n, err := half.Read(make([]byte, 10)); n != 0 || err != ErrSkipped {
						t.Errorf("%d bytes and %v of the reader whose message was skipped", n, err)
					}
				}
				if _, half, err = s.Reader(background); err != nil {
					t.Fatal(err)
				}
				p := make([]byte, 100)
				if _, err := io.ReadFull(half, p); err != nil || string(p) != long[:100] {
					t.Fatalf("%q %v", p, err)
				}
			}
			if strings.Join(got, ",") != "one,three,five" {
				t.Errorf("%d messages: %.40q", len(got), got)
			}
		})
	})
}

// When the context of the loop ended while the peer flooded small messages, the loop went on for seconds. Right is
// that it ends at the next message.
func TestFaultLoopGoesOnThroughAFlood(t *testing.T) {
	flood := bytes.Repeat(maskedFrame(protocol.OpText, true, "flood"), 4000)
	overEachLoop(t, func(t *testing.T, messages loop) {
		for transport := range transports {
			t.Run(transport, func(t *testing.T) {
				s, peer := rawPeer(t, transport, Setup{}, Options{})
				flooded := make(chan struct{})
				go func() {
					defer close(flooded)
					for {
						if _, err := peer.Write(flood); err != nil {
							return
						}
					}
				}()
				ctx, cancel := context.WithCancel(aMinute(t))
				defer cancel()
				n, after := 0, 0
				for _, err := range messages(s, ctx) {
					if err != nil {
						if !errors.Is(err, context.Canceled) {
							t.Error(err)
						}
						break
					}
					if n++; n == 1000 {
						cancel()
					} else if n > 1000 {
						after++
					}
				}
				if n < 1000 || after > 1 {
					t.Errorf("%d messages, %d of them after the end of the context", n, after)
				}
				if _, p, err := s.Read(background); err != nil || string(p) != "flood" {
					t.Errorf("then %q, %v", p, err)
				}
				s.CloseNow()
				peer.Close()
				<-flooded
			})
		}
	})
}

// noDeadlines is a stream with deadlines that cannot be set, such as the channels of golang.org/x/crypto/ssh.
type noDeadlines struct {
	io.ReadWriteCloser
	asked *atomic.Int32 // how often one for reading was to be set
}

var errNoDeadline = errors.New("deadlines are not supported")

func (s noDeadlines) SetReadDeadline(time.Time) error { s.asked.Add(1); return errNoDeadline }
func (noDeadlines) SetWriteDeadline(time.Time) error  { return errNoDeadline }
func (noDeadlines) SetDeadline(time.Time) error       { return errNoDeadline }

// On a stream whose SetReadDeadline returns an error, contexts did not end reads. Right is that such a stream is
// asked once, and then read as one without deadlines.
func TestFaultDeadlinesThatCannotBeSet(t *testing.T) {
	for name, read := range ways {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, peer := StreamPair()
				asked := new(atomic.Int32)
				s := NewConn(noDeadlines{a, asked}, Server, Setup{}, Options{Keepalive: -1, WriteTimeout: -1})
				defer peer.Close()
				defer s.CloseNow()
				wire := maskedFrame(protocol.OpText, true, "Hello")
				for cut := range wire {
					peer.Write(wire[:cut])
					if _, err := read(s, expire(t)); !errors.Is(err, context.DeadlineExceeded) {
						t.Fatal(err)
					}
					peer.Write(wire[cut:])
					if p, err := read(s, background); err != nil || p != "Hello" {
						t.Fatalf("%q %v", p, err)
					}
				}
				if n := asked.Load(); n > 1 {
					t.Errorf("asked %d times", n)
				}
				if err := s.Write(expire(t), Binary, make([]byte, 1<<20)); err != context.DeadlineExceeded {
					t.Error(err)
				}
			})
		})
	}
}

// idle is a stream whose Read finds nothing so many times before it reads, always if the number is negative.
type idle struct {
	io.ReadWriteCloser
	each, left int
}

func (s *idle) Read(p []byte) (int, error) {
	if s.each < 0 {
		return 0, nil
	}
	if s.left > 0 {
		s.left--
		return 0, nil
	}
	s.left = s.each
	return s.ReadWriteCloser.Read(p[:1])
}

// idleWithDeadlines is one that has deadlines.
type idleWithDeadlines struct{ *idle }

func (s idleWithDeadlines) SetReadDeadline(at time.Time) error {
	return s.ReadWriteCloser.(interface{ SetReadDeadline(time.Time) error }).SetReadDeadline(at)
}

// A Read of the stream that returned 0 and nil ended the connection. Right is that the stream is read again, but not
// for ever.
func TestFaultReadOfNothing(t *testing.T) {
	for name, wrap := range map[string]func(*idle) io.ReadWriteCloser{
		"deadlines":    func(s *idle) io.ReadWriteCloser { return idleWithDeadlines{s} },
		"no deadlines": func(s *idle) io.ReadWriteCloser { return s },
	} {
		for way, read := range ways {
			t.Run(name+" "+way, func(t *testing.T) {
				a, peer := StreamPair()
				s := NewConn(wrap(&idle{ReadWriteCloser: a, each: 3}), Server, Setup{}, Options{})
				defer peer.Close()
				defer s.CloseNow()
				for _, text := range []string{"Hello", strings.Repeat("0123456789", 1000)} {
					peer.Write(maskedFrame(protocol.OpText, true, text))
					if p, err := read(s, aMinute(t)); err != nil || p != text {
						t.Fatalf("%.10q of %d bytes, %v", p, len(p), err)
					}
				}
			})
			t.Run(name+" for ever "+way, func(t *testing.T) {
				a, peer := StreamPair()
				s := NewConn(wrap(&idle{ReadWriteCloser: a, each: -1}), Server, Setup{}, Options{})
				defer peer.Close()
				defer s.CloseNow()
				_, err := read(s, aMinute(t))
				closedWith(t, err, CloseAbnormal, "")
				if !errors.Is(err, io.ErrNoProgress) {
					t.Errorf("got %v, want %v", err, io.ErrNoProgress)
				}
				await(t, "Done", s.Done())
			})
		}
	}
}

// A program that sent m.Data through a channel found other messages there later. Right is that the memory of what
// Messages yields is the caller's, to keep and to append to.
func TestFaultMessagesAreLent(t *testing.T) {
	for _, compressed := range []bool{false, true} {
		var x, y *protocol.Deflate
		if compressed {
			window := protocol.DeflateWindow{Bits: 15, Takeover: true}
			x, y = deflates(window, window)
		}
		s, c := overTCPCompressed(t, x, y, Options{}, Options{})
		others := newStirred(t)
		sizes := []int{0, 1, 5, 5, 5, 100, 1000, 4000, 5000, 30_000, 70_000, 300_000, 1 << 20, 5}
		go func() {
			var wg sync.WaitGroup
			wg.Go(func() {
				for i, n := range sizes {
					c.Batch().Write(background, Text, jsonText(n, i))
				}
				c.Batch().Flush(background)
			})
			wg.Wait()
			c.Close(background, CloseNormal, "")
		}()
		var kept [][]byte
		for m, err := range s.Messages(aMinute(t)) {
			if err != nil {
				closedWith(t, err, CloseNormal, "")
				break
			}
			kept = append(kept, append(m.Data, "and more"...)[:len(m.Data)])
		}
		others.stir(t)
		if len(kept) != len(sizes) {
			t.Fatalf("%d messages", len(kept))
		}
		for i, p := range kept {
			if !bytes.Equal(p, jsonText(sizes[i], i)) {
				t.Errorf("compressed %v: message %d of %d bytes has become %.20q", compressed, i, sizes[i], p)
			}
		}
	}
}

// After a read in the body of the loop, under another context, the loop's own was no longer watched. Right is that
// its end ends the loop, and that the end of the other one does not.
func TestFaultContextForgottenAfterAReadInTheBody(t *testing.T) {
	overEachLoop(t, func(t *testing.T, messages loop) {
		for _, transport := range []string{"memory", "no deadlines"} {
			for name, read := range ways {
				t.Run(transport+" "+name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						s, peer := rawPeer(t, transport, Setup{}, Options{Keepalive: -1})
						go io.Copy(io.Discard, peer)
						for range 3 {
							peer.Write(hello)
						}
						ctx, cancel := context.WithCancel(background)
						other, cancelOther := context.WithCancel(background)
						defer cancelOther()
						ended := make(chan error, 1)
						go func() {
							for _, err := range messages(s, ctx) {
								if err != nil {
									ended <- err
									break
								}
								read(s, other)
							}
						}()
						synctest.Wait() // the body reads and waits
						peer.Write(hello)
						synctest.Wait() // the loop waits
						cancelOther()
						synctest.Wait()
						if len(ended) > 0 {
							t.Fatalf("the loop has ended with another context: %v", <-ended)
						}
						cancel()
						if err := await(t, "the loop", ended); err != context.Canceled {
							t.Error(err)
						}
						s.CloseNow()
						peer.Close()
					})
				})
			}
		}
	})
}

// The same on a socket, where a Pong tells that the loop reads again.
func TestFaultContextForgottenAfterAReadInTheBodyOnASocket(t *testing.T) {
	overEachLoop(t, func(t *testing.T, messages loop) {
		for _, transport := range []string{"tcp", "tls"} {
			for name, read := range ways {
				t.Run(transport+" "+name, func(t *testing.T) {
					s, peer := rawPeer(t, transport, Setup{}, Options{})
					for range 20 {
						peer.Write(hello)
						ctx, cancel := context.WithCancel(background)
						inBody, ended := make(chan struct{}), make(chan error, 1)
						go func() {
							for _, err := range messages(s, ctx) {
								if err != nil {
									ended <- err
									break
								}
								close(inBody)
								read(s, background)
							}
						}()
						<-inBody
						peer.Write(hello)
						peer.Write(maskedFrame(protocol.OpPing, true, "ping"))
						if _, err := io.ReadFull(peer, make([]byte, 2+4)); err != nil {
							t.Fatal(err)
						}
						cancel()
						if err := await(t, "the loop", ended); err != context.Canceled {
							t.Fatal(err)
						}
					}
				})
			}
		}
	})
}

// A message that could not be inflated to its end kept its inflater for as long as the connection was there. Right is
// that nothing is held for it once it has failed.
func TestFaultInflaterOfAFailedMessageIsKept(t *testing.T) {
	good := jsonText(5000, 1)
	begun := append(deflated(t, good), 0, 0, 0xff, 0xff)
	for name, message := range map[string][]byte{
		"corrupt":   append(begun[:len(begun):len(begun)], 6),
		"too big":   deflated(t, make([]byte, 3<<20)),
		"not UTF-8": deflated(t, append(good[:len(good):len(good)], 0xff)),
	} {
		for _, size := range []int{100, 1 << 20} {
			for way, read := range ways {
				t.Run(name+" "+way, func(t *testing.T) {
					budget := NewBudget(1 << 30)
					d := &protocol.Deflate{Receive: protocol.DeflateWindow{Bits: 15}, Budget: budget}
					d.Reserve()
					s, peer := rawPeer(t, "memory", Setup{Deflate: d}, Options{})
					go peer.Write(compressedFrames(Text, message, size))
					_, err := read(s, aMinute(t))
					var failed *ProtocolError
					if !errors.As(err, &failed) {
						t.Fatal(err)
					}
					if held := s.Stats().Held; held != 0 || budget.Used() != 0 {
						t.Errorf("%d bytes held, %d of the budget", held, budget.Used())
					}
				})
			}
		}
	}
}
