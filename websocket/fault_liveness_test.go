package websocket_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/internal/race"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// timedOut checks that err names the option whose time was up.
func timedOut(t testing.TB, err error, option string, after time.Duration) {
	t.Helper()
	var timeout *TimeoutError
	if !errors.As(err, &timeout) || timeout.Option != option || timeout.After != after || !errors.Is(err, ErrClosed) {
		t.Errorf("got %v, want a *TimeoutError for %s after %v", err, option, after)
	}
}

// slowly takes messages, so many bytes in so much time, until the connection ends.
func slowly(c *Conn, n int, each time.Duration) (read int, err error) {
	p := make([]byte, n)
	for {
		var r *MessageReader
		if _, r, err = c.Reader(background); err != nil {
			return read, err
		}
		for err == nil {
			n := 0
			n, err = io.ReadFull(r, p)
			read += n
			time.Sleep(each)
		}
		if err != io.EOF && err != io.ErrUnexpectedEOF {
			return read, err
		}
	}
}

// A long message to a peer that read steadily ended with "no sign of life", because the Pong to a Ping behind it could
// not come in time. Right is that it goes on as long as bytes move.
func TestFaultKeepaliveEndsALongWrite(t *testing.T) {
	size := race.Fewer(16 << 20)
	m, err := Prepare(Binary, make([]byte, size))
	if err != nil {
		t.Fatal(err)
	}
	for name, write := range map[string]func(*Conn) error{
		"Write":         func(c *Conn) error { return c.Write(background, Binary, make([]byte, size)) },
		"WritePrepared": func(c *Conn) error { return c.WritePrepared(background, m) },
		"Writer": func(c *Conn) error {
			w, err := c.Writer(background, Binary)
			if err != nil {
				return err
			}
			_, err = io.CopyBuffer(struct{ io.Writer }{w}, io.LimitReader(zeros{}, int64(size)), make([]byte, 32<<10))
			return errors.Join(err, w.Close())
		},
	} {
		for _, reading := range []bool{false, true} {
			for _, fromServer := range []bool{false, true} {
				t.Run(name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						o := Options{Keepalive: 200 * time.Millisecond, MaxMessage: -1}
						peers := Options{Keepalive: -1, MaxMessage: -1}
						from, to := inMemory(t, o, peers)
						if !fromServer {
							to, from = inMemory(t, peers, o)
						}
						var wg sync.WaitGroup
						got := 0
						wg.Go(func() { got, _ = slowly(to, 64<<10, 10*time.Millisecond) })
						if reading {
							wg.Go(func() { from.Read(background) })
						}
						if err := write(from); err != nil {
							t.Errorf("reading %v: %v", reading, err)
						}
						time.Sleep(time.Second) // and the Pong comes
						select {
						case <-from.Done():
							t.Errorf("reading %v: given up behind the message", reading)
						default:
						}
						from.CloseNow()
						to.CloseNow()
						wg.Wait()
						if got != size {
							t.Errorf("%d bytes arrived", got)
						}
					})
				})
			}
		}
	}
}

// layer is a stream of which nothing is known but that it has deadlines: a write of it may wait for room or not.
type layer struct{ io.ReadWriteCloser }

func (l layer) SetReadDeadline(at time.Time) error {
	return l.ReadWriteCloser.(interface{ SetReadDeadline(time.Time) error }).SetReadDeadline(at)
}

// The same over streams that do not tell whether a write waits, as TLS, with the default options: the message takes so
// long that a Ping behind it is late, and WriteTimeout has passed, but bytes move all the time.
func TestFaultKeepaliveEndsALongWriteOverALayer(t *testing.T) {
	size := race.Fewer(16 << 20)
	for _, reading := range []bool{false, true} {
		for name, wrap := range map[string]func(io.ReadWriteCloser) io.ReadWriteCloser{
			"memory":       func(s io.ReadWriteCloser) io.ReadWriteCloser { return s },
			"layer":        func(s io.ReadWriteCloser) io.ReadWriteCloser { return layer{s} },
			"no deadlines": func(s io.ReadWriteCloser) io.ReadWriteCloser { return struct{ io.ReadWriteCloser }{s} },
		} {
			for _, each := range []time.Duration{100 * time.Millisecond, 500 * time.Millisecond, time.Second, 5 * time.Second} { // for 64 KiB
				for _, cancelable := range []bool{false, true} {
					t.Run(name+" "+each.String(), func(t *testing.T) {
						synctest.Test(t, func(t *testing.T) {
							a, b := StreamPair()
							s, c := NewConn(wrap(a), Server, Setup{}, Options{}), NewConn(b, Client, Setup{}, Options{Keepalive: -1, MaxMessage: -1, FrameTimeout: -1})
							var wg sync.WaitGroup
							got := 0
							wg.Go(func() { got, _ = slowly(c, 64<<10, each) })
							if reading {
								wg.Go(func() { s.Read(background) })
							}
							ctx, cancel := context.WithCancel(background)
							defer cancel()
							if !cancelable {
								ctx = background
							}
							if err := s.Write(ctx, Binary, make([]byte, size)); err != nil {
								t.Errorf("reading %v: %v", reading, err)
							}
							time.Sleep(time.Minute) // and the Pong comes
							s.CloseNow()
							c.CloseNow()
							wg.Wait()
							if got != size {
								t.Errorf("reading %v: %d bytes arrived", reading, got)
							}
						})
					})
				}
			}
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// Progress that the buffers of this side make is no sign of life: a peer that reads nothing is given up though small
// writes go on.
func TestFaultBufferedWritesCountAsLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := serverWithPeer(t, Options{Keepalive: 10 * time.Second, WriteTimeout: -1})
		go s.Read(background)
		start := time.Now()
		for range 1000 {
			if err := s.WriteText(background, "a"); err != nil {
				timedOut(t, err, "Options.Keepalive", 20*time.Second)
				break
			}
			time.Sleep(time.Second)
		}
		if took := time.Since(start); took < 20*time.Second || took > 21*time.Second {
			t.Errorf("given up after %v", took)
		}
	})
}

// Bytes that the peer sends are life, though the Ping has no Pong for a while.
func TestFaultBytesWhileAPongIsAwaitedAreNoLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{Keepalive: 10 * time.Second, FrameTimeout: -1})
		message := maskedFrame(protocol.OpText, true, string(make([]byte, 50)))
		go io.Copy(io.Discard, peer) // no Pong
		go func() {
			for i := range message {
				time.Sleep(15 * time.Second)
				peer.Write(message[i : i+1])
			}
		}()
		if _, p, err := s.Read(background); err != nil || len(p) != 50 {
			t.Errorf("%d bytes, %v", len(p), err)
		}
	})
}

// A Ping that could not be written, because the peer reads nothing, was no cause to give the peer up. Right is the end
// after twice Options.Keepalive without progress.
func TestFaultPingThatCannotBeWritten(t *testing.T) {
	for _, reading := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s, peer := serverWithPeer(t, Options{Keepalive: 10 * time.Second, WriteTimeout: -1})
			if reading {
				go s.Read(background)
			}
			go func() { // reads something, and then no more
				p := make([]byte, 100_000)
				for range 10 {
					time.Sleep(8 * time.Second)
					io.ReadFull(peer, p)
				}
			}()
			start := time.Now()
			timedOut(t, s.Write(background, Binary, make([]byte, 8<<20)), "Options.Keepalive", 20*time.Second)
			if took := time.Since(start); took < 80*time.Second+15*time.Second || took > 80*time.Second+30*time.Second {
				t.Errorf("reading %v: given up after %v, 80 s of them with progress", reading, took)
			}
			<-s.Done()
		})
	}
}

// A write to a peer that did not read had no end of its own. Right is Options.WriteTimeout without progress.
func TestFaultWriteWithoutEnd(t *testing.T) {
	for _, role := range []Role{Server, Client} {
		for _, timeout := range []time.Duration{0, 7 * time.Second} {
			for _, size := range []int{100_000, 8 << 20} {
				synctest.Test(t, func(t *testing.T) {
					want := 30 * time.Second
					if timeout != 0 {
						want = timeout
					}
					c, peer := withPeer(t, role, Options{Keepalive: -1, WriteTimeout: timeout})
					const slow = 5
					go func() {
						p := make([]byte, 1000)
						for range slow { // progress, but not much of it
							time.Sleep(want - time.Second)
							io.ReadFull(peer, p)
						}
					}()
					start := time.Now()
					timedOut(t, c.Write(background, Binary, make([]byte, size)), "Options.WriteTimeout", want)
					if took := time.Since(start) - slow*(want-time.Second); took < want || took > want+want/4 {
						t.Errorf("%v, %d bytes: given up %v after the last progress, want %v", role, size, took, want)
					}
					<-c.Done()
				})
			}
		}
	}
}

// Two ends that both write before they read waited for each other for ever. Right is the end by Options.WriteTimeout.
func TestFaultTwoEndsThatBothWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := inMemory(t, Options{Keepalive: -1}, Options{Keepalive: -1, WriteTimeout: -1})
		other := make(chan error, 1)
		go func() { other <- c.Write(background, Binary, make([]byte, 1<<20)) }()
		timedOut(t, s.Write(background, Binary, make([]byte, 1<<20)), "Options.WriteTimeout", 30*time.Second)
		closedWith(t, await(t, "the other end", other), CloseAbnormal, "")
	})
}

// No write waits, and nobody reads: neither option ends a connection that is left alone.
func TestFaultIdleConnectionIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := inMemory(t, Options{WriteTimeout: time.Second}, Options{WriteTimeout: time.Second})
		go s.Read(background)
		go c.Read(background)
		time.Sleep(24 * time.Hour)
		if _, err := s.Ping(background, nil); err != nil {
			t.Error(err)
		}
	})
}

// Thirty Pings that came at once were too many for MaxPings 10, though the peer read. Right is that only those count
// whose answers cannot leave.
func TestFaultPingsOfAPeerThatReadsAreTooMany(t *testing.T) {
	for transport := range transports {
		for name, read := range ways {
			t.Run(transport+" "+name, func(t *testing.T) {
				s, peer := rawPeer(t, transport, Setup{}, Options{MaxPings: 10})
				go io.Copy(io.Discard, struct{ io.Reader }{peer})
				wire := bytes.Repeat(maskedFrame(protocol.OpPing, true, "ping"), 30)
				wire = append(wire, maskedFrame(protocol.OpText, true, "Hello")...)
				for range 50 {
					if _, err := peer.Write(wire); err != nil {
						t.Fatal(err)
					}
					if p, err := read(s, aMinute(t)); err != nil || p != "Hello" {
						t.Fatalf("%q %v", p, err)
					}
				}
			})
		}
	}
}
