//go:build !race

// Not under the race detector: there, pools drop what they hold at random.

package websocket_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/seed372fb791/rfc6455/internal/race"
	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// The promises of ReadInto, BorrowMessages and Write, on the server and on the
// client, with a context that can end.
func TestNoAllocationForAMessage(t *testing.T) {
	for name, size := range map[string]int{"16 bytes": 16, "4000 bytes": 4000, "64 KiB": 64 << 10} {
		t.Run(name, func(t *testing.T) {
			s, c := overTCP(t, Options{}, Options{})
			go echo(s)
			ctx := t.Context()
			p, buf := make([]byte, size), make([]byte, 0, size)
			n := testing.AllocsPerRun(500, func() {
				if err := c.Write(ctx, Binary, p); err != nil {
					t.Fatal(err)
				}
				if _, _, err := c.ReadInto(ctx, buf); err != nil {
					t.Fatal(err)
				}
			})
			if n > 0 {
				t.Errorf("%v allocations for an echo, both sides together", n)
			}
		})
	}
}

// The same for messages that are compressed.
func TestNoAllocationForACompressedMessage(t *testing.T) {
	for _, takeover := range []bool{false, true} {
		window := protocol.DeflateWindow{Bits: 15, Takeover: takeover}
		x, y := deflates(window, window)
		s, c := overTCPCompressed(t, x, y, Options{}, Options{})
		go echo(s)
		ctx := t.Context()
		p, buf := jsonText(1024, 1), make([]byte, 0, 2048)
		n := testing.AllocsPerRun(500, func() {
			if err := c.Write(ctx, Text, p); err != nil {
				t.Fatal(err)
			}
			if _, _, err := c.ReadInto(ctx, buf); err != nil {
				t.Fatal(err)
			}
		})
		if n > 0 {
			t.Errorf("takeover %v: %v allocations for an echo, both sides together", takeover, n)
		}
		if st := c.Stats(); st.Deflated.Messages < 500 || st.Inflated.Messages < 500 {
			t.Errorf("takeover %v: %+v", takeover, st)
		}
	}
}

// repeated is an endless stream of a text.
type repeated struct {
	text string
	pos  int
}

func (r *repeated) Read(p []byte) (n int, err error) {
	for n < len(p) {
		m := copy(p[n:], r.text[r.pos:])
		n += m
		r.pos = (r.pos + m) % len(r.text)
	}
	return n, nil
}

// matching counts the bytes written to it that are the text again.
type matching struct {
	want repeated
	good int64
	buf  []byte
}

func (m *matching) Write(p []byte) (int, error) {
	m.buf = append(m.buf[:0], p...)
	m.want.Read(m.buf)
	if !bytes.Equal(m.buf, p) {
		return 0, errors.New("not what was sent")
	}
	m.good += int64(len(p))
	return len(p), nil
}

// A message of 1 GiB streams through in constant memory.
//
//rfc:6455-5.4-12 6455-6.1-4
func TestGibibyte(t *testing.T) {
	const text = "0123456789abcdefghijklmnopqrstuvwxyz"
	size := int64(race.Fewer(1 << 30))
	s, c := overTCP(t, Options{MaxMessage: -1}, Options{})
	go func() {
		w, _ := c.Writer(background, Binary)
		io.CopyBuffer(struct{ io.Writer }{w}, io.LimitReader(&repeated{text: text}, size), make([]byte, 32<<10))
		w.Close()
	}()
	n := allocated(func() {
		_, r, err := s.Reader(background)
		if err != nil {
			t.Fatal(err)
		}
		got := &matching{want: repeated{text: text}}
		if _, err := io.CopyBuffer(struct{ io.Writer }{got}, r, make([]byte, 32<<10)); err != nil || got.good != size {
			t.Error(got.good, err)
		}
	})
	if n > 16<<20 {
		t.Errorf("%d bytes allocated", n)
	}
}

// A connection that waits for the peer holds no buffer, whether it has carried messages or not.
func TestIdleConnectionHoldsNoBuffer(t *testing.T) {
	const conns = 200
	for name, sizes := range map[string][]int{"never used": nil, "used": {100, 100_000, 100}} {
		for loop, read := range map[string]func(*Conn){
			"Read": func(c *Conn) {
				for {
					if _, _, err := c.Read(background); err != nil {
						return
					}
				}
			},
			"BorrowMessages": func(c *Conn) {
				for range c.BorrowMessages(background) {
				}
			},
		} {
			t.Run(name+" "+loop, func(t *testing.T) {
				before := live()
				for range conns {
					s, peer := serverOverTCP(t, Options{})
					go read(s)
					for _, size := range sizes {
						peer.Write(maskedFrame(protocol.OpBinary, true, string(make([]byte, size))))
					}
					until(t, "the messages", func() bool { return s.Stats().MessagesRead == int64(len(sizes)) })
				}
				live()                                                            // pools are emptied in the second one
				if held := (int64(live()) - int64(before)) / conns; held > 5000 { // two sockets are among them
					t.Errorf("%d bytes a connection", held)
				}
			})
		}
	}
}
