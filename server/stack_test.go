//go:build amd64 && linux && !race

package server_test

import (
	"context"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
)

// The stack of a connection that has answered messages and waits is still the smallest there is, 2 KiB: it never
// gets smaller again. Frames are bigger under the race detector, and of another size on other processors.
func TestStackStaysSmall(t *testing.T) {
	const conns = 300
	const most = 300 // bytes more on average: a few grow, when they come upon an empty pool
	a := way{}.start(t, server.Handler(func(_ context.Context, c *protocol.Conn) error {
		ctx := context.Background()
		answers := c.Batch()
		for m, err := range c.Messages(ctx) {
			if err != nil {
				return err
			}
			if err := answers.Write(ctx, m.Type, m.Data); err != nil {
				return err
			}
		}
		return nil
	}, nil))
	var peers []*peer
	for range conns {
		peers = append(peers, a.connect(t))
	}
	before := stacks()
	for _, size := range []int{100, 4096} {
		message := frame(protocol.OpBinary, strings.Repeat("x", size))
		for _, p := range peers {
			p.say(message)
			if _, err := io.CopyN(io.Discard, p.in, int64(len(message)-4)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if grown := stacks() - before; grown > conns*most {
		t.Errorf("%d bytes more of stack for each connection, want at most %d", grown/conns, most)
	}
}

// stacks returns how many bytes are in use for stacks.
func stacks() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.StackInuse)
}
