package protocol

import (
	"context"
	"net"
	"sync"

	"github.com/seed372fb791/rfc6455/mask"
)

// gather is memory for the list of pieces that one system call writes.
type gather struct {
	pieces [2][]byte
	left   net.Buffers
}

var gathers = sync.Pool{New: func() any { return new(gather) }}

// flushTogether writes out and then p, on a socket with one system call.
func (c *Conn) flushTogether(ctx context.Context, out, p []byte) error {
	c.watch(&c.writeGate, ctx)
	g := gathers.Get().(*gather)
	g.pieces = [2][]byte{out, p}
	g.left = g.pieces[:]
	n, err := g.left.WriteTo(c.stream)
	*g = gather{}
	gathers.Put(g)
	c.stats.bytesWritten.Add(n)
	if interrupted(ctx, err) {
		rest := append(out[min(int(n), len(out)):], p[max(0, int(n)-len(out)):]...)
		go c.flush(context.Background(), rest)
		return ctx.Err()
	}
	return c.flushed(out, err)
}

// flushMasked writes out and then p, masked on the way, a buffer at a time.
//
//rfc:6455-5.3-6 6455-10.3-2
func (c *Conn) flushMasked(ctx context.Context, out, p []byte, key mask.Key) error {
	memory, pos := out, 0
	for {
		room := min(cap(out)-len(out), len(p)-pos)
		n := len(out)
		out = out[:n+room]
		mask.Copy(out[n:], p[pos:pos+room], key, pos&3)
		pos += room
		n, err := c.write(ctx, out)
		if interrupted(ctx, err) {
			rest := make([]byte, len(out)-n+len(p)-pos)
			copy(rest, out[n:])
			mask.Copy(rest[len(out)-n:], p[pos:], key, pos&3)
			go c.flush(context.Background(), rest)
			return ctx.Err()
		}
		if err != nil || pos == len(p) {
			return c.flushed(memory, err)
		}
		out = out[:0]
	}
}
