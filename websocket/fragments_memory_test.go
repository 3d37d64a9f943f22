//go:build !race

// Not under the race detector: there, pools drop what they hold at random.

package websocket_test

import (
	"slices"
	"testing"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// A message in fragments costs its length, wherever it was put together.
func TestFragmentsCostTheirMessage(t *testing.T) {
	for name, frames := range map[string][]int{
		"many":  slices.Repeat([]int{4 << 10}, 75),
		"three": {60_000, 20_000, 300_000},
		"two":   {60_000, 20_000},
	} {
		t.Run(name, func(t *testing.T) {
			var wire []byte
			size := 0
			for i, n := range frames {
				op := protocol.OpContinuation
				if i == 0 {
					op = protocol.OpBinary
				}
				wire = append(wire, maskedFrame(op, i == len(frames)-1, string(make([]byte, n)))...)
				size += n
			}
			s := NewConn(&sameAgain{frames: wire, more: func() bool { return true }}, Server, Setup{}, Options{})
			defer s.CloseNow()
			least := ^uint64(0)
			for range 10 { // a garbage collection may empty the pools
				least = min(least, allocated(func() {
					if _, p, err := s.Read(background); err != nil || len(p) != size {
						t.Fatalf("%d bytes, %v", len(p), err)
					}
				}))
			}
			if most := uint64(size + size/4); least > most {
				t.Errorf("%d bytes allocated for a message of %d", least, size)
			}
		})
	}
}
