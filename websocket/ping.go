package websocket

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"time"
)

// sentPing is a Ping that waits for its Pong.
type sentPing struct {
	data []byte
	at   time.Time
	pong chan<- time.Duration // gets the round trip; nil if nobody waits for it

	before *sentPing // another one that waits
}

func (p *sentPing) fail() {
	if p.pong != nil {
		close(p.pong)
	}
}

// Ping sends a Ping with data, at most 125 bytes, and returns the time until its
// Pong arrived, which is seen only while a goroutine reads. For nil data the
// connection takes a number. data is not kept. Pings have room of their own: they
// do not wait for messages to have their places. When 64 Pings and Pongs wait to be
// written already, the error is a *QueueError.
//
// The error is ctx.Err() if ctx ends first; a *SendError says that data is too
// long; otherwise it is how the connection ended. Safe for concurrent use.
//
//rfc:6455-5.5.2-5
func (c *Conn) Ping(ctx context.Context, data []byte) (time.Duration, error) {
	pong := make(chan time.Duration, 1)
	if err := c.sendControl(ctx, func() error {
		_, err := c.putPing(bytes.Clone(data), pong)
		return err
	}); err != nil {
		return 0, err
	}
	select {
	case rtt, ok := <-pong:
		if !ok {
			return 0, c.why()
		}
		return rtt, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// Pong sends a Pong that answers no Ping, with at most 125 bytes of data, which is
// not kept: a sign of life in one direction. It returns when the Pong was written.
// The errors are those of Ping. Safe for concurrent use.
//
//rfc:6455-5.5.3-4
func (c *Conn) Pong(ctx context.Context, data []byte) error {
	return c.sendControl(ctx, func() error {
		c.lendOutput(len(data) + frameOverhead)
		return c.ep.SendPong(data)
	})
}

// sendControl puts a control frame out and returns when it has been written.
func (c *Conn) sendControl(ctx context.Context, put func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := c.putControl(put); err != nil {
		return err
	}
	return c.commit(ctx)
}

func (c *Conn) putControl(put func() error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.refusal(); err != nil {
		return err
	}
	if c.sending.controls >= mostControls {
		return &QueueError{"Options.MaxQueued", errControls}
	}
	err := put()
	if err == nil { // what was refused takes no room
		c.sending.controls++
	}
	return err
}

// mostControls is how many Pings and Pongs of the application wait at most: they do
// not count against Options.MaxQueued.
const mostControls = 64

var errControls = errors.New("64 Pings and Pongs wait already")

// putPing puts a Ping out. c.mu is held.
func (c *Conn) putPing(data []byte, pong chan<- time.Duration) (ticket, error) {
	s := &c.sending
	if err := c.refusal(); err != nil {
		return 0, err
	}
	if data == nil {
		c.live.pings++
		data = binary.BigEndian.AppendUint64(nil, c.live.pings)
	}
	c.lendOutput(len(data) + frameOverhead)
	s.err = errHookPanicked
	err := c.ep.SendPing(data)
	if s.err = nil; err != nil {
		return 0, err
	}
	c.live.sent = &sentPing{data, time.Now(), pong, c.live.sent}
	return s.taken + 1, nil
}

// pong takes a Pong. It stands for all earlier Pings too: a peer may answer
// only the latest.
//
//rfc:6455-5.5.3-3 6455-5.5.3-5
func (c *Conn) pong(data []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := &c.live.sent
	for *at != nil && !bytes.Equal((*at).data, data) {
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
