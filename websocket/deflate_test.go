package websocket_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/seed372fb791/rfc6455/internal/race"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// deflates returns what a server and its client agreed on: the same for both.
func deflates(server, client protocol.DeflateWindow) (s, c *protocol.Deflate) {
	return &protocol.Deflate{Send: server, Receive: client}, &protocol.Deflate{Send: client, Receive: server}
}

// overTCPCompressed returns the two ends of a connection over TCP that agreed
// on permessage-deflate.
func overTCPCompressed(t testing.TB, s, c *protocol.Deflate, server, client Options) (*Conn, *Conn) {
	t.Helper()
	a, b := tcpPair(t)
	x, y := NewConn(a, Server, Setup{Deflate: s}, server), NewConn(b, Client, Setup{Deflate: c}, client)
	t.Cleanup(func() { x.CloseNow(); y.CloseNow() })
	return x, y
}

// jsonText returns n bytes of JSON that differ with variant.
func jsonText(n, variant int) []byte {
	r := rand.New(rand.NewPCG(uint64(n), uint64(variant)))
	var p []byte
	for i := 0; len(p) < n; i++ {
		p = fmt.Appendf(p, `{"id":%d,"symbol":"%c%c%c","price":%d.%02d,"side":"buy","active":true},`,
			100000+i*7+variant, 'A'+r.IntN(26), 'A'+r.IntN(26), 'A'+r.IntN(26), r.IntN(1000), r.IntN(100))
	}
	return p[:n]
}

var windows = []protocol.DeflateWindow{{Bits: 8}, {Bits: 9, Takeover: true}, {Bits: 12, Takeover: true}, {Bits: 15}, {Bits: 15, Takeover: true}}

// Every combination of what can be agreed on carries messages of all sizes
// both ways, written and read in every way that there is.
//
//rfc:7692-5-6 7692-5-23 7692-6-1 7692-6-2 7692-6-3 7692-6.1-1 7692-6.1-2 7692-6.1-4 7692-6.2-2 7692-6.2-4
//rfc:7692-7.2.1-12 7692-7.2.1-13 7692-7.2.1-14 7692-7.2.1-15 7692-7.2.2-3 7692-7.2.2-4 7692-7.2.2-5 7692-7.2.2-6
func TestCompressedEcho(t *testing.T) {
	some := windows
	if race.Less() {
		some = some[2:4]
	}
	for _, server := range some {
		for _, client := range some {
			t.Run(fmt.Sprintf("server %v client %v", server, client), func(t *testing.T) {
				x, y := deflates(server, client)
				var inflated, deflated int64
				s, c := overTCPCompressed(t, x, y, Options{}, Options{Trace: &Trace{
					Inflated: func(_ *Conn, contents, _ int64) { inflated += contents },
					Deflated: func(_ *Conn, contents, _ int64) { deflated += contents },
				}})
				go echoEveryWay(s)
				for i, n := range []int{0, 1, 127, 128, 1000, 1000, 5000, 20_000, 20_000, 70_000, 300_000, 1000} {
					p := jsonText(n, i%3)
					if i%5 == 4 {
						p = randomBytes(n)
					}
					if err := c.Write(background, Binary, p); err != nil {
						t.Fatal(err)
					}
					typ, got, err := c.Read(background)
					if err != nil || typ != Binary || !bytes.Equal(got, p) {
						t.Fatalf("message %d: %v of %d bytes, %v, want %d", i, typ, len(got), err, n)
					}
				}
				st := c.Stats()
				if st.Deflated.Messages < 6 || st.Deflated.Wire*2 > st.Deflated.Contents || st.Inflated.Messages == 0 {
					t.Errorf("%+v", st)
				}
				if st.Deflated.Contents != deflated || st.Inflated.Contents != inflated || inflated == deflated {
					t.Errorf("%+v, the Trace was told of %d and %d bytes", st, inflated, deflated)
				}
			})
		}
	}
}

// echoEveryWay echoes messages: each in another way.
func echoEveryWay(c *Conn) {
	var buf []byte
	for i := 0; ; i++ {
		var typ Type
		var err error
		if i%3 == 0 {
			typ, buf, err = readStreamed(c)
		} else {
			typ, buf, err = c.ReadInto(background, buf)
		}
		if err != nil {
			return
		}
		switch i % 5 {
		case 0:
			err = c.Write(background, typ, buf)
		case 1:
			var w *MessageWriter
			if w, err = c.Writer(background, typ); err == nil {
				io.Copy(w, iotestReader(buf))
				err = w.Close()
			}
		case 2:
			var m *PreparedMessage
			if m, err = Prepare(typ, buf); err == nil {
				err = c.WritePrepared(background, m)
			}
		case 3:
			err = c.Batch().Write(background, typ, buf)
		case 4:
			var m *PreparedMessage
			if m, err = Prepare(typ, buf); err == nil {
				_, err = c.TryWritePrepared(m)
			}
		}
		if err != nil {
			return
		}
	}
}

func iotestReader(p []byte) io.Reader { return struct{ io.Reader }{bytes.NewReader(p)} }

func readStreamed(c *Conn) (Type, []byte, error) {
	typ, r, err := c.Reader(background)
	if err != nil {
		return 0, nil, err
	}
	p, err := io.ReadAll(r)
	return typ, p, err
}

func randomBytes(n int) []byte {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(r.Uint32())
	}
	return p
}

// Writers that compete for a compressed connection, with pings in between.
func TestCompressedWriters(t *testing.T) {
	for _, window := range windows {
		x, y := deflates(window, window)
		s, c := overTCPCompressed(t, x, y, Options{}, Options{})
		const writers, each = 6, 30
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					p := jsonText(1+(w*each+i)*150, w)
					var err error
					switch w {
					case 0:
						_, err = c.Ping(background, nil)
					case 1:
						err = c.Write(background, Text|Plain, p)
					default:
						err = c.WriteText(background, string(p))
					}
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		go c.Read(background) // for the pongs
		go func() {
			wg.Wait()
			c.Close(background, CloseNormal, "")
		}()
		seen := 0
		for m, err := range s.Messages(background) {
			if closed := (*CloseError)(nil); errors.As(err, &closed) && closed.Code == CloseNormal {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if seen++; !bytes.HasPrefix(m.Data, []byte(`{`)) {
				t.Fatalf("message %d is %.20q", seen, m.Data)
			}
		}
		if seen != (writers-1)*each {
			t.Errorf("%d messages, want %d", seen, (writers-1)*each)
		}
	}
}

// A write that is given up when it has begun goes out whole all the same, one
// that has not is not sent, and either way the windows agree afterwards.
func TestCompressedWriteCancelled(t *testing.T) {
	x, y := deflates(protocol.DeflateWindow{Bits: 15, Takeover: true}, protocol.DeflateWindow{Bits: 15, Takeover: true})
	s, c := overTCPCompressed(t, x, y, Options{MaxMessage: -1}, Options{})
	big := append(jsonText(50_000, 1), randomBytes(race.Fewer(30<<20))...)
	ctx, cancel := context.WithCancel(background)
	written := make(chan error, 1)
	go func() { written <- c.Write(ctx, Binary, big) }()
	if _, r, err := s.Reader(background); err != nil {
		t.Fatal(err)
	} else if _, err := io.ReadFull(r, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	} else {
		cancel()
		if err := <-written; !errors.Is(err, context.Canceled) {
			t.Fatalf("%v, want %v", err, context.Canceled)
		}
		notSent(t, c.Write(ctx, Binary, jsonText(1000, 2)), context.Canceled)
		rest, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(rest, big[1000:]) {
			t.Fatalf("%d bytes of %d, %v", len(rest), len(big)-1000, err)
		}
	}
	for i := range 3 {
		p := jsonText(1000, i)
		if err := c.Write(background, Binary, p); err != nil {
			t.Fatal(err)
		}
		if _, got, err := s.Read(background); err != nil || !bytes.Equal(got, p) {
			t.Fatalf("%d bytes, %v", len(got), err)
		}
	}
}

// Plain messages, and those below the threshold, go out as they are.
func TestPlain(t *testing.T) {
	x, y := deflates(protocol.DeflateWindow{Bits: 15, Takeover: true}, protocol.DeflateWindow{Bits: 15, Takeover: true})
	x.Threshold = 1000
	var mu sync.Mutex
	var rsv []uint8
	trace := &Trace{FrameWritten: func(_ *Conn, h Header) { mu.Lock(); rsv = append(rsv, h.RSV); mu.Unlock() }}
	s, c := overTCPCompressed(t, x, y, Options{Trace: trace}, Options{})
	text := strings.Repeat("a", 1000)
	plain, err := Prepare(Text|Plain, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	prepared, err := Prepare(Text, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	streamed := func(typ Type) error {
		w, err := s.Writer(background, typ)
		if err != nil {
			return err
		}
		io.WriteString(w, text)
		return w.Close()
	}
	for i, test := range []struct {
		rsv   uint8
		write func() error
	}{
		{4, func() error { return s.WriteText(background, text) }},
		{0, func() error { return s.WriteText(background, text[:999]) }},
		{4, func() error { return s.Write(background, Text, []byte(text)) }},
		{0, func() error { return s.Write(background, Text|Plain, []byte(text)) }},
		{0, func() error { return s.Write(background, Binary, randomBytes(2000)) }},
		{0, func() error { return s.WritePrepared(background, plain) }},
		{4, func() error { return s.WritePrepared(background, prepared) }},
		{4, func() error { return s.WritePrepared(background, prepared) }},
		{0, func() error { return streamed(Text | Plain) }},
		{4, func() error { return streamed(Text) }},
		{0, func() error { return s.Batch().WriteText(background, "short") }},
	} {
		if err := test.write(); err != nil {
			t.Fatal(err)
		}
		s.Batch().Flush(background)
		typ, got, err := c.Read(background)
		if err != nil || typ != Text && typ != Binary || len(got) > 2000 {
			t.Fatalf("message %d: %v %d bytes, %v", i, typ, len(got), err)
		}
		mu.Lock()
		if n := len(rsv); n != 1 || rsv[0] != test.rsv {
			t.Errorf("message %d: reserved bits %v, want %d", i, rsv, test.rsv)
		}
		rsv = nil
		mu.Unlock()
	}
}

// A budget counts what connections hold, and gets it back.
func TestBudget(t *testing.T) {
	budget := NewBudget(100 << 10)
	x, y := deflates(protocol.DeflateWindow{Bits: 15, Takeover: true}, protocol.DeflateWindow{Bits: 15, Takeover: true})
	x.Budget, y.Budget = budget, budget
	if !x.Reserve() {
		t.Fatal("the first one does not fit")
	}
	if held := budget.Used(); held != 56<<10 {
		t.Errorf("%d bytes held, want %d", held, 56<<10)
	}
	if y.Reserve() {
		t.Fatal("the second one fits")
	}
	y.Send.Takeover, y.Receive.Takeover = false, false
	if !y.Reserve() || budget.Spent() {
		t.Fatal("what holds nothing does not fit")
	}
	s, c := overTCPCompressed(t, x, y, Options{}, Options{})
	if s.Stats().Held != 56<<10 || c.Stats().Held != 0 {
		t.Errorf("%d and %d bytes held", s.Stats().Held, c.Stats().Held)
	}
	w, err := c.Writer(background, Text)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(jsonText(5000, 1))
	if _, _, err := s.Reader(background); err != nil {
		t.Fatal(err)
	}
	if !budget.Spent() || c.Stats().Held == 0 || s.Stats().Held <= 56<<10 {
		t.Errorf("in a message %d and %d bytes are held, %d of the budget", s.Stats().Held, c.Stats().Held, budget.Used())
	}
	s.CloseNow()
	c.CloseNow()
	<-s.Done()
	<-c.Done()
	if budget.Used() != 0 {
		t.Errorf("%d bytes held by nobody", budget.Used())
	}
}

// A message that the application has got holds no memory for inflating, in the body of a loop or between two reads,
// and so none while the next one is waited for.
func TestHoldsNoInflater(t *testing.T) {
	window := protocol.DeflateWindow{Bits: 15}
	reader := func(c *Conn, ctx context.Context) (string, error) {
		_, r, err := c.Reader(ctx)
		if err != nil {
			return "", err
		}
		p, err := io.ReadAll(r)
		return string(p), err
	}
	inBody := func(messages loop) func(*Conn, context.Context) (string, error) {
		return func(c *Conn, ctx context.Context) (string, error) {
			for m, err := range messages(c, ctx) {
				if held := c.Stats().Held; held != 0 {
					t.Errorf("%d bytes are held in the loop's body", held)
				}
				return string(m.Data), err
			}
			panic("no turn of the loop")
		}
	}
	all := maps.Clone(ways)
	all["Reader"], all["Messages"], all["BorrowMessages"] = reader, inBody((*Conn).Messages), inBody((*Conn).BorrowMessages)
	for name, read := range all {
		t.Run(name, func(t *testing.T) {
			x, y := deflates(window, window)
			s, c := overTCPCompressed(t, x, y, Options{}, Options{})
			for i := range 3 {
				text := string(jsonText(2000, i))
				if err := c.WriteText(background, text); err != nil {
					t.Fatal(err)
				}
				if got, err := read(s, background); got != text || err != nil {
					t.Fatal(got, err)
				}
				if held := s.Stats().Held; held != 0 {
					t.Errorf("message %d: %d bytes are held", i, held)
				}
			}
		})
	}
}
