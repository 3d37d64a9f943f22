package protocol

import (
	"context"
	"encoding/binary"
	"time"
)

// sentPing is a Ping that waits for its Pong.
type sentPing struct {
	id   uint32
	at   time.Time
	pong chan<- time.Duration // gets the round trip; nil if nobody waits for it

	before *sentPing // another one that waits
}

func (p *sentPing) fail() {
	if p.pong != nil {
		close(p.pong)
	}
}

// Ping sends a Ping and returns the time until its Pong arrived, which is seen
// only while a goroutine reads. The error is ctx.Err() if ctx ends first, and
// otherwise how the connection ended. Safe for concurrent use.
//
//rfc:6455-5.5.2-5
func (c *Conn) Ping(ctx context.Context) (time.Duration, error) {
	pong := make(chan time.Duration, 1)
	t, err := c.queuePing(ctx, pong)
	if err != nil {
		return 0, err
	}
	if err := c.commit(ctx, t); err != nil {
		return 0, err
	}
	select {
	case rtt, ok := <-pong:
		if !ok {
			return 0, c.ended()
		}
		return rtt, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// queuePing puts a Ping out. Its application data is a number, so that its
// Pong is told from others.
func (c *Conn) queuePing(ctx context.Context, pong chan<- time.Duration) (t ticket, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.err != nil:
		return 0, c.err
	case c.writeErr != nil:
		return 0, c.writeErr
	case ctx.Err() != nil:
		return 0, ctx.Err()
	}
	c.lendOutput(maxControl)
	id := c.lastPing + 1
	if err := c.ep.SendPing(binary.BigEndian.AppendUint64(nil, uint64(id))); err != nil {
		return 0, err
	}
	c.lastPing = id
	c.pings = &sentPing{id, time.Now(), pong, c.pings}
	return c.taken + 1, nil
}

// pong takes a Pong. It stands for all earlier Pings too: a peer may answer
// only the latest.
//
//rfc:6455-5.5.3-3 6455-5.5.3-5
func (c *Conn) pong(data []byte) {
	if len(data) != 8 {
		return
	}
	id := binary.BigEndian.Uint64(data)
	c.mu.Lock()
	defer c.mu.Unlock()
	at := &c.pings
	for *at != nil && uint64((*at).id) != id {
		at = &(*at).before
	}
	p, now := *at, time.Now()
	if *at = nil; p != nil {
		c.stats.rtt.Store(int64(now.Sub(p.at)))
	}
	for ; p != nil; p = p.before {
		if p.pong != nil {
			p.pong <- now.Sub(p.at)
		}
	}
}
