//go:build !race

// Not under the race detector: there, pools drop what they hold at random.

package websocket_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/internal/race"
	. "github.com/seed372fb791/rfc6455/websocket"
)

const (
	bombContents = 8 << 20
	bombMemory   = 2 << 20 // what reading it may cost
)

// cheaply checks what f allocates.
func cheaply(t *testing.T, most uint64, f func()) {
	t.Helper()
	if n := allocated(f); n > most {
		t.Errorf("%d bytes allocated, want at most %d", n, most)
	}
}

// 8 MiB of zeros, 1000:1, do not get beyond the limit: in one frame or in many.
func TestBomb(t *testing.T) {
	bomb := deflated(t, make([]byte, bombContents))
	if len(bomb)*900 > bombContents {
		t.Fatalf("the bomb has %d bytes", len(bomb))
	}
	for name, size := range map[string]int{"one frame": len(bomb), "fragments": 100, "single bytes": 1} {
		wire := compressedFrames(Binary, bomb, size)
		for name, way := range map[string]struct {
			memory uint64
			read   func(t *testing.T, s *Conn) error
		}{
			"Read " + name: {bombMemory, func(_ *testing.T, s *Conn) error {
				_, _, err := s.Read(background)
				return err
			}},
			"ReadInto " + name: {bombMemory, func(_ *testing.T, s *Conn) error {
				_, _, err := s.ReadInto(background, make([]byte, bombLimit))
				return err
			}},
			"Reader " + name: {bombMemory / 4, readStreamUpToLimit},
		} {
			t.Run(name, func(t *testing.T) {
				bombed(t, wire, CloseMessageTooBig, func(t *testing.T, s *Conn) {
					cheaply(t, way.memory, func() {
						cut(t, way.read(t, s), CloseMessageTooBig, "Options.MaxMessage")
					})
				})
			})
		}
	}
}

// readStreamUpToLimit reads a message that is cut at the limit, or a match
// before.
func readStreamUpToLimit(t *testing.T, s *Conn) error {
	_, r, err := s.Reader(background)
	if err != nil {
		return err
	}
	n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, r, make([]byte, 4096))
	if n > bombLimit || n < bombLimit-258 {
		t.Errorf("%d bytes were read", n)
	}
	return err
}

// Many small bombs, none above the limit, arrive in the memory of one.
func TestManyBombs(t *testing.T) {
	const messages = 64
	zeros := make([]byte, bombLimit)
	frame := compressedFrames(Binary, deflated(t, zeros), 200)
	bombed(t, bytes.Repeat(frame, messages), 0, func(t *testing.T, s *Conn) {
		buf := make([]byte, bombLimit)
		cheaply(t, bombMemory/4, func() {
			for i := range messages {
				_, p, err := s.ReadInto(background, buf)
				if err != nil || !bytes.Equal(p, zeros) {
					t.Fatalf("message %d: %d bytes, %v", i, len(p), err)
				}
			}
		})
		if st := s.Stats(); st.Inflated.Contents != messages*bombLimit {
			t.Errorf("%+v", st)
		}
	})
}

// emptyDynamicBlock is four blocks of 90 bits: no less describes codes.
const emptyDynamicBlock = "\x04\xc0\x81\x00\x00\x00\x00\x00\x90\xff\x6b\x10\x00\x07\x02" +
	"\x00\x00\x00\x00\x40\xfe\xaf\x41\x00\x1c\x08\x00\x00\x00\x00" +
	"\x00\xf9\xbf\x06\x01\x70\x20\x00\x00\x00\x00\x00\xe4\xff\x1a"

// Blocks without contents, as many as the payload may have: they are read, and
// cost nothing but time.
func TestEmptyBlocks(t *testing.T) {
	const payload = 2*bombLimit + 1024
	for name, block := range map[string]string{
		"stored":         "\x00\x00\x00\xff\xff",
		"stored, BFINAL": "\x01\x00\x00\xff\xff",
		"fixed codes":    "\x02\x08\x20\x80\x00", // four of ten bits
		"dynamic codes":  emptyDynamicBlock,
	} {
		if race.Less() && name != "dynamic codes" {
			continue
		}
		message := append(bytes.Repeat([]byte(block), payload/len(block)-1), 0)
		t.Run(name, func(t *testing.T) {
			bombed(t, compressedFrames(Binary, message, 1000), 0, func(t *testing.T, s *Conn) {
				emptyBlocks(t, func() {
					if _, p, err := s.Read(background); err != nil || len(p) > 0 {
						t.Errorf("%d bytes, %v", len(p), err)
					}
				})
			})
		})
		t.Run(name+", beyond the limit", func(t *testing.T) {
			wire := compressedFrames(Binary, bytes.Repeat(message, 2), 60_000)
			bombed(t, wire, CloseMessageTooBig, func(t *testing.T, s *Conn) {
				emptyBlocks(t, func() {
					_, _, err := s.Read(background)
					cut(t, err, CloseMessageTooBig, "Options.MaxMessage")
				})
			})
		})
	}
}

// emptyBlocks is cheaply, unless the stream in between allocates by itself.
func emptyBlocks(t *testing.T, f func()) {
	t.Helper()
	if strings.HasSuffix(t.Name(), "/memory") {
		f()
		return
	}
	cheaply(t, bombMemory/4, f)
}
