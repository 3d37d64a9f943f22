//go:build !race

// Not under the race detector: there, pools drop what they hold at random.

package websocket_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// A message of 1 MiB in frames of 4 KiB cost 5 MiB. Right is at most twice the message for those whose memory is the
// caller's, and nothing for those that lend.
func TestFaultFragmentsCostFiveTimesTheMessage(t *testing.T) {
	const size, frame = 1 << 20, 4 << 10
	var wire []byte
	for i := range size / frame {
		op := protocol.OpContinuation
		if i == 0 {
			op = protocol.OpBinary
		}
		wire = append(wire, maskedFrame(op, i == size/frame-1, string(make([]byte, frame)))...)
	}
	buf := make([]byte, size)
	for name, way := range map[string]struct {
		read func(*Conn) ([]byte, error)
		most uint64
	}{
		"Read":           {func(c *Conn) ([]byte, error) { _, p, err := c.Read(background); return p, err }, 2 * size},
		"Messages":       {first((*Conn).Messages), 2 * size},
		"BorrowMessages": {first((*Conn).BorrowMessages), size / 2},
		"ReadInto":       {func(c *Conn) ([]byte, error) { _, p, err := c.ReadInto(background, buf); return p, err }, size / 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := NewConn(&sameAgain{frames: wire, more: func() bool { return true }}, Server, Setup{}, Options{})
			defer s.CloseNow()
			least := ^uint64(0)
			for range 10 { // a garbage collection may empty the pools
				least = min(least, allocated(func() {
					if p, err := way.read(s); err != nil || len(p) != size {
						t.Fatalf("%d bytes, %v", len(p), err)
					}
				}))
			}
			if least > way.most+size/16 {
				t.Errorf("%d bytes allocated for a message of %d, want at most %d", least, size, way.most)
			}
		})
	}
	if bytes.IndexFunc(buf, notZero) >= 0 {
		t.Error("not what was sent")
	}
}

func first(messages loop) func(*Conn) ([]byte, error) {
	return func(c *Conn) ([]byte, error) {
		for m, err := range messages(c, context.Background()) {
			return m.Data, err
		}
		panic("no turn of the loop")
	}
}
