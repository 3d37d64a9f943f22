package websocket_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// Close while another goroutine read took the right to read away from it: of a hundred messages that had come it got
// one. Right is that it gets all that came before the peer's Close.
func TestFaultCloseTakesMessagesFromAReader(t *testing.T) {
	const messages = 100
	for name, ml := range loops {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, c := inMemory(t, Options{}, Options{})
				for i := range messages {
					c.WriteText(background, fmt.Sprint(i))
				}
				go c.Read(background) // answers the Close
				closed := make(chan error, 1)
				n := 0
				for m, err := range ml(s, background) {
					if err != nil {
						endedByClose(t, err, CloseNormal)
						break
					}
					if n == 0 {
						go func() { closed <- s.Close(background, CloseNormal, "bye") }()
					}
					time.Sleep(time.Millisecond)
					if string(m.Data) != fmt.Sprint(n) {
						t.Fatalf("message %d is %q", n, m.Data)
					}
					n++
				}
				if n != messages {
					t.Errorf("%d of %d messages", n, messages)
				}
				if err := await(t, "Close", closed); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// The same for a Reader that was open: it gets its message to the end.
func TestFaultCloseTakesTheRestFromAnOpenReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := inMemory(t, Options{}, Options{})
		long := strings.Repeat("0123456789", 50_000)
		go func() {
			c.WriteText(background, long)
			c.Read(background)
		}()
		_, r, err := s.Reader(background)
		if err != nil {
			t.Fatal(err)
		}
		closed := make(chan error, 1)
		go func() { closed <- s.Close(background, CloseNormal, "bye") }()
		got := make([]byte, len(long))
		for n := 0; n < len(got); n += 5000 {
			time.Sleep(time.Millisecond)
			if _, err := io.ReadFull(r, got[n:n+5000]); err != nil {
				t.Fatalf("after %d bytes: %v", n, err)
			}
		}
		if string(got) != long {
			t.Error("not what was sent")
		}
		if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF {
			t.Error(n, err)
		}
		if err := await(t, "Close", closed); err != nil {
			t.Error(err)
		}
	})
}

// The same for a Read that waits: it gets the message that comes. What comes behind it is dropped, since nobody has
// the right to read then.
func TestFaultCloseTakesTheMessageFromAReadThatWaits(t *testing.T) {
	for name, read := range ways {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, c := inMemory(t, Options{}, Options{})
				type result struct {
					text string
					err  error
				}
				got, closed := make(chan result, 1), make(chan error, 1)
				go func() {
					text, err := read(s, background)
					got <- result{text, err}
				}()
				synctest.Wait()
				go func() { closed <- s.Close(background, CloseNormal, "bye") }()
				synctest.Wait()
				c.WriteText(background, "Hello")
				c.WriteText(background, "dropped")
				synctest.Wait()
				c.Read(background)
				if r := await(t, name, got); r.err != nil || r.text != "Hello" {
					t.Errorf("%q %v", r.text, r.err)
				}
				if err := await(t, "Close", closed); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// use are calls of a connection that is over.
func use(c *Conn) map[string]error {
	errs := map[string]error{
		"Write":     c.Write(background, Binary, []byte("late")),
		"WriteText": c.WriteText(background, "late"),
		"large":     c.Write(background, Binary, make([]byte, 1<<20)),
		"Batch":     c.Batch().WriteText(background, "late"),
		"WriteJSON": c.WriteJSON(background, 1),
		"ReadJSON":  c.ReadJSON(background, new(int)),
		"Pong":      c.Pong(background, nil),
	}
	m, _ := Prepare(Binary, []byte("late"))
	errs["WritePrepared"] = c.WritePrepared(background, m)
	_, errs["TryWritePrepared"] = c.TryWritePrepared(m)
	_, errs["Writer"] = c.Writer(background, Text)
	_, errs["Ping"] = c.Ping(background, nil)
	_, _, errs["Reader"] = c.Reader(background)
	for name, read := range ways {
		_, errs[name] = read(c, background)
	}
	return errs
}

// After its own Close a net.Conn of NetConn returned io.EOF, "closed by the peer". Right is net.ErrClosed.
func TestFaultNetConnSaysThatThePeerHasClosed(t *testing.T) {
	overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
		a, b := s.NetConn(background, Binary), c.NetConn(background, Binary)
		waits := make(chan error, 1)
		go func() {
			_, err := io.Copy(io.Discard, b)
			waits <- err
		}()
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		for range 2 {
			_, readErr := a.Read(make([]byte, 1))
			_, writeErr := a.Write([]byte("late"))
			for _, err := range []error{readErr, writeErr} {
				if !errors.Is(err, net.ErrClosed) || errors.Is(err, io.EOF) {
					t.Error(err)
				}
			}
		}
		if err := await(t, "the peer's Read", waits); err != nil { // io.EOF: it was closed by its peer
			t.Error(err)
		}
		if _, err := b.Write([]byte("late")); err == nil || errors.Is(err, net.ErrClosed) {
			t.Errorf("the peer's Write: %v", err)
		}
	})
}

// The error for use after one's own Close or CloseNow matches net.ErrClosed, as that of other connections does.
func TestFaultOwnCloseIsNotNetErrClosed(t *testing.T) {
	overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
		go c.Read(background)
		if err := s.Close(background, CloseNormal, ""); err != nil {
			t.Error(err)
		}
		for name, err := range use(s) {
			t.Run(name, func(t *testing.T) { closedHere(t, err) })
		}
	})
	overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
		waits := make(chan error, 1)
		go func() {
			_, _, err := s.Read(background)
			waits <- err
		}()
		if err := s.CloseNow(); err != nil {
			t.Error(err)
		}
		closedHere(t, await(t, "Read", waits))
		closedHere(t, s.CloseNow())
		for name, err := range use(s) {
			t.Run(name, func(t *testing.T) { closedHere(t, err) })
		}
	})
}

// reset is a stream that fails as a socket does whose peer is gone, or that somebody else has closed.
type reset struct {
	io.ReadWriteCloser
	err error
}

func (s reset) Read([]byte) (int, error)  { return 0, s.err }
func (s reset) Write([]byte) (int, error) { return 0, s.err }

// A loss, a peer's Close or a timeout could match net.ErrClosed, which programs drop silently. Right is that none does.
func TestFaultLossIsNetErrClosed(t *testing.T) {
	never := func(t *testing.T, c *Conn) {
		t.Helper()
		for name, err := range use(c) {
			if !errors.Is(err, ErrClosed) || errors.Is(err, net.ErrClosed) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	t.Run("socket closed by others", func(t *testing.T) {
		a, b := tcpPair(t)
		s := NewConn(a, Server, Setup{}, Options{})
		a.Close()
		s.Read(background)
		never(t, s)
		s.CloseNow()
		b.Close()
	})
	for _, err := range []error{io.EOF, io.ErrClosedPipe, net.ErrClosed, &net.OpError{Op: "read", Err: net.ErrClosed}, os.ErrClosed} {
		for name, first := range map[string]func(*Conn){
			"read":  func(c *Conn) { c.Read(background) },
			"write": func(c *Conn) { c.WriteText(background, "text") },
		} {
			t.Run(name+" "+err.Error(), func(t *testing.T) {
				a, _ := StreamPair()
				s := NewConn(reset{a, err}, Server, Setup{}, Options{})
				defer s.CloseNow()
				first(s)
				never(t, s)
			})
		}
	}
	t.Run("peer's Close", func(t *testing.T) {
		s, c := inMemory(t, Options{}, Options{})
		go c.Close(background, CloseNormal, "")
		s.Read(background)
		never(t, s)
	})
	t.Run("broken rule", func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{})
		peer.Write([]byte{0x81, 0})
		s.Read(background)
		never(t, s)
	})
	t.Run("timeout", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, _ := serverWithPeer(t, Options{})
			s.Read(background)
			never(t, s)
		})
	})
}

// A server that got a Close with code 1010 sent it back, which only clients may. Right is 1000.
//
//rfc:6455-7.4.1-16
func TestFaultServerSendsMandatoryExtension(t *testing.T) {
	s, peer := serverWithPeer(t, Options{})
	peer.Write(maskedFrame(protocol.OpClose, true, "\x03\xf2no extension"))
	_, _, err := s.Read(background)
	closedWith(t, err, CloseMandatoryExtension, "no extension")
	got := make([]byte, 4)
	if _, err := io.ReadFull(peer, got); err != nil || string(got) != "\x88\x02\x03\xe8" {
		t.Errorf("% x %v", got, err)
	}
}

// Close with a reason that was too long or not UTF-8, or with a code that cannot be sent, left the connection open.
// Right is that Close always closes, with what can be sent, and says so.
func TestFaultCloseOfBadArgumentsLeavesTheConnectionOpen(t *testing.T) {
	for name, test := range map[string]struct {
		code       CloseCode
		reason     string
		wantCode   CloseCode
		wantReason string
	}{
		"124 bytes":             {CloseNormal, strings.Repeat("x", 124), CloseNormal, strings.Repeat("x", 123)},
		"cut in a rune":         {CloseGoingAway, strings.Repeat("é", 62), CloseGoingAway, strings.Repeat("é", 61)},
		"64 KiB":                {4000, strings.Repeat("日本", 10_000), 4000, strings.Repeat("日本", 20) + "日"},
		"not UTF-8":             {CloseNormal, "a\xffb", CloseNormal, "a\ufffdb"},
		"longer when mended":    {CloseNormal, "\xff" + strings.Repeat("x", 122), CloseNormal, "\ufffd" + strings.Repeat("x", 120)},
		"cut before it ends":    {CloseNormal, strings.Repeat("x", 122) + "\xc3", CloseNormal, strings.Repeat("x", 122)},
		"code 1006":             {CloseAbnormal, "lost", CloseInternalError, "lost"},
		"code 1015":             {CloseTLSHandshake, "", CloseInternalError, ""},
		"code 1004":             {1004, "", CloseInternalError, ""},
		"code 5000":             {5000, "", CloseInternalError, ""},
		"code 999":              {999, "", CloseInternalError, ""},
		"code 0":                {0, "", CloseInternalError, ""},
		"both":                  {CloseAbnormal, strings.Repeat("\xff.", 100), CloseInternalError, strings.Repeat("\ufffd.", 30) + "\ufffd"},
		"server 1010":           {CloseMandatoryExtension, "", CloseInternalError, ""},
		"a reason, but no code": {CloseNoStatus, "why", CloseInternalError, "why"},
	} {
		t.Run(name, func(t *testing.T) {
			s, c := inMemory(t, Options{}, Options{})
			heard := make(chan error, 1)
			go func() {
				_, _, err := c.Read(background)
				heard <- err
			}()
			err := s.Close(aMinute(t), test.code, test.reason)
			var bad *CloseArgumentError
			var refused *SendError
			if !errors.As(err, &bad) || errors.As(err, &refused) {
				t.Errorf("Close returns %v, want a *CloseArgumentError", err)
			} else if bad.Code != test.wantCode || bad.Reason != test.wantReason {
				t.Errorf("said to be closed with %d %q", bad.Code, bad.Reason)
			}
			closedWith(t, await(t, "the peer's Read", heard), test.wantCode, test.wantReason)
			await(t, "Done", s.Done())
			closedHere(t, s.WriteText(background, "late"))
		})
	}
}

// Whatever Close is given, the peer gets what can be sent.
func FuzzCloseArguments(f *testing.F) {
	f.Add(uint16(1000), "bye")
	f.Add(uint16(1006), "\xff\xc3")
	f.Fuzz(func(t *testing.T, code uint16, reason string) {
		s, c := Pipe(Options{}, Options{})
		heard := make(chan error, 1)
		go func() {
			_, _, err := c.Read(background)
			heard <- err
		}()
		err := s.Close(background, CloseCode(code), reason)
		var bad *CloseArgumentError
		if err != nil && !errors.As(err, &bad) {
			t.Errorf("%d %q: %v", code, reason, err)
		}
		var end *CloseError
		if !errors.As(<-heard, &end) || end.Code == CloseAbnormal || len(end.Reason) > 123 || !utf8.ValidString(end.Reason) ||
			err == nil && (end.Code != CloseCode(code) || end.Reason != reason) {
			t.Errorf("%d %q: the peer got %v", code, reason, end)
		}
		<-s.Done()
		<-c.Done()
	})
}

// A connection that was found lost kept its socket until the application closed it, or for ever. Right is that whoever
// finds the loss closes the socket.
func TestFaultSocketOfALostConnectionStaysOpen(t *testing.T) {
	for transport := range transports {
		for name, read := range ways {
			t.Run(transport+" "+name, func(t *testing.T) {
				a, peer := transports[transport](t)
				told := make(chan struct{})
				s := NewConn(a, Server, Setup{Closed: func() { close(told) }}, Options{})
				peer.Write(hello[:7])
				peer.Close()
				_, err := read(s, aMinute(t))
				closedWith(t, err, CloseAbnormal, "")
				await(t, "Done", s.Done())
				await(t, "Setup.Closed", told)
				if _, err := a.Write([]byte("a")); err == nil {
					t.Error("the stream is open")
				}
			})
		}
	}
	t.Run("Reader", func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{})
		peer.Write(hello[:8])
		_, r, err := s.Reader(background)
		if err == nil {
			peer.Close()
			_, err = io.ReadAll(r)
		}
		closedWith(t, err, CloseAbnormal, "")
		await(t, "Done", s.Done())
	})
}

// A connection that ended twice, as by Close and by CloseNow, gave back to the budget what others held. Right is that
// each gives back what it took, once.
func TestFaultBudgetIsGivenBackTwice(t *testing.T) {
	window := protocol.DeflateWindow{Bits: 15, Takeover: true}
	for name, end := range map[string]func(s, c *Conn){
		"CloseNow twice": func(s, c *Conn) { s.CloseNow(); s.CloseNow() },
		"Close and CloseNow": func(s, c *Conn) {
			go c.Read(background)
			s.Close(background, CloseNormal, "")
			s.CloseNow()
		},
		"CloseNow and Close": func(s, c *Conn) {
			s.CloseNow()
			s.Close(background, CloseNormal, "")
		},
		"all at once": func(s, c *Conn) {
			var wg sync.WaitGroup
			wg.Go(func() { c.CloseNow() })
			for range 3 {
				wg.Go(func() { s.CloseNow() })
				wg.Go(func() { s.Close(background, CloseNormal, "") })
				wg.Go(func() { s.Read(background) })
			}
			wg.Wait()
		},
		"lost, then CloseNow": func(s, c *Conn) {
			c.CloseNow()
			s.Read(background)
			s.CloseNow()
		},
		"in messages": func(s, c *Conn) {
			w, _ := c.Writer(background, Text)
			w.Write(jsonText(5000, 1))
			s.Reader(background)
			w, _ = s.Writer(background, Text)
			w.Write(jsonText(5000, 1))
			s.CloseNow()
			w.Close()
			s.Read(background)
		},
	} {
		t.Run(name, func(t *testing.T) {
			budget := NewBudget(1 << 30)
			others, _ := deflates(window, window)
			others.Budget = budget
			others.Reserve()
			alone := budget.Used()
			x, y := deflates(window, window)
			x.Budget = budget
			x.Reserve()
			s, c := overTCPCompressed(t, x, y, Options{}, Options{})
			if budget.Used() <= alone {
				t.Fatal("nothing is held")
			}
			end(s, c)
			await(t, "Done", s.Done())
			for range 2 {
				if n := budget.Used(); n != alone {
					t.Errorf("%d bytes held, want the %d of the other one", n, alone)
				}
				x.Release() // as somebody may who has reserved it
			}
		})
	}
}

// A hook that panicked left a lock taken: CloseNow and all else waited for ever. Right is that the panic goes on, and
// that the connection can be closed.
func TestFaultPanicOfAHook(t *testing.T) {
	for name, h := range hooksThatPanic(t) {
		for _, transport := range []string{"tcp", "memory"} {
			t.Run(name+" "+transport, func(t *testing.T) { h.check(t, transport) })
		}
	}
}

// hook is a hook that panics, and what calls it.
type hook struct {
	trace *Trace
	wire  []byte // what the peer sends first
	call  func(*Conn) error
}

// hooksThatPanic are all hooks, in whatever way they come to be called.
func hooksThatPanic(t *testing.T) map[string]hook {
	oops := func() { panic("oops") }
	ping, pong := maskedFrame(protocol.OpPing, true, "ping"), maskedFrame(protocol.OpPong, true, "pong")
	read := func(c *Conn) error {
		_, _, err := c.Read(background)
		return err
	}
	hooks := map[string]hook{
		"Close":           {&Trace{Close: func(*Conn, bool, CloseCode, string) { oops() }}, nil, func(c *Conn) error { return c.Close(background, CloseNormal, "") }},
		"Error, a rule":   {&Trace{Error: func(*Conn, error) { oops() }}, []byte{0x81, 0}, read},
		"FrameRead close": {&Trace{FrameRead: func(*Conn, Header) { oops() }}, maskedFrame(protocol.OpClose, true, ""), read},
		"Close by peer":   {&Trace{Close: func(*Conn, bool, CloseCode, string) { oops() }}, maskedFrame(protocol.OpClose, true, ""), read},
	}
	for way, read := range ways {
		call := func(c *Conn) error {
			_, err := read(c, background)
			return err
		}
		hooks["FrameRead "+way] = hook{&Trace{FrameRead: func(*Conn, Header) { oops() }}, hello, call}
		hooks["Ping "+way] = hook{&Trace{Ping: func(*Conn, []byte) { oops() }}, ping, call}
		hooks["Pong "+way] = hook{&Trace{Pong: func(*Conn, []byte) { oops() }}, pong, call}
		hooks["FrameWritten "+way] = hook{&Trace{FrameWritten: func(*Conn, Header) { oops() }}, ping, call}
		hooks["Inflated "+way] = hook{&Trace{Inflated: func(*Conn, int64, int64) { oops() }},
			compressedFrames(Text, deflated(t, jsonText(1000, 1)), 1<<20), call}
	}
	m, _ := Prepare(Text, jsonText(1000, 1))
	long := string(jsonText(200_000, 1))
	for way, call := range map[string]func(c *Conn) error{
		"Write":         func(c *Conn) error { return c.Write(background, Text, jsonText(1000, 1)) },
		"WriteText":     func(c *Conn) error { return c.WriteText(background, string(jsonText(1000, 1))) },
		"a long one":    func(c *Conn) error { return c.WriteText(background, long) },
		"WriteJSON":     func(c *Conn) error { return c.WriteJSON(background, string(jsonText(1000, 1))) },
		"WritePrepared": func(c *Conn) error { return c.WritePrepared(background, m) },
		"TryWritePrepared": func(c *Conn) error {
			_, err := c.TryWritePrepared(m)
			return err
		},
		"Batch": func(c *Conn) error { return c.Batch().WritePrepared(background, m) },
		"Writer": func(c *Conn) error {
			w, err := c.Writer(background, Text)
			if err != nil {
				return err
			}
			_, err = io.WriteString(w, long)
			return errors.Join(err, w.Close())
		},
	} {
		hooks["FrameWritten "+way] = hook{&Trace{FrameWritten: func(*Conn, Header) { oops() }}, nil, call}
		hooks["Deflated "+way] = hook{&Trace{Deflated: func(*Conn, int64, int64) { oops() }}, nil, call}
	}
	return hooks
}

// check sees the panic go on, and the connection closed.
func (h hook) check(t *testing.T, transport string) {
	window := protocol.DeflateWindow{Bits: 15}
	s, peer := rawPeer(t, transport, Setup{Deflate: &protocol.Deflate{Send: window, Receive: window}}, Options{Trace: h.trace})
	go io.Copy(io.Discard, struct{ io.Reader }{peer})
	peer.Write(h.wire)
	func() {
		defer func() {
			if v := recover(); v != "oops" {
				t.Errorf("got the panic %v", v)
			}
		}()
		if err := h.call(s); err != nil {
			t.Error(err)
		}
	}()
	await(t, "another write", panics(func() error { return s.WriteText(aMinute(t), "text") }))
	await(t, "Ping", panics(func() error {
		_, err := s.Ping(canceledWhen(t, func() bool { return true }), nil)
		return err
	}))
	await(t, "CloseNow", panics(s.CloseNow))
	peer.Close()
	await(t, "Done", s.Done())
}

// panics runs f, which may panic, and returns how it ended.
func panics(f func() error) <-chan error {
	ended := make(chan error, 1)
	go func() {
		defer func() {
			if v := recover(); v != nil {
				ended <- fmt.Errorf("%v", v)
			}
		}()
		ended <- f()
	}()
	return ended
}
