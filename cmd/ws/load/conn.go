package load

import (
	"bytes"
	"context"
	"sync"

	"github.com/seed372fb791/rfc6455/websocket"
)

// conn is a connection under load. One goroutine receives; see send.go for who
// sends.
type conn struct {
	*websocket.Conn
	run       *run
	index     int64
	latencies *recorder
	wake      chan struct{} // has the sender look whether there is something to send; nil if there is none

	mu       sync.Mutex
	times    []int64 // when those in flight were sent, or due: a ring
	sent     int64   // messages since the beginning
	answered int64
	owed     int64 // messages that are due, and not sent
	gone     bool
	tally    tally
}

// tally counts the messages that were sent, or due, in the time that counts.
type tally struct {
	sent     int64
	answered int64 // at any time
	late     int64 // sent too late
	unsent   int64 // due, and never sent
	received int64 // in the time that counts, whenever they were sent
}

// add takes a new connection in and has its messages received, so that it
// answers Pings while others are opened.
func (r *run) add(pc *websocket.Conn) {
	i := len(r.conns)
	c := &conn{Conn: pc, run: r, index: int64(i), latencies: r.recorders[i%len(r.recorders)], times: make([]int64, r.Pipeline)}
	if r.hasSenders() {
		c.wake = make(chan struct{}, 1)
	}
	r.conns = append(r.conns, c)
	r.live.Add(1)
	r.goroutines.Go(c.serve)
}

// serve receives until the connection has had all its answers, or has ended.
func (c *conn) serve() {
	defer c.CloseNow() // does nothing after Close
	err := c.receive()
	c.mu.Lock()
	c.gone = true
	done := c.finished(c.run.now())
	c.mu.Unlock()
	c.run.live.Add(-1)
	switch {
	case err == nil, done:
		c.Close(context.Background(), websocket.CloseNormal, "")
	case !c.run.abandoned.Load():
		c.run.failures.add(err)
	}
}

// receive takes answers, and returns nil after the last one.
func (c *conn) receive() error {
	for m, err := range c.BorrowMessages(context.Background()) {
		if err != nil {
			return err
		}
		done, err := c.turn(m, c.run.now())
		if done || err != nil {
			return err
		}
	}
	return nil
}

// turn takes an answer that came at now. Then it is time to send: without a
// sender that is done here, and what came with one read is answered by one write.
func (c *conn) turn(m websocket.Message, now int64) (done bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.take(m, now); err != nil {
		return false, err
	}
	if c.wake != nil {
		c.poke()
		return false, nil
	}
	err = c.fill(now)
	return c.finished(now), err
}

// wrongAnswer is an answer that is not an echo.
type wrongAnswer string

func (e wrongAnswer) Error() string { return "wrong answer: " + string(e) }

// take checks an answer that came at now, and records its latency. c.mu is held.
func (c *conn) take(m websocket.Message, now int64) error {
	sent, n, ok := c.match(now)
	if !ok {
		return wrongAnswer("a message that nothing was sent for")
	}
	switch want := c.contents(n); {
	case m.Type != c.run.Type:
		return wrongAnswer("another type")
	case len(m.Data) != len(want):
		return wrongAnswer("another length")
	case !bytes.Equal(m.Data, want):
		return wrongAnswer("other contents")
	}
	c.latencies.record(now-sent, c.run.counts(sent))
	return nil
}

// match returns when the oldest message in flight was sent and its number, and
// takes it for answered. It returns false if there is none. c.mu is held.
func (c *conn) match(now int64) (sent, number int64, ok bool) {
	if c.answered == c.sent {
		return 0, 0, false
	}
	number = c.answered
	sent = c.times[number%int64(len(c.times))]
	c.answered++
	if c.run.counts(sent) {
		c.tally.answered++
	}
	if c.run.counts(now) {
		c.tally.received++
	}
	return sent, number, true
}

// finished reports whether all has been sent and answered. c.mu is held.
func (c *conn) finished(now int64) bool {
	if c.sent != c.answered {
		return false
	}
	if c.run.Rate > 0 {
		return c.owed == 0 && c.run.paced.Load()
	}
	return now >= c.run.until.Load()
}
