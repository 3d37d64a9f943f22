package traffic

import (
	"context"
	"fmt"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// listen hears some broadcasts, of which none may be missing.
func (v *visitor) listen(ctx context.Context, c *websocket.Conn) error {
	var last uint64
	for range 1 + v.r.IntN(20) {
		n, err := v.hear(ctx, c)
		if err != nil {
			return err
		}
		if last != 0 && n != last+1 {
			return fmt.Errorf("broadcast %d came behind %d", n, last)
		}
		last = n
	}
	return v.leave(ctx, c)
}

// listenSlowly is behind all the time, and hears the broadcasts in their order.
func (v *visitor) listenSlowly(ctx context.Context, c *websocket.Conn) error {
	var last uint64
	for range 10 {
		time.Sleep(v.site.pause / 5)
		n, err := v.hear(ctx, c)
		if err != nil {
			return err
		}
		if n <= last {
			return fmt.Errorf("broadcast %d came behind %d", n, last)
		}
		last = n
	}
	return v.leave(ctx, c)
}

// hear returns the number of the next broadcast.
func (v *visitor) hear(ctx context.Context, c *websocket.Conn) (uint64, error) {
	_, p, err := c.Read(ctx)
	if err != nil {
		return 0, fmt.Errorf("lost a broadcast: %w", err)
	}
	n, right := v.book.number(p)
	if !right {
		return 0, fmt.Errorf("wrong broadcast: %d bytes, number %d", len(p), n)
	}
	v.site.tally.Messages.Add(1)
	return n, nil
}
