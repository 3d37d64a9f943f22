package load

import (
	"context"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
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
	c.send(c.run.now()) // the receiver finds out why, if it fails
	c.Batch().Flush(context.Background())
}

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
		now := c.run.now()
		if c.send(now) != nil || c.Batch().Flush(context.Background()) != nil {
			return
		}
		if c.finished(now) {
			c.Close(context.Background(), protocol.CloseNormal, "")
			return
		}
	}
}

// send sends what may be sent at now. It leaves with a flush.
func (c *conn) send(now int64) error {
	c.sending.Lock()
	defer c.sending.Unlock()
	ctx, write := context.Background(), c.Batch().Write
	if c.run.largeFlights() {
		write = c.Write // what waits in a batch the receiver might have to write
	}
	for {
		number, ok := c.next(now)
		if !ok {
			return nil
		}
		if err := write(ctx, c.run.Type, c.run.contents.at(c.index+number)); err != nil {
			return err
		}
		if c.wake != nil {
			now = c.run.now() // it may have taken long
		}
	}
}

// next returns the number of the next message, if there is to be one at now,
// and takes it for sent.
func (c *conn) next(now int64) (number int64, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
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
