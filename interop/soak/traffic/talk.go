package traffic

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// talk sends some bursts of messages and Pings, and checks what comes back.
func (v *visitor) talk(ctx context.Context, c *websocket.Conn) error {
	for range 1 + v.r.IntN(10) {
		var burst []websocket.Message
		for range 1 + v.r.IntN(8) {
			burst = append(burst, v.book.message(v.r, length(v.r)))
		}
		if err := v.exchange(ctx, c, burst, v.r.IntN(4) == 0, 0); err != nil {
			return err
		}
		v.think(ctx)
	}
	return v.leave(ctx, c)
}

// talkSlowly sends more than the buffers between the two ends hold, reads a piece
// now and then, and once stands still for a while that the server bears.
func (v *visitor) talkSlowly(ctx context.Context, c *websocket.Conn) error {
	var burst []websocket.Message
	for range 12 {
		burst = append(burst, v.book.message(v.r, 200<<10+v.r.IntN(100<<10)))
	}
	if err := v.exchange(ctx, c, burst, false, v.site.pause); err != nil {
		return err
	}
	return v.leave(ctx, c)
}

// exchange sends messages, maybe with a Ping before them, and takes their echoes: the
// first after a pause, the others with a part of that before each.
func (v *visitor) exchange(ctx context.Context, c *websocket.Conn, burst []websocket.Message, ping bool, pause time.Duration) error {
	sent := make(chan error, 1)
	go func() { sent <- send(ctx, c, burst, ping) }()
	for i, want := range burst {
		time.Sleep(pause)
		pause /= 2
		typ, got, err := c.Read(ctx)
		if err != nil {
			c.CloseNow()
			return fmt.Errorf("lost %d echoes of %d: %w; sending: %v", len(burst)-i, len(burst), err, <-sent)
		}
		if typ != want.Type || !bytes.Equal(got, want.Data) {
			c.CloseNow()
			return fmt.Errorf("wrong echo: %v of %d bytes, not %v of %d; sending: %v", typ, len(got), want.Type, len(want.Data), <-sent)
		}
		v.site.tally.Messages.Add(1)
	}
	if !ping {
		return <-sent
	}
	// The Pong may come behind the last echo, and has to be read.
	idle, stop := context.WithCancel(ctx)
	defer stop()
	reading := c.Discard(idle)
	err := <-sent
	stop()
	<-reading.Done()
	return err
}

func send(ctx context.Context, c *websocket.Conn, burst []websocket.Message, ping bool) error {
	if ping {
		if _, err := c.Ping(ctx, nil); err != nil {
			return err
		}
	}
	for _, m := range burst {
		if err := c.Write(ctx, m.Type, m.Data); err != nil {
			return err
		}
	}
	return nil
}

// askForTheEnd has the server close the connection.
func (v *visitor) askForTheEnd(ctx context.Context, c *websocket.Conn) error {
	burst := []websocket.Message{v.book.message(v.r, length(v.r))}
	if err := v.exchange(ctx, c, burst, false, 0); err != nil {
		return err
	}
	if err := c.WriteText(ctx, farewell); err != nil {
		return err
	}
	_, _, err := c.Read(ctx)
	if code := websocket.CloseStatus(err); code != 4000 {
		return fmt.Errorf("asked for the end: code %d, %w", code, err)
	}
	return nil
}

// leaveAmidst goes while messages are on their way in both directions, with a
// closing handshake or without.
func (v *visitor) leaveAmidst(ctx context.Context, c *websocket.Conn) error {
	for range 1 + v.r.IntN(8) {
		m := v.book.message(v.r, length(v.r))
		if err := c.Write(ctx, m.Type, m.Data); err != nil {
			return err
		}
	}
	return v.leave(ctx, c)
}
