package load

import (
	"context"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

const (
	// smallFlight is how many bytes a connection may have in flight for a write
	// to be sure not to wait: any socket has as much room.
	smallFlight = 16 << 10
	// lateAfter is how much later than it is due a message may be sent to count as
	// on time.
	lateAfter = int64(time.Millisecond)
)

// hasSenders reports whether each connection has a goroutine that sends. Where
// writing may wait for the server it needs one, for the server may wait as well,
// until its answers are read. In the open loop the one that receives does not see
// when a message is due. Otherwise that one sends, which costs less.
func (r *run) hasSenders() bool {
	return r.Rate > 0 || r.largeFlights()
}

// largeFlights reports whether writing may wait for the server.
func (r *run) largeFlights() bool { return int64(r.Pipeline)*int64(r.Size) > smallFlight }

// begin has the first messages sent.
func (c *conn) begin() {
	if c.wake != nil {
		c.run.goroutines.Go(c.sendAll)
		c.poke()
		return
	}
	c.mu.Lock()
	c.fill(c.run.now()) // the receiver finds out why, if it fails
	c.mu.Unlock()
	c.Batch().Flush(context.Background())
}

// fill sends as many messages as may be in flight. They leave with a flush, and
// do not wait for the server. c.mu is held.
func (c *conn) fill(now int64) error {
	for {
		number, ok := c.next(now)
		if !ok {
			return nil
		}
		if err := c.Batch().Write(context.Background(), c.run.Type, c.contents(number)); err != nil {
			return err
		}
	}
}

// contents returns what message number of c consists of.
func (c *conn) contents(number int64) []byte { return c.run.contents.at(c.index + number) }

// poke has the sender look for what there is to send.
func (c *conn) poke() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// sendAll sends until all has been sent and answered, or the connection ends.
func (c *conn) sendAll() {
	for {
		select {
		case <-c.wake:
		case <-c.Done():
			return
		}
		if c.send() != nil {
			return
		}
		c.mu.Lock()
		done := c.finished(c.run.now())
		c.mu.Unlock()
		if done {
			c.Close(context.Background(), websocket.CloseNormal, "")
			return
		}
	}
}

// send sends all that may be sent now.
func (c *conn) send() error {
	ctx, write := context.Background(), c.Batch().Write
	if c.run.largeFlights() {
		write = c.Write // what waits in a batch the receiver might have to write
	}
	for {
		c.mu.Lock()
		number, ok := c.next(c.run.now())
		c.mu.Unlock()
		if !ok {
			return c.Batch().Flush(ctx)
		}
		if err := write(ctx, c.run.Type, c.contents(number)); err != nil {
			return err
		}
	}
}

// next returns the number of the next message, if there is to be one at now,
// and takes it for sent. c.mu is held.
func (c *conn) next(now int64) (number int64, ok bool) {
	if c.sent-c.answered == int64(len(c.times)) {
		return 0, false
	}
	at := now
	switch {
	case c.run.Rate == 0:
		ok = now < c.run.until.Load()
	case c.owed > 0:
		ok = true
		c.owed--
		at = c.due(c.sent)
	}
	if !ok {
		return 0, false
	}
	number = c.sent
	c.times[number%int64(len(c.times))] = at
	c.sent++
	if c.run.counts(at) {
		c.tally.sent++
		if now-at > lateAfter {
			c.tally.late++
		}
	}
	return number, true
}
